/**
 * What a study costs: trials of M trained by `runStudy` against the bare compiled updates of the same trials in as many
 * processes, start and compile included in both; and two workers of one thread against one of two.
 */
import { fileURLToPath } from "node:url";
import type { EngineName } from "../../lib/engine/engine.ts";
import { runStudy } from "../../lib/studies/run_study.ts";
import { type Figure, interleave } from "./interleave.ts";
import { trialsOfM } from "./studies_trials.ts";

const BARE = fileURLToPath(new URL("studies_bare.ts", import.meta.url));

export interface StudiesOptions {
  readonly trials: number;
  /** of each trial */
  readonly updates: number;
  readonly rounds: number;
  readonly engine: EngineName;
}

/** Cores of the machine that the goal is for. */
const PROCESSES = 2;

async function bare({ trials, updates, engine }: StudiesOptions): Promise<void> {
  const processes = Array.from({ length: PROCESSES }, async (_, first) => {
    const args = [engine, 1, trials, updates, first, PROCESSES].map(String);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--allow-all", BARE, ...args],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  });
  await Promise.all(processes);
}

async function study({ trials, updates, engine }: StudiesOptions, workers: number, threads: number) {
  const folder = await Deno.makeTempDir();
  try {
    const options = { store: `${folder}/runs.sqlite`, folder, workers, engine, settings: { threads } };
    let done = 0;
    for await (const { study } of runStudy(trialsOfM("bench", trials, updates), options)) {
      done = study.counts.done;
    }
    if (done !== trials) throw new Error(`${done} of ${trials} trials are done`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

export async function studies(options: StudiesOptions): Promise<Figure[]> {
  const { trials, updates, engine, rounds } = options,
    what = `${engine}, ${trials} trials of ${updates} updates`;
  const times = await interleave({
    bare: () => bare(options),
    study: () => study(options, PROCESSES, 1),
    wide: () => study(options, 1, PROCESSES),
  }, rounds);
  const ms = (time: number) => time / (trials * updates);
  return [
    { bench: "studies", what: `${what}, bare`, value: ms(times.bare), unit: "ms/update" },
    {
      bench: "studies",
      what: `${what}, study ÷ bare`,
      value: times.study / times.bare,
      unit: "×",
      goal: "at most 1.2",
    },
    {
      bench: "studies",
      what: `${what}, one worker of two threads ÷ two of one`,
      value: times.wide / times.study,
      unit: "×",
      goal: "above 1",
    },
  ];
}
