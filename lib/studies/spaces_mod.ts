/** The namespace `spaces` of a notebook: what a parameter of a study may be. */
export type { Parameter, Parameters, ParameterValue, Space } from "./space.ts";
export { choice, integer, logUniform, uniform } from "./space.ts";
