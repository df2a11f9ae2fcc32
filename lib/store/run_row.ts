/** A run's row of the store's table as what the store says of it. */
import { parseExactJson } from "../checkpoints/exact_json.ts";
import type { Counting } from "../curves/logged.ts";
import type { EndReason, EvaluationRow } from "../curves/trajectory.ts";
import { firstLoss } from "./first_loss.ts";
import type { SeriesRow } from "./series_tables.ts";
import type { RunRow, RunState } from "./store.ts";

/** As it lies in the table: lists and objects are JSON. */
export interface StoredRun {
  readonly number: number;
  readonly id: string;
  readonly key: string | null;
  readonly name: string;
  readonly source: string;
  readonly origin: string | null;
  readonly state: string;
  readonly because: string;
  readonly ended: string | null;
  readonly created: number;
  readonly updated: number;
  readonly tags: string;
  readonly config: string;
  readonly seed: number | null;
  readonly kind: string;
  readonly rule: string;
  readonly counting: string;
  readonly batches: string;
  readonly plan: string | null;
  readonly warnings: string;
  readonly writer: string | null;
  readonly version: number;
}

/** The end that stands. */
export interface Ended {
  readonly state: EndReason;
  readonly because: string;
  readonly final: EvaluationRow | null;
}

export const endedOf = ({ ended }: Pick<StoredRun, "ended">): Ended | null =>
  ended === null ? null : parseExactJson(ended) as Ended;

/** @param series those of the run, in the order in which they came */
export function runRow(run: StoredRun, series: readonly SeriesRow[]): RunRow {
  const { id, name, source, origin, state, because, created, updated, seed, kind, rule, version } = run;
  const counting: Counting = JSON.parse(run.counting);
  // what is counted from 0 on was measured after one more
  const done = (step: number) => counting.fromZero ? step + 1 : step;
  const last = series.flatMap(({ last }) => last ?? []);
  return {
    id,
    name,
    source: source as RunRow["source"],
    from: origin,
    state: state as RunState,
    created,
    updated,
    tags: JSON.parse(run.tags),
    config: parseExactJson(run.config) as RunRow["config"],
    seed,
    kind: kind as RunRow["kind"],
    rule,
    because,
    step: last.length === 0 ? 0 : done(Math.max(...last)),
    best: bestOf(series, done),
    metrics: series.map(({ tag }) => tag),
    counting,
    batches: JSON.parse(run.batches),
    warnings: JSON.parse(run.warnings),
    version,
  };
}

function bestOf(series: readonly SeriesRow[], done: (step: number) => number): RunRow["best"] {
  const measured = series.filter(({ lowest }) => lowest !== null),
    metric = firstLoss(measured.map(({ tag }) => tag));
  if (metric === null) return null;
  const { lowest, lowest_step } = measured.find(({ tag }) => tag === metric)!;
  return { metric, mode: "min", value: lowest!, step: done(lowest_step!) };
}

const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"; // none that reads as another
const BITS = 30;

/**
 * The id of the n-th run that a store ever had: six letters and digits, no two the same while there are fewer than 2³⁰,
 * and unlike those of its neighbours, so that a few letters tell them apart.
 */
export function runId(number: number, salt: number): string {
  const mask = (1n << BigInt(BITS)) - 1n;
  // an odd factor only permutes the numbers below a power of two, and so do a shift onto itself and a fixed salt
  const spread = (BigInt(number) * 0x2545f491n) & mask, folded = spread ^ (spread >> 15n) ^ BigInt(salt);
  let rest = Number((folded * 0x1b873593n) & mask), id = "";
  for (let i = 0; i < BITS / 5; i++, rest = Math.floor(rest / 32)) id += LETTERS[rest % 32];
  return id;
}
