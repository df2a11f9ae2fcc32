/** Random criteria and observations for laws. */
import fc from "fast-check";
import { after } from "../../lib/criteria/after.ts";
import { atLeast } from "../../lib/criteria/at_least.ts";
import { best } from "../../lib/criteria/best.ts";
import { histGradientBoosting } from "../../lib/criteria/compat/hist_gradient_boosting.ts";
import { ignite } from "../../lib/criteria/compat/ignite.ts";
import { keras } from "../../lib/criteria/compat/keras.ts";
import { lightgbm } from "../../lib/criteria/compat/lightgbm.ts";
import { lightning } from "../../lib/criteria/compat/lightning.ts";
import { transformers } from "../../lib/criteria/compat/transformers.ts";
import type { Criterion, Mode, Observation } from "../../lib/criteria/criterion.ts";
import { diverged } from "../../lib/criteria/diverged.ts";
import { futility } from "../../lib/criteria/futility.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxExamples } from "../../lib/criteria/max_examples.ts";
import { maxSeconds } from "../../lib/criteria/max_seconds.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { TRAINING_LOSS } from "../../lib/criteria/metric.ts";
import { mustReachBy } from "../../lib/criteria/must_reach_by.ts";
import { nonFinite } from "../../lib/criteria/non_finite.ts";
import { not } from "../../lib/criteria/not.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { precheltGL } from "../../lib/criteria/prechelt_gl.ts";
import { precheltPQ } from "../../lib/criteria/prechelt_pq.ts";
import { precheltUP } from "../../lib/criteria/prechelt_up.ts";
import { rateFloor } from "../../lib/criteria/rate_floor.ts";
import { restoredBy } from "../../lib/criteria/restored_by.ts";
import type { Restoring, Selection } from "../../lib/criteria/selection.ts";
import { slope } from "../../lib/criteria/slope.ts";
import { standardErrors } from "../../lib/criteria/standard_errors.ts";
import { target } from "../../lib/criteria/target.ts";
import { tolerance } from "../../lib/criteria/tolerance.ts";
import { windowMean } from "../../lib/criteria/window_mean.ts";
import { within } from "../../lib/criteria/within.ts";
import { batchPlan, positionAt } from "../../lib/batch_plan.ts";
import { type Duration, evaluations } from "../../lib/durations.ts";

export const batches = batchPlan(100, 32);

const count = (max: number) => fc.integer({ min: 1, max });
const eighths = fc.integer({ min: -16, max: 16 }).map((n) => n / 8);
const small = fc.constantFrom(0, 0.125, 1e-7);
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 2 });
/** Units that follow from the batch plan, and evaluations; not seconds, so that bounds can be tested. */
const durations: fc.Arbitrary<Duration> = fc.record({
  unit: fc.constantFrom("steps" as const, "epochs" as const, "evaluations" as const, "examples" as const),
  count: count(8),
}, { noNullPrototype: true });
const metric = fc.constantFrom("validation.loss", "validation.accuracy");
const anyMetric = fc.oneof(metric, fc.constant(TRAINING_LOSS));
const mode = fc.constantFrom<Mode>("min", "max");
const noChange = count(5), patience = count(5), minDelta = small;
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true });

const plateauOf = (least: fc.Arbitrary<Parameters<typeof plateau>[0]["minDelta"]>) =>
  record({
    metric,
    mode,
    patience: durations,
    minDelta: least,
    reference: fc.constantFrom("accepted" as const, "running" as const),
    startAfter: some(durations),
    cooldown: some(count(3)),
  }).map(({ cooldown, ...rest }) =>
    plateau({ ...rest, cooldown: cooldown === null ? null : { unit: rest.patience.unit, count: cooldown } })
  );
const relativePlateaus = record({ metric, mode, patience: durations, minDelta }).map((rest) =>
  plateau({ ...rest, minDeltaKind: "relative" })
);

const caps: fc.Arbitrary<Criterion>[] = [
  count(40).map((n) => maxSteps(n)),
  count(40).map((n) => maxSteps({ for: n })),
  count(80).map((n) => maxEpochs(n / 8)),
  count(1_000).map((n) => maxExamples(n)),
];
const rules: fc.Arbitrary<Criterion>[] = [
  plateauOf(small),
  relativePlateaus,
  record({ metric: anyMetric, mode, value: eighths }).map(target),
  record({ metric: anyMetric, mode, value: eighths, at: durations }).map(mustReachBy),
  record({ metric: anyMetric, mode, threshold: eighths, times: some(fc.constantFrom(1.5, 3)) }).map(diverged),
  record({ metric: anyMetric, after: count(3) }).map(nonFinite),
  record({ metric: anyMetric, mode, tol: small, noChange }).map(tolerance),
  record({ metric, alpha: fc.constantFrom(0.5, 5) }).map(precheltGL),
  record({ metric, alpha: fc.constantFrom(0.001, 1), strip: count(3).map(evaluations) }).map(precheltPQ),
  record({ metric, strips: count(2), strip: count(5).map(evaluations) }).map(precheltUP),
  fc.constantFrom(0.05, 0.1).map((rate) => rateFloor({ rate })),
  record({ rate: fc.constant(0.05), metric, mode, patience: durations }).map(rateFloor),
  record({ metric, mode, window: fc.integer({ min: 2, max: 5 }).map(evaluations), threshold: small }).map(
    slope,
  ),
  record({
    metric,
    mode,
    before: durations,
    chance: fc.constantFrom(0.05, 0.5),
    minDelta,
    least: fc.integer({ min: 1, max: 8 }).map(evaluations),
  }).map(futility),
];
const restoring: fc.Arbitrary<Restoring> = fc.oneof(
  record({ metric, mode, patience, minDelta, baseline: some(eighths), startFromEpoch: fc.nat(3) }).map(keras),
  record({ metric, mode, patience, threshold: small }).map(transformers),
  record({ metric, mode, rounds: patience, minDelta }).map(lightgbm),
);
const compat: fc.Arbitrary<Criterion>[] = [
  restoring,
  record({
    metric,
    mode,
    patience,
    minDelta,
    checkFinite: fc.boolean(),
    stoppingThreshold: some(eighths),
    divergenceThreshold: some(eighths),
  }).map(lightning),
  record({
    metric,
    mode,
    patience,
    threshold: small,
    thresholdKind: fc.constantFrom("absolute" as const, "relative" as const),
    cumulative: fc.boolean(),
  }).map(ignite),
  record({ metric, mode, tol: small, noChange }).map(histGradientBoosting),
];

export const leaves: fc.Arbitrary<Criterion> = fc.oneof(...caps, ...rules, ...compat);

/** Criteria of all kinds over given leaves. */
const composed = (leaf: fc.Arbitrary<Criterion>): fc.Arbitrary<Criterion> =>
  fc.letrec<{ criterion: Criterion }>((tie) => {
    const one = tie("criterion"), several = fc.array(one, { minLength: 1, maxLength: 3 });
    return {
      criterion: fc.oneof(
        { maxDepth: 2 },
        { weight: 3, arbitrary: leaf },
        record({ kind: fc.constantFrom("any" as const, "all" as const), criteria: several }),
        fc.tuple(several, fc.nat()).map(([all, n]) => atLeast(1 + n % all.length, ...all)),
        one.map(not),
        fc.tuple(fc.oneof(durations, one), one).map(([gate, child]) => after(gate, child)),
        fc.tuple(durations, one).map(([limit, child]) => within(limit, child)),
      ),
    };
  }).criterion;

/** What can be judged on any recording: nothing that needs standard errors or rests on the clock. */
export const criteria = composed(leaves);

/** All that can be written, also with a clock and standard errors. */
export const writtenCriteria = composed(fc.oneof(
  leaves,
  count(1_000).map((n) => maxSeconds(n / 8)),
  count(1_000).map((n) => maxSeconds(n, { of: "training" })),
  plateauOf(count(3).map(standardErrors)),
  fc.constantFrom("loss with spaces", 'a "quoted" one', "min", "true", "häufig", "train/loss", "x-1").map((
    metric,
  ) => target({ metric, mode: "max", value: 1e21 })),
));

export const selections: fc.Arbitrary<Selection> = fc.oneof(
  fc.constant(last()),
  fc.tuple(metric, mode).map(([metric, mode]) => best(metric, mode)),
  record({ metric, mode, window: count(4).map(evaluations) }).map(windowMean),
  restoring.map(restoredBy),
);

/** Values on a coarse grid, so that ties and exact gains happen, and some that are not finite. */
export const values: fc.Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -8, max: 8 }).map((eighths) => eighths / 8) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);

/** What a training of up to 40 updates shows: an update each, and an evaluation after every second. */
export const histories: fc.Arbitrary<Observation[]> = fc.array(fc.tuple(values, values), { maxLength: 40 })
  .map((rows) =>
    rows.flatMap(([loss, accuracy], i): Observation[] => {
      const step = i + 1, evaluations = Math.floor(step / 2);
      const at = positionAt(batches, step, Math.floor(i / 2), step / 10);
      const update = { kind: "update" as const, at, loss, rate: step < 3 || step > 15 ? 0.05 : 0.2 };
      const metrics = { "validation.loss": loss, "validation.accuracy": accuracy };
      return step % 2 === 0
        ? [update, { kind: "evaluation", at: { ...at, evaluations }, metrics }]
        : [update];
    })
  );
