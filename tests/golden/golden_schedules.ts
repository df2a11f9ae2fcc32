/** Schedules of other libraries, said with ours. */
import { batchPlan } from "../../lib/batch_plan.ts";
import { steps } from "../../lib/durations.ts";
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
import { piecewise } from "../../lib/schedules/piecewise.ts";
import { polynomial } from "../../lib/schedules/polynomial.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { scale } from "../../lib/schedules/scale.ts";
import type { Schedule } from "../../lib/schedules/schedule.ts";
import type { Shape } from "../../lib/schedules/shapes.ts";
import { step } from "../../lib/schedules/step.ts";
import { warmup } from "../../lib/schedules/warmup.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";
import { warmupStableDecay } from "../../lib/schedules/warmup_stable_decay.ts";
import { assertClose, type Check, type GoldenCase, type GoldenFile, type Values } from "./vectors.ts";

const batches = batchPlan(1, 1);

type Numbers = Readonly<Record<string, number>>;
/** Ours for one of theirs, by its parameters and base rate. */
type Say = (params: Numbers, base: number) => Schedule;
interface Part {
  readonly name: string;
  readonly params: Values;
}

/** What comes after so many updates at its first rate; `then` counts from there. */
const delayed = (updates: number, start: number, then: Schedule): Schedule =>
  updates > 0 ? join({ schedules: [constant(start), then], borders: [steps(updates)] }) : then;

const risingTo = (then: Schedule, updates: number, start: number): Schedule =>
  updates > 0 ? warmup({ warmup: steps(updates), start, then }) : then;

const optaxExponential = (
  { init_value, transition_steps, decay_rate, transition_begin = 0, staircase, end_value }: Numbers,
): Schedule =>
  delayed(
    transition_begin,
    init_value,
    exponential({
      start: init_value,
      factor: decay_rate,
      every: steps(transition_steps),
      staircase: Boolean(staircase),
      ...(end_value ? { end: end_value } : {}),
    }),
  );

const optaxPolynomial = (
  { init_value, end_value, power = 1, transition_steps, transition_begin = 0 }: Numbers,
): Schedule => {
  const horizon = steps(transition_steps);
  return delayed(
    transition_begin,
    init_value,
    polynomial({ start: init_value, end: end_value, power, horizon }),
  );
};

/** Boundaries and the factors there, as points and the rates from there. */
function points(start: number, boundaries: readonly (readonly number[])[]) {
  let rate = start;
  return [...boundaries].sort(([a], [b]) => a - b).map(([at, factor]) => {
    rate *= factor;
    return { at: steps(at), rate };
  });
}

const optaxWarmupCosine = (
  { init_value, peak_value, warmup_steps, decay_steps, end_value = 0, exponent = 1 }: Numbers,
): Schedule => {
  if (exponent === 1 && warmup_steps > 0) {
    return warmupCosine({
      warmup: steps(warmup_steps),
      start: init_value,
      peak: peak_value,
      end: end_value,
      horizon: steps(decay_steps),
    });
  }
  const horizon = steps(decay_steps - warmup_steps);
  return risingTo(cosine({ peak: peak_value, end: end_value, exponent, horizon }), warmup_steps, init_value);
};

const optax: Readonly<Record<string, Say>> = {
  constant_schedule: ({ value }) => constant(value),
  linear_schedule: ({ init_value, end_value, transition_steps, transition_begin = 0 }) =>
    delayed(
      transition_begin,
      init_value,
      linear({ start: init_value, end: end_value, horizon: steps(transition_steps) }),
    ),
  polynomial_schedule: optaxPolynomial,
  exponential_decay: optaxExponential,
  cosine_decay_schedule: ({ init_value, decay_steps, alpha = 0, exponent = 1 }) =>
    cosine({ peak: init_value, end: alpha * init_value, exponent, horizon: steps(decay_steps) }),
  piecewise_constant_schedule: ({ init_value, boundaries_and_scales }) =>
    piecewise({ start: init_value, points: points(init_value, boundaries_and_scales as never) }),
  piecewise_interpolate_schedule: ({ init_value, boundaries_and_scales, interpolate_type }) =>
    piecewise({
      start: init_value,
      points: points(init_value, boundaries_and_scales as never),
      between: interpolate_type as never,
    }),
  linear_onecycle_schedule: (params) =>
    optaxOneCycle(params, "linear", Math.trunc(params.pct_final * params.transition_steps)),
  cosine_onecycle_schedule: (params) => optaxOneCycle(params, "cosine"),
  warmup_constant_schedule: ({ init_value, peak_value, warmup_steps }) =>
    risingTo(constant(peak_value), warmup_steps, init_value),
  warmup_cosine_decay_schedule: optaxWarmupCosine,
  warmup_exponential_decay_schedule: ({ init_value, peak_value, warmup_steps, ...decay }) =>
    risingTo(optaxExponential({ ...decay, init_value: peak_value }), warmup_steps, init_value),
  sgdr_schedule: ({ cosine_kwargs }) => {
    const cycles = cosine_kwargs as unknown as readonly Numbers[];
    let end = 0;
    return joined(cycles.map(optaxWarmupCosine), cycles.map(({ decay_steps }) => end += decay_steps));
  },
  join_schedules: ({ schedules, boundaries }) =>
    joined(
      (schedules as unknown as readonly Part[]).map(({ name, params }) => optax[name](params as Numbers, 0)),
      boundaries as never,
    ),
};

function optaxOneCycle(
  { transition_steps, peak_value, pct_start, div_factor, final_div_factor }: Numbers,
  shape: "linear" | "cosine",
  back?: number,
): Schedule {
  const start = peak_value / div_factor;
  return oneCycle({
    peak: peak_value,
    start,
    end: start / final_div_factor,
    horizon: steps(transition_steps),
    rise: Math.trunc(pct_start * transition_steps) / transition_steps,
    ...(back === undefined ? {} : { back: back / transition_steps }),
    shape,
  });
}

/** Borders past the last schedule's beginning are not needed. */
const joined = (schedules: readonly Schedule[], borders: readonly number[]): Schedule =>
  schedules.length === 1
    ? schedules[0]
    : join({ schedules, borders: borders.slice(0, schedules.length - 1).map((border) => steps(border)) });

const keras: Readonly<Record<string, Say>> = {
  ExponentialDecay: ({ initial_learning_rate, decay_steps, decay_rate, staircase }) =>
    exponential({
      start: initial_learning_rate,
      factor: decay_rate,
      every: steps(decay_steps),
      staircase: Boolean(staircase),
    }),
  // Theirs keeps the left value at the boundary itself.
  PiecewiseConstantDecay: ({ boundaries, values }) => {
    const rates = values as unknown as number[], ats = boundaries as unknown as number[];
    return piecewise({
      start: rates[0],
      points: ats.map((at, i) => ({ at: steps(at + 1), rate: rates[i + 1] })),
    });
  },
  PolynomialDecay: ({ initial_learning_rate, decay_steps, end_learning_rate, power, cycle }) =>
    polynomial({
      start: initial_learning_rate,
      end: end_learning_rate,
      power,
      horizon: steps(decay_steps),
      past: cycle ? "widen" : "hold",
    }),
  InverseTimeDecay: ({ initial_learning_rate, decay_steps, decay_rate, staircase }) =>
    inverseTime({
      start: initial_learning_rate,
      decay: decay_rate,
      every: steps(decay_steps),
      staircase: Boolean(staircase),
    }),
  CosineDecay: ({ initial_learning_rate, decay_steps, alpha = 0, warmup_target, warmup_steps = 0 }) => {
    const peak = warmup_steps === 0 ? initial_learning_rate : warmup_target;
    const after = cosine({ peak, end: alpha * peak, horizon: steps(decay_steps) });
    return risingTo(after, warmup_steps, initial_learning_rate);
  },
  CosineDecayRestarts: ({ initial_learning_rate, first_decay_steps, t_mul = 2, m_mul = 1, alpha = 0 }) =>
    cosineRestarts({
      peak: initial_learning_rate,
      end: alpha * initial_learning_rate,
      cycle: steps(first_decay_steps),
      lengthen: t_mul,
      shrink: m_mul,
    }),
};

const torch: Readonly<Record<string, Say>> = {
  StepLR: ({ step_size, gamma }, base) => step({ start: base, factor: gamma, every: steps(step_size) }),
  MultiStepLR: ({ milestones, gamma }, base) => {
    // A milestone given twice counts twice.
    const counted = Map.groupBy(milestones as unknown as number[], (milestone) => milestone);
    return piecewise({
      start: base,
      points: points(base, [...counted].map(([at, times]) => [at, gamma ** times.length])),
    });
  },
  ExponentialLR: ({ gamma }, base) => exponential({ start: base, factor: gamma, every: steps(1) }),
  CosineAnnealingLR: ({ T_max, eta_min = 0 }, base) =>
    cosine({ peak: base, end: eta_min, horizon: steps(T_max), past: "mirror" }),
  CosineAnnealingWarmRestarts: ({ T_0, T_mult = 1, eta_min = 0 }, base) =>
    cosineRestarts({ peak: base, end: eta_min, cycle: steps(T_0), lengthen: T_mult }),
  OneCycleLR: (params) => {
    const { max_lr, total_steps = params.epochs * params.steps_per_epoch, pct_start = 0.3 } = params;
    const { div_factor = 25, final_div_factor = 1e4, three_phase, anneal_strategy = "cos" } = params;
    // Their last update is at the horizon, and a phase ends one update early.
    const horizon = total_steps - 1, top = pct_start * total_steps - 1, start = max_lr / div_factor;
    return oneCycle({
      peak: max_lr,
      start,
      end: start / final_div_factor,
      horizon: steps(horizon),
      rise: top / horizon,
      ...(three_phase ? { back: 2 * top / horizon } : {}),
      shape: String(anneal_strategy) === "cos" ? "cosine" : "linear",
    });
  },
  CyclicLR: ({ base_lr, max_lr, step_size_up, step_size_down = step_size_up, mode, gamma = 1 }) => {
    const shape = ({ triangular2: "triangular2", exp_range: "expRange" } as const)[String(mode)] ??
      "triangular";
    return cyclic({
      low: base_lr,
      high: max_lr,
      up: steps(step_size_up),
      down: steps(step_size_down),
      shape,
      factor: gamma,
    });
  },
  PolynomialLR: ({ total_iters, power = 1 }, base) =>
    polynomial({ start: base, power, horizon: steps(total_iters) }),
  LinearLR: ({ start_factor = 1 / 3, end_factor = 1, total_iters = 5 }, base) =>
    linear({ start: base * start_factor, end: base * end_factor, horizon: steps(total_iters) }),
  ConstantLR: ({ factor = 1 / 3, total_iters = 5 }, base) =>
    piecewise({ start: base * factor, points: [{ at: steps(total_iters), rate: base }] }),
  SequentialLR: ({ schedulers, milestones }, base) =>
    joined(
      (schedulers as unknown as readonly Part[]).map(({ name, params }) =>
        torch[name](params as Numbers, base)
      ),
      milestones as never,
    ),
  // The first gives the rates, the others factors.
  ChainedScheduler: ({ schedulers }, base) =>
    (schedulers as unknown as readonly Part[])
      .map(({ name, params }, i) => torch[name](params as Numbers, i === 0 ? base : 1))
      .reduce((schedule, by) => scale({ schedule, by })),
};

/** Hugging Face's cosine rises again past its end. */
const huggingFaceCosine = (
  { num_warmup_steps, num_training_steps }: Numbers,
  peak: number,
  end: number,
): Schedule => {
  const horizon = steps(num_training_steps - num_warmup_steps);
  return risingTo(cosine({ peak, end, horizon, past: "mirror" }), num_warmup_steps, 0);
};

const transformers: Readonly<Record<string, Say>> = {
  get_constant_schedule: (_, base) => constant(base),
  get_constant_schedule_with_warmup: ({ num_warmup_steps }, base) =>
    risingTo(constant(base), num_warmup_steps, 0),
  get_linear_schedule_with_warmup: ({ num_warmup_steps, num_training_steps }, base) =>
    risingTo(
      linear({ start: base, horizon: steps(num_training_steps - num_warmup_steps) }),
      num_warmup_steps,
      0,
    ),
  get_cosine_schedule_with_warmup: (params, base) => huggingFaceCosine(params, base, 0),
  get_cosine_with_min_lr_schedule_with_warmup: (params, base) =>
    huggingFaceCosine(params, base, params.min_lr ?? params.min_lr_rate * base),
  get_cosine_with_hard_restarts_schedule_with_warmup: (
    { num_warmup_steps, num_training_steps, num_cycles = 1 },
    base,
  ) => {
    const horizon = steps(num_training_steps - num_warmup_steps);
    return risingTo(cosineRestarts({ peak: base, horizon, cycles: num_cycles }), num_warmup_steps, 0);
  },
  get_polynomial_decay_schedule_with_warmup: (params, base) => {
    const { num_warmup_steps, num_training_steps, lr_end = 1e-7, power = 1 } = params;
    const horizon = steps(num_training_steps - num_warmup_steps);
    return risingTo(polynomial({ start: base, end: lr_end, power, horizon }), num_warmup_steps, 0);
  },
  get_inverse_sqrt_schedule: ({ num_warmup_steps, timescale = num_warmup_steps || 10_000 }, base) =>
    risingTo(inverseSqrt({ peak: base, timescale: steps(timescale) }), num_warmup_steps, 0),
  get_wsd_schedule: (params, base) => {
    const { num_warmup_steps, num_decay_steps, num_stable_steps, min_lr_ratio = 0 } = params;
    const { warmup_type = "linear", decay_type = "linear" } = params as unknown as Readonly<
      Record<string, Shape>
    >;
    const horizon = params.num_training_steps ?? num_warmup_steps + num_stable_steps + num_decay_steps;
    return warmupStableDecay({
      ...(num_warmup_steps > 0 ? { warmup: steps(num_warmup_steps) } : {}),
      start: min_lr_ratio * base,
      rise: warmup_type,
      peak: base,
      decay: steps(num_decay_steps),
      tail: decay_type,
      end: min_lr_ratio * base,
      horizon: steps(horizon),
    });
  },
};

const libraries: Readonly<Record<string, Readonly<Record<string, Say>>>> = {
  optax,
  keras,
  torch,
  transformers,
};

export const schedulesCheck: Check = (file, golden) => {
  const [what, library] = file.name.split("-");
  const say = what === "schedules" ? libraries[library]?.[golden.name] : undefined;
  return say
    ? () => checkRates(file, golden, say(golden.params as Numbers, golden.all.base_lr as number))
    : null;
};

function checkRates(file: GoldenFile, golden: GoldenCase, schedule: Schedule): void {
  const expected = (golden.all.value ?? golden.all.lr) as number[];
  const { rate } = resolve(schedule, batches);
  const largest = file.single ? Math.max(...expected) : 0;
  expected.forEach((value, i) => assertClose(file, rate(i), value, `${golden.id} at ${i}`, largest));
}
