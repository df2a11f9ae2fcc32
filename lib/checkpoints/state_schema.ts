/** What stands beside the tensors of a state, as a file has it: checked before anything is made of it. */
import { z } from "zod";
import type { TrainState } from "../training/state.ts";
import type { Prefix } from "./append_file.ts";
import { ROW_FILES, type RowFile } from "./row_files.ts";

/** Rows of the trajectory that a checkpoint covers, and the beginnings of files that hold them. */
export interface Covers {
  readonly updates: number;
  readonly evaluations: number;
  readonly files: Readonly<Record<RowFile, Prefix>>;
}

/** What of a state stands in its file as it is, in the order in which it is written. */
export const HEAD_FIELDS = [
  "version",
  "plan",
  "conditions",
  "position",
  "began",
  "attempts",
  "layout",
  "criterion",
  "selection",
  "scale",
  "end",
] as const satisfies readonly (keyof TrainState)[];

/** A state without its numbers: `kept` holds its row, the trajectory its frame. */
export interface StateHead extends Pick<TrainState, typeof HEAD_FIELDS[number]> {
  readonly slots: number;
  readonly average: boolean;
  readonly kept: { readonly row: NonNullable<TrainState["kept"]>["row"] } | null;
  readonly trajectory: Pick<TrainState["trajectory"], "name" | "seed" | "batches" | "final" | "end"> & {
    readonly metrics: readonly string[];
    readonly standardErrors: readonly string[];
  };
  /** null where the file has the whole trajectory inside */
  readonly covers: Covers | null;
}

const count = z.int().min(0);
/** any number: metrics of a training that diverged are recorded too */
const number = z.custom<number>((value) => typeof value === "number", "not a number");
const layouts = z.array(z.strictObject({ name: z.string(), shape: z.array(count) }));
const row = z.strictObject({
  step: count,
  epoch: number,
  examples: count,
  seconds: number,
  metrics: z.record(z.string(), number),
});
const endReason = z.enum(["stopped", "alreadyComplete", "exhausted", "diverged", "aborted", "failed"]);
// batches, plan, scale and the memories of criterion and selection are read by those they belong to
const batches = z.looseObject({ trainingExamples: count, batch: count, remainder: z.string() });

const headSchema = z.strictObject({
  version: z.literal(1),
  plan: z.looseObject({ name: z.string(), model: z.string(), seed: count, batches }),
  conditions: z.strictObject({
    engine: z.string(),
    version: z.string(),
    device: z.string(),
    mode: z.enum(["eager", "graph", "xla"]),
    threads: z.int().nullable(),
  }),
  position: z.strictObject({
    step: count,
    epoch: number,
    examples: count,
    evaluations: count,
    seconds: number,
  }),
  began: count,
  attempts: count,
  layout: z.strictObject({ parameters: layouts, statistics: layouts }),
  criterion: z.strictObject({ text: z.string(), state: z.unknown() }),
  selection: z.looseObject({ seen: count, kept: count.nullable() }),
  scale: z.looseObject({ scale: number, cuts: z.array(number) }),
  end: z.strictObject({ reason: endReason, path: z.string(), because: z.string() }).nullable(),
  slots: count,
  average: z.boolean(),
  kept: z.strictObject({ row }).nullable(),
  trajectory: z.strictObject({
    name: z.string(),
    seed: count,
    batches,
    final: row.nullable(),
    end: endReason.nullable(),
    metrics: z.array(z.string()),
    standardErrors: z.array(z.string()),
  }),
  covers: z.strictObject({
    updates: count,
    evaluations: count,
    files: z.record(z.enum(ROW_FILES), z.strictObject({ bytes: count, sha256: z.string() })),
  }).nullable(),
});

/** @throws Error that names the field: `position.step is not sound` */
export function asStateHead(value: unknown): StateHead {
  const { success, error } = headSchema.safeParse(value);
  // as it was read, not as the schema orders it: written again it is the same bytes
  if (success) return value as StateHead;
  const { path, keys = [] } = error.issues[0] as { path: PropertyKey[]; keys?: string[] };
  throw new Error(`${[...path, ...keys].map(String).join(".") || "its head"} is not sound`);
}
