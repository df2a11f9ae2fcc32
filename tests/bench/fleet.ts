/** What a fleet's database carries, and what follows for fleets that no machine here could hold: docs/scale.md. */
import { cpus } from "node:os";
import { SPARED } from "../../lib/store/record_training.ts";
import { PACE } from "../../lib/store/training_story.ts";
import { median } from "../../lib/curves/median.ts";
import { busyText, machineText } from "./machine_text.ts";
import { type Fleet, type FleetLoad, simulated } from "./scale_simulation.ts";
import { type StoreLoad, storeLoad } from "./studies_store.ts";

/** Processes of the measurements: the last of them are what the simulation goes by, the others it has to foretell. */
const PROCESSES = [1, 2, 4, 8], ROUNDS = 2, TRIALS = 1000, TIME = 5000;
/** Fleets that are asked about: trials at once, and databases that share them. */
const FLEETS = [[10, 1], [100, 1], [1000, 1], [10_000, 1], [10_000, 4], [100_000, 1], [100_000, 20]] as const;
/** Seconds of a trial, and its updates a second. */
const TRIAL = 600, UPDATES = 100;

/** Prints Markdown. */
export async function fleet(): Promise<void> {
  const busy = busyText(), head = `${new Date().toISOString().slice(0, 10)}, ${machineText()}`;
  if (busy !== null) console.error(busy);
  const loads = new Map<number, StoreLoad[]>(PROCESSES.map((processes) => [processes, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const processes of PROCESSES) {
      loads.get(processes)!.push(await storeLoad({ processes, trials: TRIALS, time: TIME }));
    }
  }
  const of = (processes: number, what: keyof StoreLoad) =>
    median(loads.get(processes)!.map((load) => load[what]));
  const most = Math.max(...PROCESSES), cores = cpus().length;
  const append = cores / of(most, "appends"), turn = cores / of(most, "queued");
  const base: Fleet = { workers: 1, trial: TRIAL, pace: 0, spared: 0, append, turn, cores, databases: 1 };
  console.log(`${head}\n`);
  console.log(table(
    ["processes", "trials a second, by the queue", "without it", "appends a second", "foretold"],
    PROCESSES.map((processes) => [
      ...[processes, of(processes, "queued"), of(processes, "claimed"), of(processes, "appends")],
      processes === most ? "(goes by it)" : simulated({ ...base, workers: processes }).appends,
    ]),
  ));
  console.log(
    `\n${TRIALS} trials are added in ${text(of(most, "added"))} ms; a trial takes ${
      text(of(most, "trialBytes"))
    } bytes without its run, an update ${text(of(most, "updateBytes"))}.\n`,
  );
  const bytes = of(most, "updateBytes");
  console.log(table(
    [
      "trials at once",
      "databases",
      "busy",
      "waiting",
      "s between appends",
      "appends a second",
      "trials an hour",
      "GB a day",
    ],
    FLEETS.map(([workers, databases]) => {
      const load = simulated({ ...base, workers, databases, pace: PACE / 1000, spared: SPARED });
      return [workers, databases, ...rowOf(load), workers * UPDATES * 86_400 * bytes / 1e9];
    }),
  ));
}

const rowOf = ({ busy, waiting, between, appends, trials }: FleetLoad) => [
  `${text(100 * busy)} %`,
  `${text(100 * waiting)} %`,
  between,
  appends,
  3600 * trials,
];

const text = (value: number | string): string =>
  typeof value === "string"
    ? value
    : value >= 100
    ? Math.round(value).toLocaleString("en-US")
    : String(+value.toPrecision(2));

const table = (head: readonly string[], rows: readonly (readonly (number | string)[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(text))].map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
