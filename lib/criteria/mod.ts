/** The namespace `criteria` of a notebook: what stops a training, and what is kept of it. */
export { all } from "./all.ts";
export { any } from "./any.ts";
export { best } from "./best.ts";
export { last } from "./last.ts";
export { maxEpochs } from "./max_epochs.ts";
export { maxSteps } from "./max_steps.ts";
export { plateau } from "./plateau.ts";
