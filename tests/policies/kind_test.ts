import assert from "node:assert/strict";
import { all } from "../../lib/criteria/all.ts";
import { any } from "../../lib/criteria/any.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { after } from "../../lib/criteria/after.ts";
import { atLeast } from "../../lib/criteria/at_least.ts";
import { futility } from "../../lib/criteria/futility.ts";
import { histGradientBoosting } from "../../lib/criteria/compat/hist_gradient_boosting.ts";
import { ignite } from "../../lib/criteria/compat/ignite.ts";
import { keras } from "../../lib/criteria/compat/keras.ts";
import { lightgbm } from "../../lib/criteria/compat/lightgbm.ts";
import { lightning } from "../../lib/criteria/compat/lightning.ts";
import { transformers } from "../../lib/criteria/compat/transformers.ts";
import { diverged } from "../../lib/criteria/diverged.ts";
import { maxExamples } from "../../lib/criteria/max_examples.ts";
import { maxSeconds } from "../../lib/criteria/max_seconds.ts";
import { mustReachBy } from "../../lib/criteria/must_reach_by.ts";
import { nonFinite } from "../../lib/criteria/non_finite.ts";
import { not } from "../../lib/criteria/not.ts";
import { precheltGL } from "../../lib/criteria/prechelt_gl.ts";
import { precheltPQ } from "../../lib/criteria/prechelt_pq.ts";
import { precheltUP } from "../../lib/criteria/prechelt_up.ts";
import { rateFloor } from "../../lib/criteria/rate_floor.ts";
import { slope } from "../../lib/criteria/slope.ts";
import { standardErrors } from "../../lib/criteria/standard_errors.ts";
import { target } from "../../lib/criteria/target.ts";
import { tolerance } from "../../lib/criteria/tolerance.ts";
import { within } from "../../lib/criteria/within.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { kindOf, ruleText } from "../../lib/policies/kind.ts";
import type { PolicyKind } from "../../lib/policies/policy.ts";

const loss = { metric: "validation.loss", mode: "min" } as const;
const early = plateau({ ...loss, patience: evaluations(8), minDelta: 0.002 });

Deno.test("a policy's kind and rule come from its criterion", () => {
  const cases: [Criterion, PolicyKind, string][] = [
    [maxSteps(8_000), "steps", "8,000 steps"],
    [maxEpochs(24), "epochs", "24 epochs"],
    [maxEpochs(1), "epochs", "1 epoch"],
    [early, "patience", "patience 8, min Δ 0.002"],
    [any(maxSteps(8_000), early), "patience", "patience 8, min Δ 0.002, at most 8,000 steps"],
    [any(maxSteps(8_000), maxEpochs(24)), "other", "8,000 steps or 24 epochs"],
    [all(maxSteps(500), early), "patience", "500 steps and patience 8, min Δ 0.002"],
    [
      plateau({
        ...loss,
        patience: epochs(2),
        minDelta: 0.07,
        minDeltaKind: "relative",
        reference: "running",
      }),
      "patience",
      "patience 2 epochs, min Δ 7%, from the running best",
    ],
    [
      plateau({
        ...loss,
        patience: evaluations(3),
        minDelta: standardErrors(1),
        startAfter: epochs(2),
        cooldown: evaluations(1),
      }),
      "patience",
      "patience 3, min Δ 1 SE, 1 of grace, after 2 epochs",
    ],
    [maxSteps({ for: 500 }), "steps", "500 steps more"],
    [any(maxSeconds(60), maxExamples(5_000)), "budget", "60 seconds or 5,000 examples"],
    [maxSeconds(60, { of: "training" }), "budget", "60 seconds of training"],
    [any(maxSteps(9), nonFinite()), "steps", "not finite, at most 9 steps"],
    [nonFinite({ after: 3 }), "other", "not finite 3 times"],
    [
      any(diverged({ ...loss, threshold: 5, times: 3 }), early),
      "patience",
      "validation.loss > 5 or 3 × the best or patience 8, min Δ 0.002",
    ],
    [
      target({ metric: "validation.accuracy", mode: "max", value: 0.97 }),
      "other",
      "validation.accuracy ≥ 0.97",
    ],
    [
      mustReachBy({ ...loss, value: 0.5, at: epochs(3) }),
      "other",
      "validation.loss ≤ 0.5 by 3 epochs, or stop",
    ],
    [tolerance(loss), "patience", "no change for 10, tol 0.0001"],
    [precheltGL({ metric: "m", alpha: 5 }), "other", "GL 5 %"],
    [precheltPQ({ metric: "m", alpha: 0.75 }), "other", "PQ 0.75"],
    [precheltUP({ metric: "m", strips: 3 }), "other", "UP 3"],
    [rateFloor({ rate: 1e-5 }), "lr", "rate ≤ 0.00001"],
    [rateFloor({ rate: 1e-3, ...loss, patience: evaluations(2) }), "lr", "rate ≤ 0.001, then patience 2"],
    [slope({ ...loss, window: evaluations(10) }), "slope", "no trend over 10"],
    [slope({ ...loss, window: evaluations(10), threshold: 0.01 }), "slope", "no trend above 0.01 over 10"],
    [futility({ ...loss, before: steps(500) }), "other", "a chance of 5% to beat the best before 500 steps"],
    [
      futility({ ...loss, before: epochs(9), chance: 0.1, minDelta: 0.01 }),
      "other",
      "a chance of 10% to beat the best by 0.01 before 9 epochs",
    ],
    [keras({ ...loss, patience: 3 }), "patience", "patience 3, as Keras"],
    [lightning(loss), "patience", "patience 3, as Lightning"],
    [transformers(loss), "patience", "patience 1, as Transformers"],
    [ignite({ ...loss, patience: 2 }), "patience", "patience 2, as Ignite"],
    [lightgbm({ ...loss, rounds: 2 }), "patience", "2 rounds, as LightGBM"],
    [histGradientBoosting(loss), "patience", "no change for 10, as HistGradientBoosting"],
    [after(epochs(5), early), "patience", "patience 8, min Δ 0.002, after 5 epochs"],
    [after(maxSteps(5), maxEpochs(2)), "epochs", "2 epochs, after 5 steps"],
    [within(epochs(5), early), "patience", "patience 8, min Δ 0.002, within 5 epochs"],
    [all(maxEpochs(2), not(maxSteps(9))), "other", "2 epochs and not 9 steps"],
    [atLeast(2, maxSteps(1), maxSteps(2)), "steps", "2 of: 1 step, 2 steps"],
  ];
  for (const [stop, kind, rule] of cases) {
    assert.deepEqual([kindOf({ stop }), ruleText({ stop })], [kind, rule]);
  }
});

Deno.test("what a policy says of itself comes first", () => {
  const given = { stop: maxSteps(5), kind: "budget", rule: "5 minutes" } as const;
  assert.deepEqual([kindOf(given), ruleText(given)], ["budget", "5 minutes"]);
});
