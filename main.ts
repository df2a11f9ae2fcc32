/** The command line: parse, dispatch, exit code. Data goes to stdout, progress and messages to stderr. */
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, commandLine, Misuse, type Values } from "./lib/command_line.ts";
import { CURVES_HELP, CURVES_NOTES, CURVES_OPTIONS } from "./lib/curves/readers/curves_options.ts";
import { REPLAY_HELP, REPLAY_NOTES, REPLAY_OPTIONS } from "./lib/curves/readers/replay_options.ts";
import { CHECK_HELP, CHECK_NOTES, CHECK_OPTIONS } from "./lib/notebook/check_options.ts";
import { TEST_HELP, TEST_NOTES, TEST_OPTIONS } from "./lib/notebook/test_options.ts";
import { VERIFY_HELP, VERIFY_NOTES, VERIFY_OPTIONS } from "./lib/report/verify_options.ts";
import { RUNS_HELP, RUNS_NOTES, RUNS_OPTIONS, RUNS_USAGE, runsArguments } from "./lib/store/runs_options.ts";
import type { TrainValues } from "./lib/training/spec_from_text.ts";
import { TRAIN_HELP, TRAIN_NOTES, TRAIN_OPTIONS } from "./lib/training/train_options.ts";
import { EXPORT_HELP, EXPORT_NOTES, EXPORT_OPTIONS } from "./server/report/export_options.ts";
import { FIGURE_HELP, FIGURE_NOTES, FIGURE_OPTIONS } from "./server/report/figure_options.ts";
import { SITE_HELP, SITE_NOTES, SITE_OPTIONS } from "./server/report/site_options.ts";
import {
  SHARE_HELP,
  SHARE_NOTES,
  SHARE_OPTIONS,
  SHARE_USAGE,
  SHARES_HELP,
  SHARES_OPTIONS,
  UNSHARE_NOTES,
  UNSHARE_USAGE,
} from "./server/share_options.ts";

const PROJECT = dirname(fileURLToPath(import.meta.url));

/** Where runs are recorded. */
const STORE = ".plateau/runs.sqlite";

/** Paths count from where the user stands, also under `deno task`. */
const here = (path: string) => resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);

const ENGINE = { engine: { type: "string", default: "auto" } } as const;
const ENGINE_HELP = {
  engine: "what trains: auto, tensorflow, wasm or cpu (auto: the fastest, by measurement)",
};

const READ = { "allow-read": { type: "string" as const, multiple: true, default: [] as string[] } };
const READ_HELP = {
  "allow-read": "a file or folder outside the project that notebooks may read, as often as needed",
};

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    usage: "",
    summary: "serve the notebooks as pages on this machine",
    options: {
      ...ENGINE,
      ...READ,
      port: { type: "string", default: "8000" },
      "base-path": { type: "string", default: "" },
      "trust-proxy": { type: "boolean", default: false },
    },
    help: {
      ...ENGINE_HELP,
      ...READ_HELP,
      port: "first port to try (default 8000; the next free one is taken)",
      "base-path": "path that every page begins with, as /plateau, behind a reverse proxy",
      "trust-proxy": "believe what a reverse proxy says of host and scheme",
    },
    takes: [0, 0],
    async run(_, values) {
      const { launch } = await import("./server/launch.ts");
      const { basePath } = await import("./server/place.ts");
      const port = whole("port", values.port as string, 1, 65535);
      const read = await readable(values);
      return await launch({
        project: PROJECT,
        port,
        engine: await engineChoice(values),
        read,
        basePath: asMisuse(() => basePath(values["base-path"] as string)),
        trustProxy: values["trust-proxy"] as boolean,
      });
    },
  },
  run: {
    usage: "<notebook.ts>",
    summary: "run a notebook from top to bottom and print what it shows",
    options: {
      ...ENGINE,
      ...READ,
      set: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
    help: {
      ...ENGINE_HELP,
      ...READ_HELP,
      set: "name=value: the value of an input, as often as needed",
      json: "print one JSON object instead of text",
    },
    takes: [1, 1],
    async run([notebook], values) {
      const { runNotebook } = await import("./lib/notebook/run.ts");
      const file = await notebookFile(notebook), set = assignments(values.set as string[]);
      const read = await readable(values);
      const engine = await engineFor(values);
      return await runNotebook({
        file,
        project: PROJECT,
        set,
        json: values.json as boolean,
        read,
        engine: engine.name,
        settings: { why: engine.why, library: engine.library },
      });
    },
  },
  train: {
    usage: "<dataset>",
    summary: "train a model until a rule says stop; the same command again goes on where it was cut",
    options: { ...ENGINE, ...TRAIN_OPTIONS },
    help: { ...TRAIN_HELP, ...ENGINE_HELP },
    notes: TRAIN_NOTES,
    takes: [1, 1],
    async run([dataset], given) {
      const { trainCommand } = await import("./lib/training/train_command.ts");
      const values = given as unknown as TrainValues;
      await engineChoice(given); // a name that is none is told before data is read
      const file = (await Deno.stat(here(dataset)).catch(() => null))?.isFile;
      return await trainCommand({
        dataset: file ? here(dataset) : dataset,
        values,
        runs: here(".plateau/runs"),
        engine: async (before) => {
          const { name, why, library } = await engineToGoOn(given, before);
          return { name, why, library };
        },
      });
    },
  },
  curves: {
    usage: "<path>",
    summary: "show the learning curves in the logs of any tool",
    options: CURVES_OPTIONS,
    help: CURVES_HELP,
    notes: CURVES_NOTES,
    takes: [1, 1],
    async run([path], values) {
      const { curvesCommand } = await import("./lib/curves/readers/curves_command.ts");
      return await curvesCommand({ path: here(path), values });
    },
  },
  replay: {
    usage: "<path | run>",
    summary: "ask of recorded curves what stopping rules would have done, and which to take",
    options: REPLAY_OPTIONS,
    help: REPLAY_HELP,
    notes: REPLAY_NOTES,
    takes: [1, 1],
    async run([path], values) {
      const { replayCommand } = await import("./lib/curves/readers/replay_command.ts");
      if (await Deno.stat(here(path)).catch(() => null)) {
        return await replayCommand({ path: here(path), values });
      }
      const { storedRuns } = await import("./lib/store/stored_log.ts");
      return await replayCommand({ path, values, ...await storedRuns(here(STORE), path) });
    },
  },
  runs: {
    usage: RUNS_USAGE,
    summary: "list, show, compare, tag, delete and export what was recorded; take logs in",
    options: RUNS_OPTIONS,
    help: RUNS_HELP,
    notes: RUNS_NOTES,
    takes: [0, Infinity],
    arrange: runsArguments,
    async run(words, values) {
      const { runsCommand } = await import("./lib/store/runs_command.ts");
      return await runsCommand(words, values, { store: here(STORE), here });
    },
  },
  check: {
    usage: "<notebook.ts …>",
    summary: "check types and cells of notebooks without running them",
    options: CHECK_OPTIONS,
    help: CHECK_HELP,
    notes: CHECK_NOTES,
    takes: [1, Infinity],
    async run(notebooks, values) {
      const { check } = await import("./lib/notebook/check.ts");
      const svg = values.svg === undefined ? {} : { svg: here(values.svg as string) };
      const { text, errors } = await check(await Promise.all(notebooks.map(notebookFile)), {
        json: values.json as boolean,
        fix: values.fix as boolean,
        graph: values.graph as boolean,
        ...svg,
      });
      if (text) console.log(text);
      return errors > 0 ? 1 : 0;
    },
  },
  test: {
    usage: "<notebook.ts …>",
    summary: "run the test cells of notebooks, and what they need, and nothing else",
    options: { ...READ, ...TEST_OPTIONS },
    help: { ...READ_HELP, ...TEST_HELP },
    notes: TEST_NOTES,
    takes: [1, Infinity],
    async run(notebooks, values) {
      const { testCommand } = await import("./lib/notebook/test_command.ts");
      const files = await Promise.all(notebooks.map(notebookFile));
      const read = await readable(values);
      const { name, why, library } = await engineFor(values);
      return await testCommand({
        files,
        project: PROJECT,
        filter: values.filter as string,
        read,
        engine: name,
        settings: { why, library },
      });
    },
  },
  export: {
    usage: "<notebook.ts>",
    summary: "make one file of a notebook that opens anywhere and can be verified",
    options: { ...ENGINE, ...READ, ...EXPORT_OPTIONS },
    help: { ...ENGINE_HELP, ...READ_HELP, ...EXPORT_HELP },
    notes: EXPORT_NOTES,
    takes: [1, 1],
    async run([notebook], values) {
      const { exportCommand } = await import("./server/report/export_command.ts");
      const file = await notebookFile(notebook), set = assignments(values.set as string[]);
      const read = await readable(values), { name, why, library } = await engineFor(values);
      const path = (option: string) =>
        values[option] === undefined ? undefined : here(values[option] as string);
      return await exportCommand({
        file,
        project: PROJECT,
        engine: name,
        settings: { why, library },
        read,
        set,
        output: path("output") ?? here(`${basename(file, ".ts")}.${values.to ?? "html"}`),
        to: values.to as string | undefined,
        pdf: path("pdf"),
        strict: values.strict as boolean,
        json: values.json as boolean,
      });
    },
  },
  verify: {
    usage: "<report.html>",
    summary: "check a report: run it again from its own sources and compare every number",
    options: VERIFY_OPTIONS,
    help: VERIFY_HELP,
    notes: VERIFY_NOTES,
    takes: [1, 1],
    async run([file], values) {
      const { verifyCommand } = await import("./lib/report/verify_command.ts");
      const { redrawReport } = await import("./server/report/draw_report.ts");
      const { minified } = await import("./server/report/minified.ts");
      const { createAssets } = await import("./server/assets.ts");
      const { chooseEngine } = await import("./server/engine_process.ts");
      const assets = createAssets(`${PROJECT}/.plateau/assets.json`);
      return await verifyCommand({
        file: here(file),
        values: { ...values, data: values.data === undefined ? undefined : here(values.data as string) },
        findEngine: (choice) => chooseEngine(choice, `${PROJECT}/.plateau/engines.json`),
        draw: async (report) => redrawReport(report, await assets.report()),
        shorten: minified,
      });
    },
  },
  site: {
    usage: "<notebook.ts | folder …>",
    summary: "make reports of several notebooks, and a page that lists them",
    options: { ...ENGINE, ...READ, ...SITE_OPTIONS },
    help: { ...ENGINE_HELP, ...READ_HELP, ...SITE_HELP },
    notes: SITE_NOTES,
    takes: [1, Infinity],
    async run(paths, values) {
      if (values.output === undefined) throw new Misuse("missing option: -o");
      const { siteCommand } = await import("./server/report/site_command.ts");
      const read = await readable(values);
      const { name, why, library } = await engineFor(values);
      return await siteCommand({
        paths: paths.map(here),
        project: PROJECT,
        engine: name,
        settings: { why, library },
        read,
        output: here(values.output as string),
        title: values.title as string,
      });
    },
  },
  figure: {
    usage: "<report.html>",
    summary: "write a figure of a report as SVG or PNG, or list its figures",
    options: FIGURE_OPTIONS,
    help: FIGURE_HELP,
    notes: FIGURE_NOTES,
    takes: [1, 1],
    async run([report], values) {
      const { figureCommand } = await import("./server/report/figure_command.ts");
      const { cell, number, output } = values as { cell?: string; number?: string; output?: string };
      return await figureCommand({
        report: here(report),
        cell,
        number,
        ...(output === undefined ? {} : { output: here(output) }),
      });
    },
  },
  share: {
    usage: SHARE_USAGE,
    summary: "make a link by which others see one notebook or run",
    options: SHARE_OPTIONS,
    help: SHARE_HELP,
    notes: SHARE_NOTES,
    takes: [1, 1],
    async run([word], values) {
      const { shareCommand } = await import("./server/share_command.ts");
      return await shareCommand(word, values, { project: PROJECT, here });
    },
  },
  shares: {
    usage: "",
    summary: "list the links that are open",
    options: SHARES_OPTIONS,
    help: SHARES_HELP,
    takes: [0, 0],
    async run(_, values) {
      const { sharesCommand } = await import("./server/share_command.ts");
      return await sharesCommand(values, { project: PROJECT });
    },
  },
  unshare: {
    usage: UNSHARE_USAGE,
    summary: "close links",
    options: {},
    help: {},
    notes: UNSHARE_NOTES,
    takes: [1, Infinity],
    async run(ids) {
      const { unshareCommand } = await import("./server/share_command.ts");
      return await unshareCommand(ids, { project: PROJECT });
    },
  },
  engines: {
    usage: "",
    summary: "what can train here, how fast, and what is missing",
    options: { json: { type: "boolean", default: false } },
    help: { json: "print the report as JSON" },
    takes: [0, 0],
    async run(_, values) {
      const { enginesReport, reportText } = await import("./lib/engine/report.ts");
      const report = await enginesReport();
      console.log(values.json ? JSON.stringify(report, null, 2) : reportText(report));
      return 0;
    },
  },
};

async function engineChoice(values: Values) {
  const { asEngineChoice } = await import("./lib/engine/engine_choice.ts");
  return asMisuse(() => asEngineChoice(values.engine as string));
}

/** The engine by its name: a kernel has no right to look for one. */
async function engineFor(values: Values) {
  const { chooseEngine } = await import("./server/engine_process.ts");
  return await chooseEngine(await engineChoice(values), `${PROJECT}/.plateau/engines.json`);
}

/** `auto` is the engine that a run was trained on before, while that can still start. */
async function engineToGoOn(values: Values, before: string | null) {
  if (values.engine !== "auto" || before === null) return await engineFor(values);
  return await engineFor({ engine: before }).catch(() => engineFor(values));
}

/** What a part of Plateau refuses of the command line was used wrongly. */
function asMisuse<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Misuse(`invalid ${name}: ${text} (a whole number from ${least} to ${most})`);
}

async function notebookFile(path: string): Promise<string> {
  const info = await Deno.stat(here(path)).catch(() => null);
  if (info?.isFile && !path.endsWith(".ts")) throw new Misuse(`not a notebook: ${path} (a .ts file)`);
  if (info?.isFile) return here(path);
  throw new Misuse(info ? `not a file: ${path}` : `missing file: ${path}`);
}

/** What notebooks may read besides, by its whole path. */
async function readable(values: Values): Promise<string[]> {
  return await Promise.all((values["allow-read"] as string[]).map(async (path) => {
    if (await Deno.stat(here(path)).catch(() => null)) return here(path);
    throw new Misuse(`missing file or folder: ${path} (--allow-read)`);
  }));
}

function assignments(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new Misuse(`invalid --set: ${text} (name=value)`);
    return [text.slice(0, at), text.slice(at + 1)];
  }));
}

if (import.meta.main) {
  try {
    Deno.exit(await commandLine(COMMANDS, Deno.args));
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(error instanceof Misuse ? 2 : 1);
  }
}
