/** Reads golden vectors: files of cases, with the tolerance that each file states. */
import assert from "node:assert/strict";

export type Values = Readonly<Record<string, unknown>>;
export interface GoldenCase {
  readonly id: string;
  /** name of the schedule or rule in its library */
  readonly name: string;
  readonly params: Values;
  readonly all: Values;
}
export interface GoldenFile {
  /** as `stop-keras` */
  readonly name: string;
  readonly relative: number;
  readonly absolute: number;
  /** computed in single precision: near the end of a decay its values cancel, so only their scale is exact */
  readonly single: boolean;
  readonly cases: readonly GoldenCase[];
}

/** Gives the comparison of one case; null for a file or a case that it does not know. */
export type Check = (file: GoldenFile, golden: GoldenCase) => (() => void) | null;

/** One value per epoch or evaluation; null: not reported. */
export const metricOf = ({ all }: GoldenCase): readonly (number | null)[] => all.metric as (number | null)[];

export function goldenFiles(folder: string): GoldenFile[] {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
    name.endsWith(".json")
  );
  return names.sort().map((name) =>
    goldenFile(name.slice(0, -5), JSON.parse(Deno.readTextFileSync(`${folder}/${name}`)))
  );
}

function goldenFile(
  name: string,
  { meta, cases }: { meta: { tol?: string; dtype?: string }; cases: Values[] },
): GoldenFile {
  const stated = (kind: string) => Number(meta.tol?.match(new RegExp(`([\\d.e+-]+) ${kind}`))?.[1] ?? 0);
  return {
    name,
    relative: stated("relative"),
    absolute: stated("absolute"),
    single: meta.dtype === "float32",
    cases: cases.map((all) => {
      const decoded = decode(all) as Values;
      return { id: String(all.id), name: String(all.name), params: decoded.params as Values, all: decoded };
    }),
  };
}

/** Non-finite numbers are written as strings. */
function decode(value: unknown): unknown {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
}

/** Holds a number against a golden one, within the tolerance that the file states. */
export function assertClose(
  file: GoldenFile,
  actual: number,
  expected: number,
  where: string,
  scale = 0,
): void {
  const allowed = file.relative * Math.max(Math.abs(expected), scale) + file.absolute;
  assert.ok(Math.abs(actual - expected) <= allowed, `${where}: ${actual}, expected ${expected}`);
}
