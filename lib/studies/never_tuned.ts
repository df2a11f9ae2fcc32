/** What a study never tunes, and why. */

const BUDGET =
  "the budget is chosen before a study and kept throughout, never tuned in it: longer would win for being longer; " +
  "what it should be is read from where the best steps fall";
const HORIZON =
  "it goes with the budget, which is kept throughout a study, also where it equals the budget; leave it out and give " +
  "the spec's schedule its horizon: another length is another study";
const COMPARED = "what trials are compared by is the same for all of a study";
const OWN = "a study gives its own";

/** By the path in lower case without `_` and `-`, so that `max_train_steps` and `maxTrainSteps` are one. */
const REASONS: readonly (readonly [path: RegExp, reason: string])[] = [
  [
    /(^|\.)(max|num|n|total)?(train|training)?(steps|epochs|iters?|iterations|updates|examples|seconds)$/,
    BUDGET,
  ],
  [/(^|\.)(max|total)(train|training)?(step|epoch|iteration|time)s?$/, BUDGET],
  [/^(budget|stop|policy|patience|earlystopping)(\.|$)/, BUDGET],
  [/(^|\.)(horizon|decaysteps)(\.|$)/, HORIZON],
  [/^(data|metrics?|mode|select|evaluate)(\.|$)/, COMPARED],
  [/^(seeds?|name|checkpoint|from|onnoop|signal)(\.|$)/, OWN],
];

/**
 * Why a path may not be a parameter of a study; null where it may (Godbole, Dahl, Gilmer, Shallue and Nado, Deep
 * Learning Tuning Playbook, 2023: "Deciding how many steps to train for").
 * @param path as `schedule.horizon.count`, or as another tool calls it, `max_train_steps`
 * @example
 * ```ts
 * const reason = refusalOf("schedule.rate"); // null
 * ```
 */
export function refusalOf(path: string): string | null {
  const plain = path.toLowerCase().replaceAll(/[_-]/g, "");
  return REASONS.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}
