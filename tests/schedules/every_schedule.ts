/** Schedules of every kind, for what holds of all of them. */
import fc from "fast-check";
import { type Duration, epochs, examples, steps } from "../../lib/durations.ts";
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { cosineRestarts } from "../../lib/schedules/cosine_restarts.ts";
import { cyclic } from "../../lib/schedules/cyclic.ts";
import { exponential } from "../../lib/schedules/exponential.ts";
import { inverseSqrt } from "../../lib/schedules/inverse_sqrt.ts";
import { inverseTime } from "../../lib/schedules/inverse_time.ts";
import { join } from "../../lib/schedules/join.ts";
import { linear } from "../../lib/schedules/linear.ts";
import { oneCycle } from "../../lib/schedules/one_cycle.ts";
import { pasts } from "../../lib/schedules/past.ts";
import { piecewise } from "../../lib/schedules/piecewise.ts";
import { polynomial } from "../../lib/schedules/polynomial.ts";
import { scale } from "../../lib/schedules/scale.ts";
import type { Schedule } from "../../lib/schedules/schedule.ts";
import { shapes } from "../../lib/schedules/shapes.ts";
import { step } from "../../lib/schedules/step.ts";
import { warmup } from "../../lib/schedules/warmup.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";
import { warmupStableDecay } from "../../lib/schedules/warmup_stable_decay.ts";

const peak = fc.double({ min: 1e-6, max: 10, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const inside = fc.double({ min: 0.05, max: 0.9, noNaN: true });
const stairs = fc.boolean();
export const duration: fc.Arbitrary<Duration> = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map(steps),
  fc.integer({ min: 1, max: 12 }).map((quarters) => epochs(quarters / 4)),
  fc.integer({ min: 1, max: 1_000 }).map(examples),
);
const past = fc.constantFrom(...pasts.filter((past) => past !== "error"));

/** A peak, something below it, a share and some durations, made into a schedule. */
const simple = (
  make: (given: {
    peak: number;
    end: number;
    inside: number;
    stairs: boolean;
    long: Duration;
    past: typeof pasts[number];
    shape: typeof shapes[number];
  }) => Schedule,
): fc.Arbitrary<Schedule> =>
  fc.record({ peak, share, inside, stairs, long: duration, past, shape: fc.constantFrom(...shapes) })
    .map(({ share, ...given }) => make({ ...given, end: given.peak * share }));

const leaves: Readonly<Record<string, fc.Arbitrary<Schedule>>> = {
  constant: peak.map(constant),
  linear: simple(({ peak, end, long, past }) => linear({ start: peak, end, horizon: long, past })),
  polynomial: simple(({ peak, end, long, past, inside, stairs }) =>
    polynomial({ start: peak, end, power: 2 * inside, horizon: long, past: stairs ? past : "widen" })
  ),
  exponential: simple(({ peak, end, inside, long, stairs }) =>
    exponential({ start: peak, factor: inside, every: long, staircase: stairs, ...(stairs ? { end } : {}) })
  ),
  step: simple(({ peak, inside, long }) => step({ start: peak, factor: inside, every: long })),
  piecewise: simple(({ peak, end, inside, stairs }) =>
    piecewise({
      start: peak,
      points: [{ at: steps(3), rate: end }, { at: epochs(2), rate: peak * inside }],
      between: stairs ? "linear" : inside < 0.5 ? "cosine" : "constant",
    })
  ),
  inverseTime: simple(({ peak, inside, long, stairs }) =>
    inverseTime({ start: peak, decay: inside, every: long, staircase: stairs })
  ),
  inverseSqrt: simple(({ peak, long }) => inverseSqrt({ peak, timescale: long })),
  cosine: simple(({ peak, end, inside, long, past }) =>
    cosine({ peak, end, exponent: 2 * inside, horizon: long, past })
  ),
  cosineRestarts: simple(({ peak, end, inside, stairs, long, past }) =>
    cosineRestarts({
      peak,
      end,
      ...(stairs ? { cycle: long } : { horizon: long, cycles: 3 }),
      lengthen: inside < 0.5 ? 1 : 2,
      shrink: inside,
      past,
    })
  ),
  oneCycle: simple(({ peak, end, inside, stairs, long, past }) =>
    oneCycle({
      peak,
      start: end,
      horizon: long,
      rise: inside / 2,
      ...(stairs ? { back: inside } : {}),
      shape: inside < 0.5 ? "cosine" : "linear",
      past,
    })
  ),
  cyclic: simple(({ peak, inside, long, stairs }) =>
    cyclic({
      low: peak * inside,
      high: peak,
      up: long,
      down: steps(7),
      shape: stairs ? "triangular2" : "expRange",
      factor: inside,
    })
  ),
  warmupCosine: simple(({ peak, end, long, past }) =>
    warmupCosine({ warmup: steps(5), start: end, peak, end, horizon: long, past })
  ),
  warmupStableDecay: simple(({ peak, end, stairs, past, shape }) =>
    warmupStableDecay({
      ...(stairs ? { warmup: steps(4) } : {}),
      start: end,
      rise: shape,
      peak,
      decay: epochs(1.5),
      tail: shape,
      end,
      horizon: steps(20),
      past,
    })
  ),
};

const leaf = fc.oneof(...Object.values(leaves));
const composed: Readonly<Record<string, fc.Arbitrary<Schedule>>> = {
  warmup: fc.record({
    warmup: duration,
    start: peak,
    then: leaf,
    shape: fc.constantFrom(...shapes, "constant" as const),
  })
    .map(warmup),
  join: fc.tuple(leaf, leaf, leaf).map((schedules) => join({ schedules, borders: [steps(6), epochs(3)] })),
  scale: fc.record({ schedule: leaf, by: fc.oneof(peak, leaf) }).map(scale),
};

/** By kind; every kind is here. */
export const byKind: Readonly<Record<string, fc.Arbitrary<Schedule>>> = { ...leaves, ...composed };
export const anySchedule: fc.Arbitrary<Schedule> = fc.oneof(...Object.values(byKind));
