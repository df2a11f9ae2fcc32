/** Measures a model's outputs on some examples, by the names of metrics. */
import { accuracy } from "./accuracy.ts";
import { classScores } from "./class_scores.ts";
import { decided } from "./decided.ts";
import { absoluteErrors, squaredErrors } from "./errors.ts";
import { losses } from "./losses.ts";
import { type Mean, meanOf } from "./mean.ts";
import { checkMetrics } from "./metric_names.ts";
import { prAuc } from "./pr_auc.ts";
import { type Average, classCounts, f1, precision, recall } from "./precision_recall.ts";
import { type Ranking, ranking } from "./ranking.ts";
import { rocAuc } from "./roc_auc.ts";
import type { Measured, Scored } from "./scored.ts";

/**
 * The metrics asked for, computed in double precision on the host, so that engines differ only by their forward pass.
 * All equal scikit-learn's on the same arrays, those that it warns of included: 0 for a precision, recall or F1 of
 * nothing, NaN for a ROC area of one class alone. What is a mean (`loss`, `accuracy`, `mse`, `mae`) has a standard
 * error too. Of no examples every metric is NaN.
 * @param names as `metricNames` lists them
 * @throws UnknownMetric `unknown metric: f2 (has loss, accuracy, …)`
 * @throws RangeError `invalid outputs: 7 (a multiple of 3, the examples)`
 * @example
 * ```ts
 * const scored = { loss: "softmaxCrossEntropy", outputs: Float32Array.of(0, 0, 2, 0), truth: [1, 0] } as const;
 * const { values, standardErrors } = measure(scored, ["loss", "accuracy", "f1"]);
 * ```
 */
export function measure(scored: Scored, names: readonly string[]): Measured {
  if (scored.truth.length === 0) {
    return { values: Object.fromEntries(names.map((name) => [name, NaN])), standardErrors: {} };
  }
  const classes = classesOf(scored);
  checkMetrics(names, scored.loss, classes);
  const metrics = scored.loss === "meanSquaredError" ? ofValues(scored) : ofClasses(scored, classes);
  const values: Record<string, number> = {}, standardErrors: Record<string, number> = {};
  for (const name of names) {
    const [family, ...rest] = name.split(".");
    const measured = metrics[family](averageOf(rest, classes));
    if (typeof measured === "number") values[name] = measured;
    else [values[name], standardErrors[name]] = [measured.value, measured.standardError];
  }
  return { values, standardErrors };
}

/** Metrics by the part of their name before the first dot. */
type Families = Readonly<Record<string, (average: Average) => number | Mean>>;

function ofValues(scored: Scored): Families {
  const mse = () => meanOf(squaredErrors(scored));
  return { loss: mse, mse, mae: () => meanOf(absoluteErrors(scored)) };
}

/** What several metrics read is computed once, and only when one of them is asked for. */
function ofClasses(scored: Scored, classes: number): Families {
  const { truth } = scored;
  const decisions = once(() => decided(scored));
  const counts = once(() => classCounts(decisions(), truth, classes));
  const scores = once(() => classScores(scored));
  const rankings = Array.from(
    { length: classes },
    (_, k) => once(() => ranking(scores()(k), (row) => truth[row] === k)),
  );
  const pooled = once(() => pooledRanking(scores(), truth, classes));
  const ranked = (area: typeof rocAuc) => (average: Average) => {
    if (average === "micro") return area(pooled());
    if (average === "macro") return rankings.reduce((sum, each) => sum + area(each()), 0) / classes;
    return area(rankings[average]());
  };
  return {
    loss: () => meanOf(losses(scored)),
    accuracy: () => accuracy(decisions(), truth),
    precision: (average) => precision(counts(), average),
    recall: (average) => recall(counts(), average),
    f1: (average) => f1(counts(), average),
    rocAuc: ranked(rocAuc),
    prAuc: ranked(prAuc),
  };
}

/** One order of all decisions, each of an example and a class. */
function pooledRanking(
  scores: (k: number) => Float64Array,
  truth: ArrayLike<number>,
  classes: number,
): Ranking {
  const count = truth.length, all = new Float64Array(count * classes);
  for (let k = 0; k < classes; k++) all.set(scores(k), k * count);
  return ranking(all, (pair) => truth[pair % count] === Math.floor(pair / count));
}

/** Classes that the outputs of at least one example tell apart; 0 of values. */
function classesOf({ loss, outputs, truth }: Scored): number {
  const count = truth.length, perExample = outputs.length / count;
  if (loss === "softmaxCrossEntropy") {
    if (Number.isInteger(perExample)) return perExample;
    throw new RangeError(`invalid outputs: ${outputs.length} (a multiple of ${count}, the examples)`);
  }
  if (perExample === 1) return loss === "sigmoidCrossEntropy" ? 2 : 0;
  throw new RangeError(`invalid outputs: ${outputs.length} (${count}, one for each example)`);
}

/** The rest of a metric's name: `macro`, `micro`, `class.3`; nothing is class 1 of two, and the mean of more. */
function averageOf([kind, k]: readonly string[], classes: number): Average {
  if (kind === "class") return Number(k);
  return kind === "micro" ? "micro" : kind === "macro" || classes > 2 ? "macro" : 1;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
