/** Holds schedules and rules against what other libraries computed. `PLATEAU_GOLDEN` names another folder. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { initial, observe, stops } from "../../lib/criteria/rules.ts";
import type { Plateau, PlateauState } from "../../lib/criteria/criterion.ts";
import { select } from "../../lib/criteria/select.ts";
import { START } from "../../lib/durations.ts";
import { initialScale, observeScale } from "../../lib/schedules/reduce_on_plateau.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { metricOf, saidScale, saidStop } from "./golden_rules.ts";
import { type Said, saidSchedule } from "./golden_schedules.ts";
import { type GoldenCase, type GoldenFile, goldenFiles } from "./vectors.ts";

const folder = Deno.env.get("PLATEAU_GOLDEN") ?? import.meta.dirname!;
const batches = { trainingExamples: 1, batch: 1, remainder: "train" } as const;

Deno.test({
  name: "the golden vectors here are as they were recorded, byte for byte",
  ignore: folder !== import.meta.dirname,
  fn() {
    for (const line of Deno.readTextFileSync(`${folder}/SHA256SUMS`).trim().split("\n")) {
      const [sum, file] = line.split(/\s+/);
      const found = createHash("sha256").update(Deno.readFileSync(`${folder}/${file}`)).digest("hex");
      assert.equal(found, sum, file);
    }
  },
});

for (const file of goldenFiles(folder)) {
  for (const [name, cases] of Map.groupBy(file.cases, ({ name }) => name)) {
    const checks = cases.flatMap((golden) => checkOf(file, golden) ?? []);
    const missing = cases.length - checks.length;
    if (checks.length > 0) {
      Deno.test(`${file.name}: ${name} equals all ${checks.length} vectors that it can express`, () => {
        for (const check of checks) check();
      });
    }
    if (missing > 0) {
      Deno.test({ name: `${file.name}: ${name}, ${missing} vectors: not built yet`, ignore: true, fn() {} });
    }
  }
}

/** What is to be compared for one case; null when what it needs is not built. */
function checkOf(file: GoldenFile, golden: GoldenCase): (() => void) | null {
  const [what, library] = file.name.split("-");
  if (what === "schedules") {
    const said = saidSchedule(library, golden);
    return said && (() => checkRates(file, golden, said));
  }
  if (what === "stop") {
    const said = saidStop(library, golden);
    return said && (() => checkStop(golden, said));
  }
  return file.name === "plateau-keras" ? () => checkScale(file, golden) : null;
}

function checkRates(file: GoldenFile, golden: GoldenCase, { schedule, upTo = Infinity }: Said): void {
  const expected = (golden.all.value ?? golden.all.lr) as number[];
  const { rate } = resolve(schedule, batches);
  const scale = file.single ? Math.max(...expected) : 0;
  expected.slice(0, upTo + 1).forEach((value, i) =>
    assertClose(file, rate(i), value, `${golden.id} at ${i}`, scale)
  );
}

/** The whole trace: wait, best and stop after every epoch, up to the stop and not beyond. */
function checkStop(golden: GoldenCase, rule: Plateau): void {
  const values = metricOf(golden);
  const rows = values.map((value, epoch) => ({ epoch, metrics: { value: value ?? NaN } }));
  const trace: unknown[] = [];
  let state = initial(rule) as PlateauState, evaluations = 0;
  for (const value of values) {
    if (value !== null) {
      const at = { ...START, evaluations: ++evaluations };
      state = observe(rule, state, { kind: "evaluation", at, metrics: { value } }) as PlateauState;
    }
    const stop = stops(rule, state, START);
    trace.push([state.elapsed, state.best, stop]);
    if (stop) break;
  }
  assert.deepEqual(trace, golden.all.trace_wait_best_stop, golden.id);

  const { restored_epoch: restored } = golden.all.out as { restored_epoch?: number | null };
  // With a minDelta a library restores what it accepted last, we the true best.
  if (typeof restored === "number" && rule.minDelta === 0) {
    const kept = select({ kind: "best", metric: "value", mode: rule.mode }, rows.slice(0, trace.length));
    assert.equal(kept?.epoch ?? 0, restored, `${golden.id}: kept`);
  }
}

function checkScale(file: GoldenFile, golden: GoldenCase): void {
  const rule = saidScale(golden), base = golden.all.base_lr as number;
  const rates = golden.all.lr as number[], trace = golden.all.trace_wait_cooldown_best as unknown[][];
  let state = initialScale();
  metricOf(golden).forEach((value, i) => {
    state = observeScale(rule, state, { step: i + 1, metrics: value === null ? {} : { value } });
    assertClose(file, base * state.scale, rates[i], `${golden.id} at ${i}`);
    const best = state.best === null ? null : Number(state.best);
    assert.deepEqual([state.wait, state.cooldown, best], trace[i], `${golden.id} at ${i}`);
  });
}

function assertClose(file: GoldenFile, actual: number, expected: number, where: string, scale = 0): void {
  const allowed = file.relative * Math.max(Math.abs(expected), scale) + file.absolute;
  assert.ok(Math.abs(actual - expected) <= allowed, `${where}: ${actual}, expected ${expected}`);
}
