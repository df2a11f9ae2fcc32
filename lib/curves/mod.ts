/** The namespace `curves` of a notebook: what a training recorded, and how it is looked at. */
export { atStep, axisLabels, axisText, axisValues } from "./axis.ts";
export { band } from "./band.ts";
export { bestEvaluation } from "./best.ts";
export { minmax } from "./downsample.ts";
export { median } from "./median.ts";
export { recorder } from "./recorder.ts";
export { ema } from "./smooth.ts";
