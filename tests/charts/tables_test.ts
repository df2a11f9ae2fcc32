import assert from "node:assert/strict";
import type { Table } from "../../lib/charts/chart.ts";
import { policyTable } from "../../lib/charts/policy_table.ts";
import { trainingTable } from "../../lib/charts/training_table.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { endless, eventOf, judge, policies, seeds, simulate } from "./fixture.ts";

const runs = seeds(3);
const judgements = judge(runs);
const column = (table: Table, label: string) => {
  const index = table.columns.findIndex((each) => each.label === label);
  assert.ok(index >= 0, `${label} in ${table.columns.map((each) => each.label).join(", ")}`);
  return table.rows.map((row) => row[index]);
};

Deno.test("the policy table has the columns of the comparison", () => {
  assert.deepEqual(policyTable({ judgements }).columns.map(({ label }) => label), [
    "policy",
    "stops at step",
    "epoch",
    "loss kept",
    "test acc.",
    "regret",
    "worst seed",
    "compute saved",
  ]);
});

Deno.test("it is sorted by the regret that it shows, ties by compute saved", () => {
  const table = policyTable({ judgements });
  const shown = column(table, "regret").map(({ value }) => Math.round((value as number) * 1000));
  const saved = column(table, "compute saved").map(({ value }) => value as number);
  shown.forEach((regret, row) => {
    if (row === 0) return;
    assert.ok(regret > shown[row - 1] || regret === shown[row - 1] && saved[row] <= saved[row - 1]);
  });
  assert.equal(table.columns[table.sorted!.column].label, "regret");
});

Deno.test("a row has the policy's symbol, its rule, a signed regret and a bar in its colour", () => {
  const table = policyTable({ judgements });
  const row = table.rows.find(([policy]) => policy.text === "Fixed steps")!;
  assert.deepEqual([row[0].policy, row[0].sub, row[1].text], ["steps", "2,000 steps", "2,000"]);
  assert.match(row[5].text, /^\+0\.\d{3}$/);
  assert.equal(row[7].text, "33%");
  assert.ok(Math.abs(row[7].meter!.share - 1 / 3) < 1e-9 && row[7].meter!.policy === "steps");
});

Deno.test("a censored policy claims nothing and the caption says what that means", () => {
  const table = policyTable({ judgements: judge(runs, [], [endless, policies[0]]) });
  assert.deepEqual(table.rows.at(-1)!.map(({ text }) => text), [
    "Fixed steps",
    "censored",
    "–",
    "–",
    "–",
    "–",
    "–",
    "–",
  ]);
  assert.equal(table.caption, "Medians of 3 seeds; censored: would have gone on past the recording");
});

Deno.test("a policy that stops before the first evaluation keeps nothing, which is not censored", () => {
  const early = { ...policies[1], name: "Ten steps", stop: maxSteps(10) };
  const table = policyTable({ judgements: judge(runs, [], [early, policies[0]]) });
  assert.deepEqual(table.rows.at(-1)!.slice(0, 4).map(({ text }) => text), [
    "Ten steps",
    "10",
    "0.3",
    "keeps nothing",
  ]);
  assert.equal(table.caption, "Medians of 3 seeds");
});

Deno.test("a policy that is censored on some seeds says on how many it stops", () => {
  const short = [runs[0], simulate({ seed: 1, updates: 600 }), runs[2]];
  const [stops] = column(policyTable({ judgements: judge(short, [], [policies[1]]) }), "stops at step");
  assert.deepEqual([stops.text, stops.sub], ["2,000", "2 of 3"]);
});

Deno.test("one seed needs no median", () => {
  assert.equal(policyTable({ judgements: judge(runs.slice(0, 1)) }).caption, undefined);
});

Deno.test("without a judgement there is a sentence", () => {
  const table = policyTable({ judgements: [] });
  assert.deepEqual([table.rows.length, table.empty], [0, "No policy to compare."]);
});

const states: [name: string, run: ReturnType<typeof simulate>, time: string, state: string | undefined][] = [
  ["a training that is done shows its time", simulate(), "0:12", undefined],
  ["one that runs shows the time left", simulate({ updates: 1_500, end: null }), "0:06 left", "running"],
  ["one that waits is queued", simulate({ updates: 0, end: null }), "queued", "queued"],
  [
    "one that diverged says so",
    simulate({ updates: 500, divergesAt: 300, end: "diverged" }),
    "diverged",
    "error",
  ],
  [
    "one that was ended by hand says when",
    simulate({ updates: 500, end: "aborted" }),
    "stopped at 2.0 s",
    undefined,
  ],
];
for (const [name, run, time, state] of states) {
  Deno.test(`in the training table ${name}`, () => {
    const [cell] = column(trainingTable({ runs: [eventOf(run)] }), "time");
    assert.deepEqual([cell.text, cell.state], [time, state]);
  });
}

Deno.test("a fork that waits is queued, though it has the steps of its trunk", () => {
  const waiting = { ...eventOf(simulate({ updates: 700, end: null })), type: "planned" as const };
  const [cell] = column(trainingTable({ runs: [waiting] }), "time");
  assert.deepEqual([cell.text, cell.state], ["queued", "queued"]);
});

Deno.test("progress is a share of the cap, which the heading names", () => {
  const [cell] = column(
    trainingTable({ runs: [eventOf(simulate({ updates: 1_500, end: null }))] }),
    "step of 3,000",
  );
  assert.deepEqual([cell.text, cell.meter?.share], ["1,500", 0.5]);
});

Deno.test("a policy that waits shows pips, and one that would have stopped shows where", () => {
  const growing = simulate({ updates: 1_400, end: null, seed: 2 });
  const table = trainingTable({ runs: [eventOf(runs[0]), eventOf(growing)], policy: policies[2] });
  const [stopped, waits] = column(table, "early stopping");
  assert.match(stopped.text, /^would stop at [\d,]+$/);
  assert.equal(waits.pips?.of, 8);
  assert.equal(waits.text, `${waits.pips?.done} of 8 without gain`);
  assert.ok(waits.pips!.done < 8);
});

Deno.test("small lines share their scales, and one run that blew up does not flatten them", () => {
  const lost = simulate({ seed: 4, updates: 900, divergesAt: 600, end: "diverged" });
  const domains = [runs, [...runs, lost]].map((group) => {
    const sparks = column(trainingTable({ runs: group.map((run) => eventOf(run)) }), "validation loss");
    assert.equal(new Set(sparks.map(({ spark }) => JSON.stringify([spark!.domain, spark!.xDomain]))).size, 1);
    return sparks[0].spark!.domain;
  });
  assert.deepEqual(domains[0], domains[1]);
});

Deno.test("runs of one name are told apart by what differs", () => {
  const events = runs.slice(0, 2).map((run) => eventOf(run));
  const reduced = events.map((event) => ({ ...event, plan: { ...event.plan, scale: "plateauScale" } }));
  assert.deepEqual(column(trainingTable({ runs: [...events, ...reduced] }), "run").map(({ text }) => text), [
    "seed 0",
    "seed 1",
    "seed 0, rate reduced",
    "seed 1, rate reduced",
  ]);
});

Deno.test("no training: one sentence", () =>
  assert.equal(trainingTable({ runs: [] }).empty, "No training yet."));
