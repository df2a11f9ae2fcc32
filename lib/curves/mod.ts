/** The namespace `curves` of a notebook: what a training recorded, and how it is looked at. */
export { atStep } from "./axis.ts";
export { band } from "./band.ts";
export { bestEvaluation } from "./best.ts";
export { minmax } from "./downsample.ts";
export { median } from "./median.ts";
export { ema } from "./smooth.ts";
