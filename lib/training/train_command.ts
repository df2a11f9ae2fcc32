/** What `plateau train` does: a training from words, in a run's folder that the same words find again. */
import { dirname, join } from "node:path";
import { engineBefore } from "../checkpoints/engine_before.ts";
import { exactJson } from "../checkpoints/exact_json.ts";
import { specHash } from "../checkpoints/spec_hash.ts";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { shown } from "../durations.ts";
import { type EngineName, type EngineSettings, setEngineChoice } from "../engine/engine.ts";
import { recordTraining } from "../store/record_training.ts";
import { openStore } from "../store/open_store.ts";
import type { Store } from "../store/store.ts";
import type { Outcome, TrainingEvent } from "./event.ts";
import { plan, planText } from "./plan.ts";
import { filledSpec, type Spec } from "./spec.ts";
import { specFromText, type TrainValues } from "./spec_from_text.ts";
import { train, type Training } from "./train.ts";
import { WrongTraining } from "./train_options.ts";
import { outcomeText, progressText } from "./train_text.ts";

/** Milliseconds between two lines of progress: on a terminal, where one takes the other's place, and elsewhere. */
const LIVE = 100, QUIET = 5000;

export interface TrainCommand {
  /** a name, or the path of a file */
  readonly dataset: string;
  readonly values: TrainValues;
  /** folder of all runs; beside it lies the store that records them, `runs.sqlite` */
  readonly runs: string;
  /** @param before engine that the run was trained on so far, which alone goes on to the bit; null at its beginning */
  engine(before: string | null): Promise<{ readonly name: EngineName } & EngineSettings>;
}

/**
 * Trains as the command line says. Plan and progress go to standard error, the outcome to standard output.
 *
 * @returns the exit code: 0 ended, 1 diverged or failed, 3 paused by a storage fault, 128 + n ended by signal n
 * @throws WrongTraining for what cannot be trained as it is told
 */
export async function trainCommand({ dataset, values, runs, engine }: TrainCommand): Promise<number> {
  const { spec, name, folder } = await asked(dataset, values, runs);
  const { name: choice, ...settings } = await engine(values.fresh ? null : engineBefore(folder));
  setEngineChoice(choice, settings);
  let store: Store | null = null;
  try {
    store = await openStore(join(dirname(runs), "runs.sqlite"));
    const { event, signal } = await watched(
      spec,
      folder,
      values.run ?? `${spec.data.name} ${name.slice(0, 6)}`,
      store,
    );
    const { plan, outcome } = event;
    console.log(
      values.json
        ? exactJson({ run: name, folder, plan, outcome: onDisk(outcome!) })
        : outcomeText(outcome!, folder),
    );
    if (outcome!.reason === "aborted") return 128 + signal;
    return outcome!.reason === "diverged" ? 1 : 0;
  } catch (error) {
    if (!(error instanceof StorageFault)) throw inOptions(error as Error);
    console.error(`paused by a ${error.message}: the same command goes on from the last checkpoint`);
    return 3;
  } finally {
    await store?.close();
  }
}

/** What a library says to do, as the command line does it. */
function inOptions(error: Error): Error {
  error.message = error.message.replace("begin anew", "begin anew with --fresh");
  return error;
}

/** The spec with its folder; what is wrong with it is told before anything is touched. */
async function asked(dataset: string, values: TrainValues, runs: string) {
  try {
    const given = await specFromText(dataset, values), planned = plan(given);
    const name = values.run ?? specHash(planned).slice(0, 12);
    if (!/^\w[\w.-]{0,99}$/.test(name)) {
      throw new RangeError(`invalid run: ${shown(name)} (letters, digits, ".", "_" and "-", at most 100)`);
    }
    const folder = join(runs, name);
    return { spec: { ...given, checkpoint: { ...given.checkpoint, folder } }, name, folder };
  } catch (error) {
    throw new WrongTraining((error as Error).message);
  }
}

/** The last event of a training that is told of as it goes, and the signal that ended it. */
async function watched(spec: Spec, folder: string, name: string, store: Store) {
  const training = train(spec), interrupt = onSignals(training), progress = progressLines();
  const record = recordTraining(store, filledSpec(spec), { name, from: null, key: () => `folder ${folder}` });
  let last: TrainingEvent | null = null;
  try {
    for await (const event of training) {
      if (event.type === "planned") console.error(beginningText(event, folder));
      else if (event.type !== "ended") progress.at(event);
      await record.event(event);
      last = event;
    }
  } catch (error) {
    // before the first event nothing has been trained: what is told does not fit what the folder holds
    if (last === null && error instanceof RangeError) throw new WrongTraining(error.message);
    throw error;
  } finally {
    progress.end();
    interrupt.off();
    await record.closed();
  }
  return { event: last!, signal: interrupt.received() };
}

function beginningText({ plan, at }: TrainingEvent, folder: string): string {
  const begun = at.step > 0 ? [`going on  from step ${at.step.toLocaleString("en-US")}`] : [];
  return [planText(plan), `run       ${folder}`, ...begun].join("\n");
}

/** Numbers of the signals that ask for an end. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** The first signal ends a training with a checkpoint, the second ends the process. */
function onSignals(training: Training) {
  let received = 0;
  const listeners = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((signal) => {
    const listener = () => {
      if (received > 0) Deno.exit(128 + SIGNALS[signal]);
      received = SIGNALS[signal];
      training.abort();
    };
    Deno.addSignalListener(signal, listener);
    return [signal, listener] as const;
  });
  return {
    received: () => received,
    off: () => listeners.forEach(([signal, listener]) => Deno.removeSignalListener(signal, listener)),
  };
}

/** Progress on standard error: one live line on a terminal, a line now and then elsewhere. */
function progressLines() {
  const live = Deno.stderr.isTerminal();
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  let told = performance.now();
  return {
    at(event: TrainingEvent) {
      const now = performance.now();
      if (now - told < (live ? LIVE : QUIET)) return;
      told = now;
      write(live ? `\r\x1b[2K${progressText(event)}` : `${progressText(event)}\n`);
    },
    end: () => live && void write("\r\x1b[2K"),
  };
}

/** The outcome without the ids of this process. */
function onDisk({ checkpoint: _checkpoint, state: _state, ...outcome }: Outcome) {
  return outcome;
}
