/** The namespace `schedules` of a notebook: which learning rate each update uses. */
export { constant } from "./constant.ts";
export { cosine } from "./cosine.ts";
export { plateauScale } from "./plateau_scale.ts";
export { warmup } from "./warmup.ts";
export { warmupCosine } from "./warmup_cosine.ts";
