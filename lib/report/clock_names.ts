/**
 * Which members of what crosses to a page are readings of a clock: two runs of the same notebook differ in them, and in
 * nothing else. They are told by the types that the library makes, as data shows them.
 */
import type { Evaluations, Updates } from "../curves/trajectory.ts";
import type { Position } from "../durations.ts";
import type { CellNews } from "../notebook/wire.ts";
import type { Judgement } from "../policies/policy.ts";
import type { Outcome, TrainingEvent } from "../training/event.ts";

/** A reading of a clock in an object. */
export interface ClockReading {
  /** the type that has it, as `Trajectory.updates` */
  readonly type: string;
  /** from the object to the reading */
  readonly path: readonly (string | number)[];
}

interface ClockType {
  readonly type: string;
  /** names that tell the type */
  readonly has: readonly string[];
  readonly is?: (of: Readonly<Record<string, unknown>>) => boolean;
  /** names of its readings; without them all that are not of `has` */
  readonly names?: readonly string[];
}

/** A type by names that it has: one that is renamed there is no name here. */
const of = <T>(
  type: string,
  has: readonly (keyof T & string)[],
  names?: readonly (keyof T & string)[],
  is?: ClockType["is"],
): ClockType => ({ type, has, ...(names && { names }), ...(is && { is }) });

/** By type, the names of clock readings. */
export const CLOCK_NAMES: readonly ClockType[] = [
  // the clock of a training, added up over resumes: a place on the four axes, as a row or as columns
  of<Updates>("Trajectory.updates", ["step", "epoch", "examples", "seconds", "rate", "loss"], ["seconds"]),
  of<Evaluations>("Trajectory.evaluations", ["step", "epoch", "examples", "seconds", "metrics"], ["seconds"]),
  of<Position>("Position", ["step", "epoch", "examples", "seconds"], ["seconds"]),
  of<TrainingEvent>("TrainingEvent", ["plan", "at", "pace", "trajectory"], ["pace"]),
  // weights and states are numbered in the order in which trainings that run side by side come to make them
  of<Outcome>("Outcome", ["reason", "because", "at", "kept", "checkpoint", "state"], ["checkpoint", "state"]),
  // a policy that asks the clock is judged by it
  of<Judgement>("Judgement", ["policy", "kind", "rule", "clock"], undefined, ({ clock }) => clock === true),
  of<CellNews>("CellNews", ["t", "cell", "state"], ["seconds", "cached"], ({ t }) => t === "state"),
];

/**
 * The clock readings of an object: its own members, and of a table the cells of the columns that are marked `clock`.
 *
 * @returns none for what is no object, and for an object of no such type
 * @example
 * ```ts
 * import { clockReadings } from "./clock_names.ts";
 * clockReadings({ step: 100, epoch: 2.9, examples: 3200, seconds: 1.7 }); // [{ type: "Position", path: ["seconds"] }]
 * ```
 */
export function clockReadings(of: unknown): ClockReading[] {
  if (typeof of !== "object" || of === null || Array.isArray(of) || ArrayBuffer.isView(of)) return [];
  const object = of as Readonly<Record<string, unknown>>;
  const known = CLOCK_NAMES.find(({ has, is }) =>
    has.every((name) => Object.hasOwn(object, name)) && (is?.(object) ?? true)
  );
  if (!known) return clockCells(object);
  const { type, has, names = Object.keys(object).filter((name) => !has.includes(name)) } = known;
  return names.filter((name) => Object.hasOwn(object, name)).map((name) => ({ type, path: [name] }));
}

/** Cells of a table that say when, or how long. */
function clockCells({ type, columns, rows }: Readonly<Record<string, unknown>>): ClockReading[] {
  if (type !== "table" || !Array.isArray(columns) || !Array.isArray(rows)) return [];
  const clocks = columns.flatMap((column, i) => column?.clock === true ? [i] : []);
  return rows.flatMap((_, row) => clocks.map((i) => ({ type: "Table", path: ["rows", row, i] })));
}
