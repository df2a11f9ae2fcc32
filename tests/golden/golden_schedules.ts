/** Schedules of other libraries, said with ours. */
import { constant } from "../../lib/schedules/constant.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import type { Schedule } from "../../lib/schedules/schedule.ts";
import { warmup } from "../../lib/schedules/warmup.ts";
import { warmupCosine } from "../../lib/schedules/warmup_cosine.ts";
import { batchPlan } from "../../lib/batch_plan.ts";
import { steps } from "../../lib/durations.ts";
import { resolve } from "../../lib/schedules/resolve.ts";
import { assertClose, type Check, type GoldenCase, type GoldenFile } from "./vectors.ts";

const batches = batchPlan(1, 1);

/** Ours, and the last index up to which the library means the same; default all. */
export interface Said {
  readonly schedule: Schedule;
  readonly upTo?: number;
}
type Say = (params: Readonly<Record<string, number>>, base: number) => Said | null;

/** By library and name; null where the parameters ask for what is not built. */
const sayings: Readonly<Record<string, Say>> = {
  "optax constant_schedule": ({ value }) => ({ schedule: constant(value) }),
  "optax linear_schedule": ({ init_value, end_value, transition_steps, transition_begin = 0, ...rest }) =>
    transition_begin === 0 && init_value < end_value && nothing(rest)
      ? {
        schedule: warmup({ warmup: steps(transition_steps), start: init_value, then: constant(end_value) }),
      }
      : null,
  "optax cosine_decay_schedule": ({ init_value, decay_steps, alpha = 0, exponent = 1, ...rest }) =>
    exponent === 1 && nothing(rest)
      ? { schedule: cosine({ peak: init_value, end: alpha * init_value, horizon: steps(decay_steps) }) }
      : null,
  "optax warmup_constant_schedule": ({ init_value, peak_value, warmup_steps, ...rest }) =>
    nothing(rest) ? { schedule: risingTo(constant(peak_value), warmup_steps, init_value) } : null,
  "optax warmup_cosine_decay_schedule": (params) => {
    const { init_value, peak_value, warmup_steps, decay_steps, end_value = 0, exponent = 1, ...rest } =
      params;
    if (exponent !== 1 || init_value > peak_value || end_value > peak_value || !nothing(rest)) return null;
    const cosinePart = { peak: peak_value, end: end_value, horizon: steps(decay_steps) };
    if (warmup_steps === 0) return { schedule: cosine(cosinePart) };
    return { schedule: warmupCosine({ warmup: steps(warmup_steps), start: init_value, ...cosinePart }) };
  },
  "keras CosineDecay": (
    { initial_learning_rate, decay_steps, alpha = 0, warmup_target, warmup_steps = 0, ...rest },
  ) => {
    if (!nothing(rest)) return null;
    const peak = warmup_steps === 0 ? initial_learning_rate : warmup_target;
    const after = cosine({ peak, end: alpha * peak, horizon: steps(decay_steps) });
    return { schedule: risingTo(after, warmup_steps, initial_learning_rate) };
  },
  "torch CosineAnnealingLR": ({ T_max, eta_min = 0, ...rest }, base) =>
    eta_min <= base && nothing(rest)
      ? { schedule: cosine({ peak: base, end: eta_min, horizon: steps(T_max) }), upTo: T_max }
      : null,
  "torch LinearLR": ({ start_factor, end_factor = 1, total_iters, ...rest }, base) =>
    start_factor < end_factor && nothing(rest)
      ? { schedule: risingTo(constant(base * end_factor), total_iters, base * start_factor) }
      : null,
  "torch ConstantLR": ({ factor, total_iters: _, ...rest }, base) =>
    factor === 1 && nothing(rest) ? { schedule: constant(base) } : null,
  "transformers get_constant_schedule": (params, base) =>
    nothing(params) ? { schedule: constant(base) } : null,
  "transformers get_constant_schedule_with_warmup": ({ num_warmup_steps, ...rest }, base) =>
    nothing(rest) ? { schedule: risingTo(constant(base), num_warmup_steps, 0) } : null,
  "transformers get_cosine_schedule_with_warmup": ({ num_cycles = 0.5, ...params }, base) =>
    num_cycles === 0.5 ? huggingFaceCosine(params, base, 0) : null,
  "transformers get_cosine_with_min_lr_schedule_with_warmup": (
    { num_cycles = 0.5, min_lr_rate, ...params },
    base,
  ) =>
    num_cycles === 0.5 && min_lr_rate !== undefined
      ? huggingFaceCosine(params, base, min_lr_rate * base)
      : null,
};

/** The schedule of a case in our words; null when it is not built. */
function saidSchedule(library: string, { name, params, all }: GoldenCase): Said | null {
  const say = sayings[`${library} ${name}`];
  return say ? say(params as Readonly<Record<string, number>>, all.base_lr as number) : null;
}

/** Hugging Face's cosine rises again past its end, ours holds. */
function huggingFaceCosine(params: Readonly<Record<string, number>>, peak: number, end: number): Said | null {
  const { num_warmup_steps, num_training_steps, ...rest } = params;
  if (!nothing(rest)) return null;
  const after = cosine({ peak, end, horizon: steps(num_training_steps - num_warmup_steps) });
  return { schedule: risingTo(after, num_warmup_steps, 0), upTo: num_training_steps };
}

const risingTo = (then: Schedule, updates: number, start: number): Schedule =>
  updates === 0 ? then : warmup({ warmup: steps(updates), start, then });

const nothing = (rest: object): boolean => Object.keys(rest).length === 0;

export const schedulesCheck: Check = (file, golden) => {
  const [what, library] = file.name.split("-");
  const said = what === "schedules" ? saidSchedule(library, golden) : null;
  return said && (() => checkRates(file, golden, said));
};

function checkRates(file: GoldenFile, golden: GoldenCase, { schedule, upTo = Infinity }: Said): void {
  const expected = (golden.all.value ?? golden.all.lr) as number[];
  const { rate } = resolve(schedule, batches);
  const scale = file.single ? Math.max(...expected) : 0;
  expected.slice(0, upTo + 1).forEach((value, i) =>
    assertClose(file, rate(i), value, `${golden.id} at ${i}`, scale)
  );
}
