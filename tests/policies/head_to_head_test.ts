import assert from "node:assert/strict";
import { headToHead } from "../../lib/policies/head_to_head.ts";
import { parsePolicy } from "../../lib/policies/policy_text.ts";
import { replay } from "../../lib/policies/replay.ts";
import { recorded } from "../curves/recordings.ts";

const policies = [
  "Patient: plateau(validation.loss, min, patience: evaluations(2))",
  "Short: maxSteps(20)",
  "Beyond: maxSteps(900)",
]
  .map(parsePolicy);
const falls = [1, 0.8, 0.6, 0.7, 0.8, 0.9],
  rises = [0.5, 0.6, 0.7, 0.8, 0.9, 1],
  late = [1, 0.8, 0.7, 0.6, 0.5, 0.4];
const judged = [falls, rises, late].map((losses) => replay(recorded({ losses }), policies));

Deno.test("two policies are compared run by run, and what is censored is left out and said", () => {
  const { text, difference: _, ...rest } = headToHead(judged, "Patient", "Short");
  assert.deepEqual(rest, {
    policy: "Patient",
    against: "Short",
    runs: 2,
    left: 1,
    better: 1,
    same: 1,
    updates: 20,
  });
  assert.match(
    text,
    /^Patient against Short: keeps a lower validation\.loss on 1 of 2 runs, the same on 1 \(median difference −0\.1, .*, and trains 20 updates longer \(median\); on 1 of 3 one of them went on/,
  );
});
Deno.test("the other way round everything is the other way round", () => {
  const one = headToHead(judged, "Patient", "Short"), other = headToHead(judged, "Short", "Patient");
  assert.equal(other.updates, -one.updates!);
  assert.equal(other.difference!.median, -one.difference!.median);
  assert.equal(other.better, one.runs - one.better - one.same);
});
Deno.test("one run is said to be one, and none to be none", () => {
  assert.equal(
    headToHead(judged.slice(0, 1), "Patient", "Short").text,
    "Patient against Short: keeps a validation.loss 0.2 lower, and trains 30 updates longer, on one run.",
  );
  assert.match(
    headToHead(judged, "Patient", "Beyond").text,
    /^Patient against Beyond: no run on which both end; on 3 of 3/,
  );
});
Deno.test("an unknown policy is told with those there are", () => {
  assert.throws(
    () => headToHead(judged, "Patient", "Shot"),
    /^RangeError: unknown policy: Shot \(has Patient, Short, Beyond\)$/,
  );
});
