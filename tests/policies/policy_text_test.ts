import assert from "node:assert/strict";
import fc from "fast-check";
import { any } from "../../lib/criteria/any.ts";
import { best } from "../../lib/criteria/best.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { TextError } from "../../lib/criteria/tokens.ts";
import { evaluations } from "../../lib/durations.ts";
import { type Policy, policyKinds } from "../../lib/policies/policy.ts";
import { asPolicy, parsePolicy, policyText } from "../../lib/policies/policy_text.ts";
import { selections, writtenCriteria } from "../criteria/arbitraries.ts";

const early = plateau({ metric: "validation.loss", mode: "min", patience: evaluations(8) });
const keepBest = best("validation.loss", "min");

Deno.test("every policy reads back from its text and from JSON as it was", () => {
  const name = fc.oneof(
    fc.constantFrom("Early stopping", "min", "a: b; c", 'say "so"', "kind", "3 epochs", " x", "a  b"),
    fc.string({ minLength: 1 }),
  );
  const policies: fc.Arbitrary<Policy> = fc.record({
    name,
    stop: writtenCriteria,
    select: selections,
    kind: fc.constantFrom(...policyKinds),
    rule: name,
  }, { requiredKeys: ["name", "stop", "select"], noNullPrototype: true });
  fc.assert(fc.property(policies, (policy) => {
    assert.deepEqual(parsePolicy(policyText(policy)), policy);
    assert.deepEqual(asPolicy(JSON.parse(JSON.stringify(policy))), policy);
  }));
});

Deno.test("a policy is a name, a criterion and a selection", () => {
  const policy: Policy = { name: "Early stopping", stop: any(maxSteps(2_000), early), select: keepBest };
  const text =
    "Early stopping: any(maxSteps(2000), plateau(validation.loss, min, patience: evaluations(8))); best(validation.loss, min)";
  assert.equal(policyText(policy), text);
  const cases: [string, Policy][] = [
    ["Fixed:maxSteps(5)", { name: "Fixed", stop: maxSteps(5), select: keepBest }],
    ['"Fixed 5": maxSteps(5); last()', { name: "Fixed 5", stop: maxSteps(5), select: last() }],
    [
      'Fixed: maxSteps(5); kind: budget; rule: "5 steps"',
      { name: "Fixed", stop: maxSteps(5), select: keepBest, kind: "budget", rule: "5 steps" },
    ],
  ];
  for (const [written, said] of cases) assert.deepEqual(parsePolicy(written), said, written);
  assert.deepEqual(asPolicy({ name: "Fixed", stop: { kind: "maxSteps", steps: 5 } }).select, keepBest);
});

Deno.test("a policy that makes no sense is refused, with its place where it is a text", () => {
  const texts: [string, string][] = [
    ["maxSteps(5)", 'unexpected "(" (":" expected) (1:9)'],
    ["Fixed: platoo(5)", "unknown criterion: platoo (has "],
    ["Fixed: maxSteps(5) last()", 'unexpected "last" (";" expected) (1:20)'],
    ["Fixed: maxSteps(5); last(); last()", 'unexpected "last" (kind: or rule: expected) (1:29)'],
    ["Fixed: maxSteps(5); kind: blue", 'invalid kind: "blue" (epochs, steps, '],
    ["Fixed: maxSteps(5); colour: blue", "unknown option of policy: colour (has kind, rule) (1:21)"],
    ["Fixed: maxSteps(5); rule: a; rule: b", "rule given twice (1:30)"],
    [": maxSteps(5)", 'unexpected ":" (a policy\'s name expected) (1:1)'],
  ];
  for (const [text, start] of texts) {
    assert.throws(() => parsePolicy(text), (error) => {
      assert.ok(error instanceof TextError && error.message.startsWith(start), String(error));
      return true;
    });
  }
  const stop = { kind: "maxSteps", steps: 5 };
  const values: [unknown, string][] = [
    [null, "invalid policy: null (an object with name, stop, select, kind and rule)"],
    [{ stop }, "invalid name: undefined (a policy's name)"],
    [{ name: "a", stop, until: 5 }, "unknown option of policy: until (has name, stop, select, kind, rule)"],
    [{ name: "a", stop, rule: 5 }, "invalid rule: 5 (a text)"],
  ];
  for (const [value, message] of values) assert.throws(() => asPolicy(value), { message });
});
