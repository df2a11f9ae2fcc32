/** A comparison on a device as people read it, and as the README takes it. */
import { type Goal, goalText } from "../engine/goals.ts";
import { digits, grid } from "../engine/table.ts";
import type { GpuPass } from "./compare_gpu.ts";

/** What a GPU has to reach; a CPU has goals of its own. */
export const gpuGoals: readonly Goal[] = [
  { workload: "M", ours: "plateau xla", theirs: "pytorch eager", is: "faster", than: 3 },
  { workload: "M", ours: "plateau xla", theirs: "jax scan", is: "slower", than: 1.1 },
];

const PEERS = "deno task bench peers, on a GPU with --device=cuda13";

/** @param goals those that the device has */
export function passText(pass: GpuPass, goals: readonly Goal[]): string {
  const { rows, failures, memory, libraries, device, missing, doubts, setting } = pass;
  const here = <T extends { workload: string; system: string }>(
    list: readonly T[],
    name: string,
    of: string,
  ) => list.find(({ workload, system }) => workload === of && system === name);
  const measured = new Set(rows.map(({ system }) => system));
  const rate = grid("updates a second", rows, (system, workload) => {
    const ms = here(rows, system, workload)?.msPerUpdate,
      ours = here(rows, "plateau xla", workload)?.msPerUpdate;
    if (ms === undefined) return here(failures, system, workload) ? "fails" : "–";
    const share = ours === undefined || system === "plateau xla" ? "" : ` (${digits(ours / ms)}×)`;
    return `${digits(1000 / ms)}${share}`;
  });
  const peak = grid("peak memory, MB", rows, (system, workload) => {
    const bytes = here(memory, system, workload)?.peakBytes;
    return bytes === undefined ? "–" : digits(bytes / 1e6);
  });
  return [
    `${device}, ${setting}; ${libraries.join(", ")}`,
    "",
    rate,
    "",
    peak,
    "",
    ...goals.filter(({ theirs }) => measured.has(theirs)).map((goal) => goalText(goal, rows)),
    ...failures.map(({ workload, system, fails }) => `${workload}: ${system} fails: ${fails}`),
    ...doubts,
    ...missing.length > 0 ? [`not installed: ${missing.join(", ")} (${PEERS})`] : [],
  ].join("\n").trimEnd();
}
