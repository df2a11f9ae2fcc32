/** A run of a notebook from its first cell to its last, alone and in a folder of its own, kept as data. */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { onStorage } from "../checkpoints/storage_fault.ts";
import { sameData } from "../notebook/codec.ts";
import { blockedCells } from "../notebook/load.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { errorLine } from "../notebook/run_error_line.ts";
import { openRunFolder } from "../notebook/run_folder.ts";
import { type Build, buildNotebook, notebookCompiler } from "../notebook/session_build.ts";
import { savedAt } from "../notebook/session_file.ts";
import { inKernel, onServer } from "../notebook/session_reach.ts";
import type { Event } from "../notebook/wire.ts";
import { readFilesIn } from "./read_files.ts";
import { RecordEvents } from "./record_events.ts";
import { askedInputs, askedValues, inputCells } from "./record_inputs.ts";
import { RecordKernel } from "./record_kernel.ts";
import { recordedOn } from "./recorded_on.ts";
import { RecordFault, type RecordOptions } from "./record_options.ts";
import { declaringInputs } from "./record_program.ts";
import { RecordTeller } from "./record_teller.ts";
import { recordStates } from "./record_states.ts";
import type { Recording } from "./recording.ts";
import { planStates } from "./states.ts";
import { NOT_COMPUTED, plannedAgain } from "./states_again.ts";

export { RecordFault, type RecordOptions, type RecordProgress } from "./record_options.ts";

/**
 * Runs a notebook as a page would that opens it for the first time, and keeps what that page is told at the end: nothing
 * of earlier runs is used, and nothing waits for a person. Then the states of its inputs are computed that are few and
 * cost little. What it trains is not taken into the project's store.
 *
 * @throws RecordFault in one line: an unknown input, a kernel that ends, a file that is changed meanwhile; with `strict`
 *   a cell that fails. InvalidInput for a value that an input cannot have; StorageFault where there is no room; the
 *   reason of `signal`
 * @example
 * ```ts ignore
 * import { recordNotebook } from "./record.ts";
 * const recording = await recordNotebook({ file: "notebooks/a.ts", project: Deno.cwd(), engine: "wasm" });
 * recording.events.length;
 * ```
 */
export async function recordNotebook(options: RecordOptions): Promise<Recording> {
  const began = Date.now(), since = performance.now();
  const file = resolve(options.file), url = pathToFileURL(file).href;
  const compiler = declaringInputs(options.compiler ?? await notebookCompiler(), askedInputs(options));
  const parsed = await compiler.load(url);
  inputCells(parsed, askedInputs(options)); // what cannot be set is said before anything is built
  const folder = openRunFolder(options.project, file), runFolder = join(folder.modules, "run");
  try {
    const build = await buildNotebook(compiler, parsed, await savedAt(file), folder.modules, options.extra)
      .catch((error) =>
        onStorage(folder.modules, (): never => {
          throw error;
        })
      );
    const ran = await run(options, build, runFolder);
    const after = await compiler.load(url);
    if (!isSame(parsed, after)) {
      throw new RecordFault(`changed while it was recorded: ${parsed.file} (record it again)`);
    }
    const read = readFilesIn(runFolder, options.project, options.settings?.library);
    options.reads?.({ ...read, since: began });
    return {
      notebook: build.page,
      code: build.assets.get(build.code)!,
      vendor: build.assets.get(build.vendor)!,
      ...ran,
      began,
      seconds: (performance.now() - since) / 1000,
    };
  } finally {
    folder.close();
  }
}

/** Whether its text, and all modules that its cells use, are what they were. */
const isSame = (before: Notebook, after: Notebook): boolean =>
  before.text === after.text && before.cells.every(({ key }, i) => key === after.cells[i]?.key);

type Ran = Pick<Recording, "inputs" | "events" | "streams" | "thinned" | "groups" | "frozen" | "on">;

async function run(options: RecordOptions, build: Build, runFolder: string): Promise<Ran> {
  const { notebook } = build, blocked = blockedCells(notebook), events = new RecordEvents(notebook);
  // what runs on both sides is there for cells of the server
  const cells = notebook.cells.some(onServer)
    ? notebook.cells.filter((cell) => inKernel(notebook, cell) && !blocked.has(cell.id))
    : [];
  const asked = inputCells(notebook, askedInputs(options));
  if (cells.length + asked.length === 0) return ranNothing(options, events);
  const teller = new RecordTeller(cells, events, options.progress);
  const kernel = new RecordKernel(options, build, runFolder, (message) => {
    events.take(message);
    teller.heard(message);
  });
  try {
    // what is asked for is there before anything runs that reads it
    if (asked.length > 0) await kernel.load(asked);
    const chosen = askedValues(options, events.inputs), before = events.values();
    options.inputs?.(events.inputs);
    const served = Object.entries(chosen).filter(([name]) => notebook.toServer.includes(name));
    const changes = served.filter(([name, value]) => !sameData(value, before[name]));
    if (changes.length > 0) await kernel.set(Object.fromEntries(changes));
    for (const [name, value] of served) events.chose(name, value);

    if (cells.length > 0) await kernel.load(cells);
    await kernel.engineTold();
    const failed = options.strict ? events.failed() : undefined;
    if (failed) throw new RecordFault(errorLine(notebook.file, failed.error, failed.cell.line));

    const told = events.all(),
      streams = events.streams.pack(),
      thinned = events.streams.thinned(),
      inputs = { ...chosen, ...events.values() };
    const { groups, frozen } = planned(options, notebook, events);
    teller.states(groups.reduce((sum, { states }) => sum + states.length, 0));
    const recorded = await recordStates(groups, {
      notebook,
      events,
      set: (values) => kernel.set(values),
      done: () => teller.state(),
    });
    const on = recordedOn(options, events.engine), { engine } = events;
    const ready: Event = { t: "kernel", state: "ready", ...(engine ? { engine } : {}) };
    return {
      inputs,
      events: [ready, ...told],
      streams,
      ...(Object.keys(thinned).length > 0 ? { thinned } : {}),
      groups: recorded,
      frozen,
      on,
    };
  } finally {
    await kernel.close();
  }
}

/** A notebook whose cells all run in the page. */
const ranNothing = (options: RecordOptions, events: RecordEvents): Ran => ({
  inputs: {},
  events: events.all(),
  streams: {},
  groups: [],
  frozen: {},
  on: recordedOn(options, undefined),
});

function planned(options: RecordOptions, notebook: Notebook, events: RecordEvents) {
  const { states = true } = options;
  if (states === false) {
    return { groups: [], frozen: Object.fromEntries(notebook.toServer.map((name) => [name, NOT_COMPUTED])) };
  }
  const seconds = (key: string) => events.news(key)?.seconds ?? 0;
  const ran = { inputs: events.inputs, values: events.values(), seconds }, plan = planStates(notebook, ran);
  return states === true ? plan : plannedAgain(states, notebook, ran, plan.frozen);
}
