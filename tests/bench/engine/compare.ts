/** One workload, all systems: each gets ready, then they take turns, never two at once. */
import { median } from "../interleave.ts";
import { type Contestant, ContestantFails, startContestant } from "./contestant.ts";
import type { System, SystemName } from "./systems.ts";
import type { Told } from "./told.ts";
import type { WorkloadName } from "./workload.ts";

export interface Row {
  readonly workload: WorkloadName;
  readonly system: SystemName;
  /** median over the rounds */
  readonly msPerUpdate: number;
}
export interface Failure {
  readonly workload: WorkloadName;
  readonly system: SystemName;
  /** one line */
  readonly fails: string;
}
export interface Comparison {
  readonly rows: readonly Row[];
  readonly failures: readonly Failure[];
  /** mean loss over the first epoch, by system */
  readonly losses: Readonly<Record<string, number>>;
  /** of each that came to the end, by system */
  readonly told: Readonly<Record<string, Told>>;
}

/** Seconds to compile and warm up, and for one block. */
const READY = 240, BLOCK = 60;
/** Milliseconds between turns: threads that wait for work spin for a while before they sleep. */
const REST = 100;

/** @param python runs those that need it */
export async function compare(
  workload: WorkloadName,
  systems: readonly System[],
  rounds: number,
  python: string,
): Promise<Comparison> {
  const failures: Failure[] = [],
    times = new Map<SystemName, number[]>(),
    losses: Record<string, number> = {},
    told: Record<string, Told> = {};
  const contestants = new Map<SystemName, Contestant>();
  /** One turn of a contestant; who fails is out. */
  const turn = async (system: SystemName, what: (contestant: Contestant) => Promise<void>) => {
    try {
      await what(contestants.get(system)!);
    } catch (error) {
      if (!(error instanceof ContestantFails)) throw error;
      failures.push({ workload, system, fails: error.message });
      await contestants.get(system)!.end();
      contestants.delete(system);
    }
    await new Promise((resolve) => setTimeout(resolve, REST));
  };

  try {
    for (const system of systems) {
      console.error(`${workload}: ${system.system} gets ready`);
      contestants.set(system.system, startContestant(system, python));
      await turn(system.system, async ({ ask }) => {
        losses[system.system] = (await ask({ workload }, READY)).loss;
        times.set(system.system, []);
      });
    }
    for (let round = 1; round <= rounds; round++) {
      console.error(`${workload}: round ${round} of ${rounds}`);
      for (const system of [...contestants.keys()]) {
        await turn(system, async ({ ask }) => {
          times.get(system)!.push((await ask({ run: true }, BLOCK)).msPerUpdate);
        });
      }
    }
    for (const system of [...contestants.keys()]) {
      await turn(system, async ({ ask }) => {
        told[system] = await ask({ about: true }, BLOCK);
      });
    }
  } finally {
    await Promise.all([...contestants.values()].map((contestant) => contestant.end()));
  }
  const rows = [...contestants.keys()].map((system) => ({
    workload,
    system,
    msPerUpdate: median(times.get(system)!),
  }));
  return { rows, failures, losses, told };
}
