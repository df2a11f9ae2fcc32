/** On which axis runs stand when none was chosen. */
import { missing } from "../../lib/curves/convert.ts";
import type { LoggedBatches } from "../../lib/curves/logged.ts";
import type { Axis } from "../../lib/curves/trajectory.ts";
import type { RunRow } from "../../lib/store/store.ts";

/** Steps where all runs can stand on them; else epochs where all can, as of a log that counts nothing else. */
export function axisOf(runs: readonly RunRow[], given: LoggedBatches): Axis {
  const all = (axis: Axis) =>
    runs.every(({ counting, batches }) => missing(axis, counting, { ...batches, ...given }).length === 0);
  return !all("step") && all("epoch") ? "epoch" : "step";
}
