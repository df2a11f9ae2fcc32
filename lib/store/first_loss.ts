/** Which metric of a run says how good it is, when nobody has said. */
import { metricNamed } from "../criteria/metric.ts";
import { trainingTag, validationTags } from "../curves/logged_metrics.ts";

/** Ends the tag of a series that holds standard errors of a metric. */
export const STANDARD_ERROR = ".standardError";

const LOSS = /loss|nll|perplexity|error|bpb|(^|[._/-])(mse|mae|rmse)($|[._/-])/i;

/**
 * The first loss among tags: that of the validation set, else another measured on it, else that of training, else any;
 * null when there is none.
 * @example
 * ```ts
 * const loss = firstLoss(["lr", "train/loss", "val/loss"]); // "val/loss"
 * ```
 */
export function firstLoss(tags: readonly string[]): string | null {
  const own = tags.filter((tag) => !tag.endsWith(STANDARD_ERROR)), measured = validationTags(own);
  return measured.find((tag) => metricNamed(tag) === "validation.loss") ??
    measured.find((tag) => LOSS.test(tag)) ?? trainingTag(own) ?? own.find((tag) => LOSS.test(tag)) ?? null;
}
