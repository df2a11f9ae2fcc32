import assert from "node:assert/strict";
import { tradeoff } from "../../lib/charts/tradeoff.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import { endless, judge, policies, seeds } from "./fixture.ts";
import { marksOf, NARROW, textsOf, WIDE } from "./marks.ts";

const runs = seeds(3);
const reduced = seeds(3, { cuts: [900, 1_300] });
const judgements = judge(runs, reduced);

Deno.test("medians are large and named, seeds are small", () => {
  for (const size of [WIDE, NARROW]) {
    const options = tradeoff({ judgements }).options(size);
    const dots = marksOf(options, "dot").map(({ data }) => data.length);
    assert.deepEqual(dots, [18, 1, 1, 1, 1, 1, 1]);
    for (const { name } of policies) assert.ok(textsOf(options).includes(name), name);
  }
});

Deno.test("the domains hold every seed and the zero line", () => {
  const { x, y } = tradeoff({ judgements }).options(WIDE) as {
    x: { domain: number[] };
    y: { domain: number[] };
  };
  for (const { regret, computeSaved } of judgements.flat()) {
    assert.ok(1 - computeSaved! >= x.domain[0] && 1 - computeSaved! <= x.domain[1]);
    assert.ok(regret! >= y.domain[0] && regret! <= y.domain[1]);
  }
  assert.ok(y.domain[0] < 0);
});

Deno.test("the axis says what the whole is", () => {
  assert.ok(textsOf(tradeoff({ judgements }).options(WIDE)).includes("compute used, share of 3,000 steps"));
});

Deno.test("a censored policy is not drawn, and that is said", () => {
  const chart = tradeoff({ judgements: judge(runs, [], [endless, policies[0]]) });
  assert.ok(!textsOf(chart.options(WIDE)).includes("Fixed steps"));
  assert.match(chart.meta!, /; 1 censored, not drawn$/);
});

const early = { ...policies[1], name: "Ten steps", stop: maxSteps(10) };
const missing: [name: string, judged: Policy[], says: RegExp][] = [
  ["none", [policies[0]], /small marks are seeds$/],
  ["one that keeps nothing", [early, policies[0]], /; 1 keeps nothing, not drawn$/],
  ["two that keep nothing", [early, { ...early, name: "Ten more" }], /; 2 keep nothing, not drawn$/],
  ["one of each", [endless, early, policies[0]], /; 1 keeps nothing, 1 censored, not drawn$/],
];
for (const [name, judged, says] of missing) {
  Deno.test(`policies without a point are counted by their reason: ${name}`, () => {
    assert.match(tradeoff({ judgements: judge(runs, [], judged) }).meta!, says);
  });
}

Deno.test("a policy that keeps nothing has a verdict, so an empty figure says what it lacks", () => {
  assert.equal(tradeoff({ judgements: judge(runs, [], [early]) }).empty, "No policy keeps an evaluation.");
});

Deno.test("all censored: one sentence, and still a figure of the right shape", () => {
  const chart = tradeoff({ judgements: judge(runs, [], [endless]) });
  assert.equal(chart.empty, "No policy has a verdict yet.");
  assert.equal(chart.options(WIDE).width, WIDE.width);
});

Deno.test("identical policies on one seed are still two names", () => {
  const same = ["one", "two"].map((name) => ({ ...policies[1], name }));
  const options = tradeoff({ judgements: judge(runs.slice(0, 1), [], same) }).options(WIDE);
  const names = marksOf(options, "text").filter((mark) =>
    ["one", "two"].includes(String((mark.data[0] as { policy?: string }).policy))
  );
  const places = names.map((mark) =>
    `${(mark as unknown as { dx: number }).dx} ${(mark as unknown as { dy: number }).dy}`
  );
  assert.equal(new Set(places).size, 2);
});

Deno.test("in a terminal each policy has its regret and its cost", () => {
  assert.match(tradeoff({ judgements }).text(70), /Fixed steps \+0\.\d{3} at 67%/);
});
