import assert from "node:assert/strict";
import { defaultPolicies } from "../../lib/policies/default_policies.ts";
import { parsePolicy, policyText } from "../../lib/policies/policy_text.ts";
import { replayMany } from "../../lib/policies/replay.ts";
import { recorded } from "../curves/recordings.ts";

const falling = (count: number) => Array.from({ length: count }, (_, i) => 1 + 1 / (i + 1));
const names = (...args: Parameters<typeof defaultPolicies>) =>
  defaultPolicies(...args).map(({ name }) => name);

Deno.test("the default family has lengths, patience, slopes, Prechelt's rules and Keras', each by its own name", () => {
  const trajectories = [recorded({ losses: falling(40) }), recorded({ losses: falling(30) })];
  const policies = defaultPolicies(trajectories), kinds = new Set(policies.map(({ stop }) => stop.kind));
  assert.deepEqual(
    [...kinds].sort(),
    ["keras", "maxSteps", "plateau", "precheltGL", "precheltPQ", "precheltUP", "slope"],
  );
  assert.equal(new Set(policies.map(({ name }) => name)).size, policies.length);
  for (const policy of policies) assert.deepEqual(parsePolicy(policyText(policy)), policy);
  assert.equal(replayMany(trajectories, policies)[1].length, policies.length);
});

Deno.test("lengths are shares of the middle recording, at its evaluations", () => {
  const policies = defaultPolicies([10, 20, 40].map((count) => recorded({ losses: falling(count) })));
  const caps = policies.flatMap(({ name, stop }) => stop.kind === "maxSteps" ? [[name, stop.steps]] : []);
  assert.deepEqual(caps, [
    ["10% of the middle length", 20],
    ["25% of the middle length", 50],
    ["50% of the middle length", 100],
    ["75% of the middle length", 150],
  ]);
  assert.deepEqual(
    names([recorded({ losses: falling(20) }), recorded({ losses: falling(20) })]).slice(0, 2),
    [
      "10% of the length",
      "25% of the length",
    ],
  );
});

Deno.test("what recordings are too short for, or cannot judge, is left out", () => {
  const short = names([recorded({ losses: falling(3) })]);
  assert.deepEqual(short.filter((name) => /^Patience \d+$/.test(name)), ["Patience 1", "Patience 2"]);
  assert.ok(!short.some((name) => /slope|Keras|UP|PQ/.test(name)), short.join());
  const higher = names([recorded({ losses: falling(40) })], { metric: "validation.accuracy", mode: "max" });
  assert.ok(!higher.some((name) => /Prechelt/.test(name)));
  assert.ok(!names([recorded({ losses: [-1, ...falling(40)] })]).some((name) => /Prechelt/.test(name)));
  const silent = { ...recorded({ losses: falling(40) }) };
  const updates = { ...silent.updates, loss: silent.updates.loss.map(() => NaN) };
  assert.ok(!names([{ ...silent, updates }]).some((name) => /PQ/.test(name)), "PQ reads the training loss");
  assert.deepEqual(names([]), []);
});

Deno.test("lengths are in epochs where a step is worth more in one run than in another, or is an epoch", () => {
  const one = recorded({ losses: falling(10) });
  const { evaluations } = one,
    other = {
      ...one,
      evaluations: { ...evaluations, epoch: evaluations.epoch.map((epoch) => epoch * 2) },
    };
  const kindsOf = (...args: Parameters<typeof defaultPolicies>) =>
    new Set(defaultPolicies(...args).slice(0, 3).map(({ stop }) => stop.kind));
  assert.deepEqual(kindsOf([one, one]), new Set(["maxSteps"]));
  assert.deepEqual(kindsOf([one, other]), new Set(["maxEpochs"]));
  assert.deepEqual(kindsOf([one], { counts: "epochs" }), new Set(["maxEpochs"]));
});
