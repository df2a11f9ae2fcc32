/** The namespace `charts` of a notebook: figures and tables, as data. */
export { bestSteps } from "./best_steps.ts";
export { confusionMatrix } from "./confusion_matrix.ts";
export { extrapolatedCurve } from "./extrapolated_curve.ts";
export { images } from "./images.ts";
export { keptCurve } from "./kept_curve.ts";
export { learningCurves } from "./learning_curves.ts";
export { parallel } from "./parallel.ts";
export { parameterResults } from "./parameter_results.ts";
export { policyTable } from "./policy_table.ts";
export { rateStrip } from "./rate_strip.ts";
export { reportTable } from "./report_table.ts";
export { scheduleRates } from "./schedule_rates.ts";
export { stopStrip } from "./stop_strip.ts";
export { tradeoff } from "./tradeoff.ts";
export { trainingTable } from "./training_table.ts";
export { trialTable } from "./trial_table.ts";
