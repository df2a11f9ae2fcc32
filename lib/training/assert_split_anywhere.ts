/** A test kit: proves on anyone's model that a training may be cut anywhere. */
import { checkKeys } from "../option_checks.ts";
import { decodeState, encodeState } from "../checkpoints/state_file.ts";
import { resolveFrom } from "../criteria/resolve_from.ts";
import { shown } from "../durations.ts";
import type { Outcome } from "./event.ts";
import { loadState, saveState } from "./checkpoints.ts";
import { filledSpec, type Spec } from "./spec.ts";
import { train, trainUpTo } from "./train.ts";
import type { TrainState } from "./state.ts";

export interface SplitOptions {
  /** steps after which the training is cut; default all of them, or 16 spread evenly when there are more */
  readonly cuts?: readonly number[];
}

/** A training that was cut did not end as the uncut one. */
export class SplitDiffers extends Error {
  override readonly name = "SplitDiffers";
  /** @param what differs, as `slots 3 at number 12: 0.1, uncut 0.2` */
  constructor(readonly cut: number, readonly what: string) {
    super(`cut after step ${cut}: ${what}`);
  }
}

const MOST_CUTS = 16;

/**
 * Trains once uncut, then again and again: cut after k updates, its state written and read back as a file is, and gone
 * on with. Weights, statistics, slots, running mean, kept weights, records (all but the clock), rules and the end must
 * be equal to the bit.
 * @param spec without `from`; `stop` must end it. A folder that it names is left alone
 * @throws RangeError for a cut that is not between the beginning and the end
 * @throws SplitDiffers `cut after step 7: slots 3 at number 12: 0.1, uncut 0.2`
 * @example
 * ```ts
 * import { assertSplitAnywhere, criteria, datasets, models, optimizers, schedules } from "plateau";
 * await assertSplitAnywhere({
 *   model: models.mlp({ layers: [64, 4, 10] }),
 *   data: datasets.digits(),
 *   optimizer: optimizers.adam(),
 *   schedule: schedules.constant(1e-3),
 *   batch: 256,
 *   stop: criteria.maxSteps(6),
 * }, { cuts: [2, 5] });
 * ```
 */
export async function assertSplitAnywhere(spec: Spec, options: SplitOptions = {}): Promise<void> {
  checkKeys("assertSplitAnywhere", options, ["cuts"]);
  const { from, checkpoint, stop } = filledSpec(spec);
  if (from !== null) throw new RangeError(`invalid from: ${from} (none: every cut has a state of its own)`);
  // in memory alone, and to the same absolute end from wherever it goes on
  const inMemory = {
    ...spec,
    stop: resolveFrom(stop, 0),
    checkpoint: { every: checkpoint.every ?? undefined },
  };
  const uncut = await endOf(train(inMemory));
  for (const cut of cutsOf(options.cuts, uncut.state.position.step)) {
    const part = await endOf(trainUpTo(inMemory, cut));
    const read = saveState(decodeState(encodeState(part.state)));
    const whole = await endOf(train({ ...inMemory, from: read }));
    if (whole.began !== cut) throw new SplitDiffers(cut, `it went on from step ${whole.began}`);
    const what = difference(whole, uncut);
    if (what !== null) throw new SplitDiffers(cut, what);
  }
}

interface End {
  /** step at which it began */
  readonly began: number;
  readonly state: TrainState;
  readonly outcome: Outcome;
}

async function endOf(training: ReturnType<typeof train>): Promise<End> {
  let outcome: Outcome | null = null, began = -1;
  for await (const event of training) {
    if (event.type === "planned") began = event.at.step;
    outcome = event.outcome;
  }
  return { began, outcome: outcome!, state: loadState(outcome!.state) };
}

/** @throws RangeError for a cut that is none: not between the beginning and the end */
function cutsOf(given: readonly number[] | undefined, last: number): readonly number[] {
  if (given === undefined) return spread(last);
  if (!Array.isArray(given)) throw new TypeError(`invalid cuts: ${shown(given)} (a list of steps)`);
  const wrong = given.find((cut) => !(Number.isSafeInteger(cut) && cut >= 1 && cut < last));
  if (wrong === undefined) return given;
  throw new RangeError(`invalid cuts: ${shown(wrong)} (whole numbers from 1, below ${last}, where it ends)`);
}

function spread(last: number): number[] {
  const count = Math.min(MOST_CUTS, Math.max(0, last - 1));
  return Array.from({ length: count }, (_, i) => Math.round((i + 1) * last / (count + 1)));
}

/** The first thing that differs; null when nothing does. */
function difference(cut: End, uncut: End): string | null {
  const pairs: [string, unknown, unknown][] = [
    ["outcome", endText(cut.outcome), endText(uncut.outcome)],
    ...(Object.keys(compared(uncut.state)) as (keyof ReturnType<typeof compared>)[]).map((
      part,
    ): [string, unknown, unknown] => [part, compared(cut.state)[part], compared(uncut.state)[part]]),
  ];
  for (const [what, value, expected] of pairs) {
    const found = differs(value, expected, what);
    if (found !== null) return found;
  }
  return null;
}

const endText = ({ reason, path, because, kept }: Outcome) => ({ reason, path, because, kept });

function compared(state: TrainState) {
  const { updates, evaluations, final } = state.trajectory;
  return {
    position: state.position,
    attempts: state.attempts,
    parameters: state.parameters,
    statistics: state.statistics,
    slots: state.slots,
    average: state.average,
    kept: state.kept,
    criterion: state.criterion,
    selection: state.selection,
    scale: state.scale,
    updates,
    evaluations,
    final,
  };
}

/** Compares data but for clock readings; numbers by their bits, so that NaN equals NaN and 0 is not −0. */
function differs(value: unknown, expected: unknown, path: string): string | null {
  if (ArrayBuffer.isView(expected) || Array.isArray(expected)) {
    const [a, b] = [value, expected] as unknown as [ArrayLike<unknown>, ArrayLike<unknown>];
    if (a?.length !== b.length) return `${path} has ${a?.length ?? "no"} numbers, uncut ${b.length}`;
    for (let i = 0; i < b.length; i++) {
      if (Object.is(a[i], b[i])) continue;
      const nested = typeof b[i] === "object" ? differs(a[i], b[i], `${path} ${i}`) : undefined;
      if (nested !== null) return nested ?? `${path} at number ${i}: ${a[i]}, uncut ${b[i]}`;
    }
    return null;
  }
  if (typeof expected === "object" && expected !== null) {
    const other = (value ?? {}) as Record<string, unknown>;
    for (const key of new Set([...Object.keys(expected), ...Object.keys(other)])) {
      if (key === "seconds") continue;
      const found = differs(other[key], (expected as Record<string, unknown>)[key], `${path}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  return Object.is(value, expected) ? null : `${path} is ${value}, uncut ${expected}`;
}
