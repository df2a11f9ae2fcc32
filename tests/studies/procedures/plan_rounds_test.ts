import assert from "node:assert/strict";
import fc from "fast-check";
import { batchPlan } from "../../../lib/batch_plan.ts";
import { blobs } from "../../../lib/data/blobs.ts";
import { epochs, steps } from "../../../lib/durations.ts";
import { mlp } from "../../../lib/models/mlp.ts";
import { adam } from "../../../lib/optimizers/adam.ts";
import { constant } from "../../../lib/schedules/constant.ts";
import { cosine } from "../../../lib/schedules/cosine.ts";
import { exponential } from "../../../lib/schedules/exponential.ts";
import { inverseSqrt } from "../../../lib/schedules/inverse_sqrt.ts";
import { join } from "../../../lib/schedules/join.ts";
import { linear } from "../../../lib/schedules/linear.ts";
import { resolve } from "../../../lib/schedules/resolve.ts";
import type { Schedule } from "../../../lib/schedules/schedule.ts";
import { warmup } from "../../../lib/schedules/warmup.ts";
import { warmupStableDecay } from "../../../lib/schedules/warmup_stable_decay.ts";
import { extendedFor } from "../../../lib/studies/procedures/extended_for.ts";
import { planRounds, roundText } from "../../../lib/studies/procedures/plan_rounds.ts";
import { type Grade, transferOf } from "../../../lib/studies/procedures/transfer.ts";
import { trialsOf } from "../../../lib/studies/trials_of.ts";
import type { Study } from "../../../lib/studies/study.ts";

const batches = batchPlan(1_000, 10);
const KINDS: readonly (readonly [what: string, schedule: Schedule, how: RegExp, horizon: number | null])[] = [
  ["a cosine is stretched", cosine({ peak: 0.1, horizon: steps(100) }), /stretched/, 1_000],
  ["a linear decay is stretched", linear({ start: 0.1, horizon: steps(100) }), /stretched/, 1_000],
  [
    "a cosine after a warm-up is stretched",
    warmup({ warmup: steps(20), then: cosine({ peak: 0.1, horizon: steps(80) }) }),
    /stretched/,
    1_000,
  ],
  [
    "a warm-up, constant part and decay",
    warmupStableDecay({ warmup: steps(10), peak: 0.1, decay: steps(30), horizon: steps(100) }),
    /constant part is longer/,
    1_000,
  ],
  [
    "the same in epochs",
    warmupStableDecay({ peak: 0.1, decay: epochs(0.3), horizon: epochs(1) }),
    /constant part is longer/,
    1_000,
  ],
  [
    "a constant joined with a decay",
    join({ schedules: [constant(0.1), linear({ start: 0.1, horizon: steps(40) })], borders: [steps(60)] }),
    /constant part is longer/,
    1_000,
  ],
  ["a constant goes on", constant(0.1), /goes on/, null],
  ["an inverse square root goes on", inverseSqrt({ peak: 0.1, timescale: steps(10) }), /goes on/, null],
];
for (const [what, schedule, how, horizon] of KINDS) {
  Deno.test(`extended: ${what}`, () => {
    const extension = extendedFor(schedule, 100, 1_000, batches), long = resolve(extension.schedule, batches);
    assert.match(extension.how, how);
    assert.equal(long.horizon, horizon);
    assert.equal(long.peak, resolve(schedule, batches).peak);
    assert.ok(extension.tiny <= extension.tinyUnchanged);
    if (horizon !== null) {
      assert.ok(extension.tiny < 0.3 && extension.tinyUnchanged > 0.8, "merely gone on with, most is tiny");
    }
  });
}
Deno.test("a decay keeps its length while the constant part grows", () => {
  const short = warmupStableDecay({ peak: 1, decay: steps(30), horizon: steps(100) });
  const { rate } = resolve(extendedFor(short, 100, 1_000, batches).schedule, batches);
  assert.deepEqual([rate(0), rate(969), rate(985)], [1, 1, 0.5]);
});
const REFUSED: readonly (readonly [what: string, schedule: Schedule, message: RegExp])[] = [
  [
    "an exponential",
    exponential({ start: 0.1, factor: 0.5, every: steps(10) }),
    /cannot extend exponential\(.*\) from 100 to 1,000 steps: it has neither/,
  ],
  [
    "a join without a constant",
    join({
      schedules: [linear({ start: 0.1, horizon: steps(50) }), cosine({ peak: 0.1, horizon: steps(50) })],
      borders: [steps(50)],
    }),
    /no constant part to extend/,
  ],
];
for (const [what, schedule, message] of REFUSED) {
  Deno.test(`${what} has no extension, and that is an error`, () => {
    assert.throws(() => extendedFor(schedule, 100, 1_000, batches), message);
  });
}

const GRADES: readonly (readonly [path: string, grade: Grade])[] = [
  ["schedule.warmup.count", "very likely"],
  ["model.init", "very likely"],
  ["model.layers", "likely"],
  ["model.dropout", "perhaps"],
  ["optimizer.beta1", "perhaps"],
  ["optimizer.decay", "perhaps"],
  ["data.augmentation.shift", "perhaps"],
  ["schedule.peak", "unlikely"],
  ["schedule.decay.count", "unlikely"],
  ["learning_rate", "unlikely"],
  ["something", "perhaps"],
];
for (const [path, grade] of GRADES) {
  Deno.test(`${path} transfers: ${grade}`, () => assert.equal(transferOf(path).grade, grade));
}

const study: Study = {
  name: "short",
  spec: {
    model: mlp({ layers: [2, 8, 3] }),
    data: blobs(),
    optimizer: adam(),
    schedule: cosine({ peak: 0.01, horizon: steps(100) }),
    batch: 16,
  },
  space: {
    "schedule.peak": { kind: "float", min: 1e-4, max: 1e-1, log: true },
    "optimizer.beta1": { kind: "float", min: 0.8, max: 0.99, log: false },
    "model.init": { kind: "choice", values: ["he", "glorot"] },
  },
  budget: steps(100),
  trials: 48,
};
Deno.test("two rounds fix what transfers and search the rate again, with the schedule stretched", () => {
  const { rounds: [first, second], findings } = planRounds(study, { production: 1_000 });
  assert.equal(first.study, study);
  assert.deepEqual([second.steps, second.study.trials, second.study.budget], [1_000, 3, steps(1_000)]);
  assert.deepEqual(Object.keys(second.study.space), ["schedule.peak"]);
  assert.deepEqual(second.takenOver.map(({ path }) => path), ["optimizer.beta1", "model.init"]);
  assert.equal(resolve(second.study.spec.schedule, batches).horizon, 1_000);
  assert.deepEqual(findings, []);
  assert.match(
    roundText(second),
    /^round 2: 3 trials of 1,000 steps; takes over .*; searches again schedule.peak \(unlikely\); the base rate stays/,
  );
});
Deno.test("of three rounds the one between searches again what transfers perhaps", () => {
  const { rounds } = planRounds(study, { production: 10_000, rounds: 3 });
  assert.deepEqual(rounds.map(({ steps }) => steps), [100, 1_000, 10_000]);
  assert.deepEqual(rounds.map(({ study }) => study.trials), [48, 12, 3]);
  assert.deepEqual(Object.keys(rounds[1].study.space), ["schedule.peak", "optimizer.beta1"]);
  assert.deepEqual(Object.keys(rounds[2].study.space), ["schedule.peak"]);
});
Deno.test("where all transfers, or few choices are left, as many trials are planned as there are points, and they can be run", () => {
  const { "schedule.peak": _, ...transfers } = study.space;
  const [, all] = planRounds({ ...study, space: transfers }, { production: 1_000 }).rounds;
  assert.deepEqual([all.study.space, all.study.trials], [{}, 1]);
  const few: Study = {
    ...study,
    space: { "schedule.peak": { kind: "choice", values: [0.1, 0.01] } },
    trials: 2,
  };
  const [, left] = planRounds(few, { production: 1_000 }).rounds;
  assert.deepEqual([trialsOf(all.study).length, trialsOf(left.study).length], [1, 2]);
});
Deno.test("after a grid, and where nothing is left to choose, rounds can be run too", () => {
  const { trials: _, ...all } = study, sampler = { kind: "grid", levels: 3 } as const;
  const grid = planRounds({ ...all, sampler }, { production: 1_000 }).rounds;
  assert.deepEqual(grid.map(({ study }) => trialsOf(study).length), [18, 3]);
  assert.match(roundText(grid[0]), /^round 1: 18 trials of 100 steps/);
  const space = { "schedule.peak": { kind: "float", min: 0.1, max: 0.1, log: false } } as const;
  const one = planRounds({ ...study, space, trials: 1 }, { production: 1_000 }).rounds;
  assert.deepEqual(one.map(({ study }) => trialsOf(study).length), [1, 1]);
});
Deno.test("rounds grow by one factor up to the long run, and trials never grow", () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 1e6 }), fc.integer({ min: 2, max: 5 }), (production, count) => {
      const { rounds } = planRounds(study, { production, rounds: count });
      assert.equal(rounds.at(-1)!.steps, production);
      rounds.slice(1).forEach(({ steps, study: { trials } }, i) => {
        assert.ok(steps > rounds[i].steps && trials! <= rounds[i].study.trials!);
      });
    }),
  );
});
Deno.test("a long run that is no longer than the first round is refused", () => {
  assert.throws(
    () => planRounds(study, { production: 100 }),
    /invalid production: 100 \(more than the 100 steps of the first round\)/,
  );
});
