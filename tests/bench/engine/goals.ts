/** What the compiled engine has to reach, as ratios of one run on two cores. */
import type { Row } from "./compare.ts";
import type { SystemName } from "./systems.ts";
import type { WorkloadName } from "./workload.ts";

export interface Goal {
  readonly workload: WorkloadName;
  readonly ours: SystemName;
  readonly theirs: SystemName;
  /** `faster`: theirs ÷ ours at least `than`. `slower`: ours ÷ theirs at most `than` */
  readonly is: "faster" | "slower";
  readonly than: number;
}

const bare = "plateau tensorflow", xla = "plateau xla", eager = "pytorch eager";

export const goals: readonly Goal[] = [
  { workload: "S", ours: bare, theirs: eager, is: "faster", than: 50 },
  { workload: "M", ours: bare, theirs: eager, is: "faster", than: 5 },
  { workload: "L", ours: bare, theirs: eager, is: "faster", than: 1.5 },
  { workload: "C", ours: bare, theirs: eager, is: "faster", than: 1.5 },
  { workload: "M", ours: bare, theirs: "tfjs fit tensorflow", is: "faster", than: 25 },
  { workload: "M", ours: bare, theirs: "jax scan", is: "slower", than: 1.1 },
  { workload: "L", ours: bare, theirs: "jax scan", is: "slower", than: 1.1 },
  { workload: "M", ours: "plateau train()", theirs: `${bare} evaluating`, is: "slower", than: 1.1 },
  { workload: "S", ours: xla, theirs: bare, is: "slower", than: 1.05 },
  { workload: "M", ours: xla, theirs: bare, is: "slower", than: 1.05 },
  { workload: "L", ours: xla, theirs: bare, is: "slower", than: 1.05 },
  { workload: "C", ours: xla, theirs: eager, is: "slower", than: 1.5 },
  { workload: "M", ours: "plateau wasm", theirs: "tfjs fit wasm", is: "faster", than: 1.6 },
  { workload: "L", ours: "plateau wasm", theirs: "tfjs fit wasm", is: "faster", than: 3 },
];

/** The ratio that a goal speaks of; null when one of the two was not measured. */
function ratioOf({ workload, ours, theirs, is }: Goal, rows: readonly Row[]): number | null {
  const msOf = (name: SystemName) =>
    rows.find((row) => row.workload === workload && row.system === name)?.msPerUpdate;
  const a = msOf(ours), b = msOf(theirs);
  if (a === undefined || b === undefined) return null;
  return is === "faster" ? b / a : a / b;
}

function isReached({ is, than }: Goal, ratio: number): boolean {
  return is === "faster" ? ratio >= than : ratio <= than;
}

/** One line: `M: pytorch eager ÷ plateau tensorflow 6.4× (at least 5): reached`. */
export function goalText(goal: Goal, rows: readonly Row[]): string {
  const { workload, ours, theirs, is, than } = goal, ratio = ratioOf(goal, rows);
  const [over, under, bound] = is === "faster" ? [theirs, ours, "at least"] : [ours, theirs, "at most"];
  const found = ratio === null ? "" : ` ${ratio.toPrecision(3)}×`;
  const verdict = ratio === null ? "not measured" : isReached(goal, ratio) ? "reached" : "NOT reached";
  return `${workload}: ${over} ÷ ${under}${found} (${bound} ${than}): ${verdict}`;
}
