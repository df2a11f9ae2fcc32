import assert from "node:assert/strict";
import { all } from "../../lib/criteria/all.ts";
import { any } from "../../lib/criteria/any.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { maxEpochs } from "../../lib/criteria/max_epochs.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { epochs, evaluations } from "../../lib/durations.ts";
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
  ];
  for (const [stop, kind, rule] of cases) {
    assert.deepEqual([kindOf({ stop }), ruleText({ stop })], [kind, rule]);
  }
});

Deno.test("what a policy says of itself comes first", () => {
  const given = { stop: maxSteps(5), kind: "budget", rule: "5 minutes" } as const;
  assert.deepEqual([kindOf(given), ruleText(given)], ["budget", "5 minutes"]);
});
