/** The namespace `curves` of a notebook: what was recorded, here or by another tool, and how it is looked at. */
export { atStep } from "./axis.ts";
export { band } from "./band.ts";
export { bestEvaluation } from "./best.ts";
export { missing, onAxis } from "./convert.ts";
export { diagnosis } from "./diagnosis.ts";
export { minmax, xGaps } from "./downsample.ts";
export { median } from "./median.ts";
export { comparable } from "./readers/comparable.ts";
export { followLogs as follow } from "./readers/follow_logs.ts";
export { readLogs as read } from "./readers/read_logs.ts";
export { ema } from "./smooth.ts";
export { gaussian } from "./smooth_gaussian.ts";
export { timeWeightedEma } from "./smooth_time.ts";
export { smoothed } from "./smoothed.ts";
export { trajectoryOf } from "./trajectory_of.ts";
