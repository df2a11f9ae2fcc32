/** Which of a log's series measure the validation set, which the training, by the names that tools give them. */
import type { Metric, Mode } from "../criteria/criterion.ts";
import { isOfTest, metricNamed, obeyable, TRAINING_LOSS, UnknownMetric } from "../criteria/metric.ts";
import type { LoggedRun } from "./logged.ts";

/** A log holds no metric of the validation set, and none was named. */
export class NoValidationMetric extends Error {
  override readonly name = "NoValidationMetric";
  constructor(readonly run: string, readonly has: readonly string[], loss = trainingTag(has)) {
    const help = loss ? `; with --metric ${loss} the training loss is judged, which says less` : "";
    super(
      `no validation metric: ${run} (has ${has.join(", ") || "nothing"}; name one with --metric NAME${help})`,
    );
  }
}

const validation =
  /^(val|valid|validation|eval|evaluation|dev)[._/ -]|[._/ -](val|valid|validation|eval|dev)$/i;
/** A run that is the validation part of another: Keras' TensorBoard callback writes `train` and `validation` apart. */
const ofValidation = /(^|\/)(val|valid|validation|eval|dev)$/i;
/** What is written beside metrics, of the measurement itself. */
const beside =
  /runtime|per_second|standardError$|num_examples|duration|_time$|[._/]time$|(^|[._/])(step|epoch)$/i;
const higher =
  /acc|auc|f1|bleu|rouge|meteor|precision|recall|iou|dice|ssim|psnr|map([\d@(]|$)|ndcg|mrr|score|reward|return|r2|corr|pearson|spearman|matthews|mcc|kappa|exact_?match|success|win_?rate|top_?[15]($|\D)/i;
const training = [
  TRAINING_LOSS,
  "train/loss_step",
  "train_loss_step",
  "train/loss",
  "loss/train",
  "train_loss",
  "training_loss",
  "training/loss",
  "trl",
  "loss",
  "train loss",
];
const rates = /^(rate|lr|learning_rate)$|[._/](lr|learning_rate)$|^lr-/i;

/**
 * Which way is better, by a metric's name: more for an accuracy or a score, less for everything else.
 * @example
 * ```ts
 * const mode = modeOf("validation.accuracy"); // "max"
 * ```
 */
export const modeOf = (metric: Metric): Mode =>
  higher.test(metric) && !/loss|error/i.test(metric) ? "max" : "min";

/**
 * The tag of the series that a policy is judged by: the one that is named, by its tag or its name here, else the
 * validation loss, else another loss of the validation set, else the first of its metrics.
 * @throws UnknownMetric `unknown metric: val_los (has val_loss, …)`; NoValidationMetric; RangeError for a test metric
 * @example
 * ```ts
 * import type { LoggedRun } from "./logged.ts";
 * const tag = (run: LoggedRun) => validationTag(run); // "val_loss"
 * ```
 */
export function validationTag({ name, series }: Pick<LoggedRun, "name" | "series">, metric?: Metric): string {
  const tags = Object.keys(series), training = trainingTag(tags, series);
  if (metric !== undefined) {
    const named = metric === TRAINING_LOSS ? training : null;
    const tag = named ?? tags.find((tag) => tag === metric) ??
      tags.find((tag) => metricNamed(tag) === metricNamed(metric));
    if (tag === undefined) throw new UnknownMetric(metric, tags);
    return obeyable(tag);
  }
  const said = validationTags(tags);
  const candidates = said.length === 0 && ofValidation.test(name) ? measured(tags) : said;
  const loss = candidates.find((tag) => metricNamed(tag) === "validation.loss") ??
    candidates.find((tag) => /loss|nll|perplexity|error/i.test(tag)) ?? candidates[0];
  if (loss === undefined) throw new NoValidationMetric(name, tags, training);
  return loss;
}

/** The tags that measure something, whatever set it is of. */
const measured = (tags: readonly string[]): string[] =>
  tags.filter((tag) => !beside.test(tag) && !rates.test(tag) && !isOfTest(tag));

/** The tags that measure the validation set. */
export const validationTags = (tags: readonly string[]): string[] =>
  tags.filter((tag) => validation.test(metricNamed(tag)) && !beside.test(tag) && !isOfTest(tag));

/**
 * The tag of the training loss; null when there is none.
 * @param series where they are known: a single point is no curve but a summary, and is taken only for want of one
 */
export function trainingTag(tags: readonly string[], series: LoggedRun["series"] = {}): string | null {
  const found = training.filter((tag) => tags.includes(tag));
  return found.find((tag) => series[tag]?.step.length !== 1) ?? found[0] ?? null;
}

/** The tag of the learning rate; null when there is none. */
export const rateTag = (tags: readonly string[]): string | null =>
  tags.find((tag) => rates.test(tag)) ?? null;
