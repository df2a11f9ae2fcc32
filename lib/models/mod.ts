/** The namespace `models` of a notebook: what is trained. */
export { mlp } from "./mlp.ts";
