/** The command line: parse, dispatch, exit code. Data goes to stdout, progress and messages to stderr. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, type ParseArgsConfig } from "node:util";
import type { TrainValues } from "./lib/training/spec_from_text.ts";
import { TRAIN_HELP, TRAIN_NOTES, TRAIN_OPTIONS, WrongTraining } from "./lib/training/train_options.ts";

const PROJECT = dirname(fileURLToPath(import.meta.url));

/** Paths count from where the user stands, also under `deno task`. */
const here = (path: string) => resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);

/** Used wrongly: one line, exit code 2. */
class Misuse extends Error {}

type Values = Record<string, string | boolean | string[] | undefined>;

interface Command {
  /** arguments after the name */
  readonly usage: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** one line for each option */
  readonly help: Readonly<Record<string, string>>;
  /** what else its help says */
  readonly notes?: string;
  /** least and most positional arguments */
  readonly takes: readonly [number, number];
  run(paths: readonly string[], values: Values): Promise<number>;
}

const ENGINE = { engine: { type: "string", default: "auto" } } as const;
const ENGINE_HELP = {
  engine: "what trains: auto, tensorflow, wasm or cpu (auto: the fastest, by measurement)",
};

const READ = { "allow-read": { type: "string", multiple: true, default: [] } } as const;
const READ_HELP = {
  "allow-read": "a file or folder outside the project that notebooks may read, as often as needed",
};

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    usage: "",
    summary: "serve the notebooks as pages on this machine",
    options: { ...ENGINE, ...READ, port: { type: "string", default: "8000" } },
    help: {
      ...ENGINE_HELP,
      ...READ_HELP,
      port: "first port to try (default 8000; the next free one is taken)",
    },
    takes: [0, 0],
    async run(_, values) {
      const { launch } = await import("./server/launch.ts");
      const port = whole("port", values.port as string, 1, 65535);
      const read = await readable(values);
      return await launch({ project: PROJECT, port, engine: await engineChoice(values), read });
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
  check: {
    usage: "<notebook.ts …>",
    summary: "check types and cells of notebooks without running them",
    options: {},
    help: {},
    takes: [1, Infinity],
    async run(notebooks) {
      const { check } = await import("./lib/notebook/check.ts");
      const { text, errors } = await check(await Promise.all(notebooks.map(notebookFile)));
      if (text) console.log(text);
      return errors > 0 ? 1 : 0;
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
  try {
    return asEngineChoice(values.engine as string);
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
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

function overview(): string {
  const names = Object.entries(COMMANDS);
  const width = Math.max(...names.map(([name, { usage }]) => `${name} ${usage}`.length));
  return [
    "plateau <command>",
    "",
    ...names.map(([name, { usage, summary }]) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`),
    "",
    "plateau <command> --help says more.",
  ].join("\n");
}

function commandHelp(name: string, { usage, summary, help, notes }: Command): string {
  const width = Math.max(8, ...Object.keys(help).map((option) => option.length));
  const options = Object.entries(help).map(([option, text]) => `  --${option.padEnd(width)}  ${text}`);
  return [
    `plateau ${name} ${usage}`.trim(),
    "",
    `  ${summary}`,
    ...(options.length ? ["", ...options] : []),
    ...(notes ? [notes] : []),
  ].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "help") {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Misuse(`unknown command: ${name} (has ${Object.keys(COMMANDS).join(", ")})`);
  const { positionals, values } = parsed(rest, command);
  if (values.help) {
    console.log(commandHelp(name, command));
    return 0;
  }
  const [least, most] = command.takes;
  if (positionals.length < least) throw new Misuse(`missing argument: plateau ${name} ${command.usage}`);
  if (positionals.length > most) throw new Misuse(`unexpected argument: ${positionals[most]}`);
  return await command.run(positionals, values);
}

function parsed(args: string[], command: Command): { positionals: string[]; values: Values } {
  const options = { ...command.options, help: { type: "boolean", default: false } } as const;
  try {
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    return { positionals, values: values as Values };
  } catch (error) {
    // the parser names the option in quotes; what else it says advises what does not hold here
    const message = (error as Error).message.split(/\.\s/)[0], option = /'(-[^'\s]*)/.exec(message)?.[1];
    const known = Object.keys(options).map((name) => `--${name}`).join(", ");
    if (message.startsWith("Unknown option")) throw new Misuse(`unknown option: ${option} (has ${known})`);
    if (message.endsWith("ambiguous")) {
      throw new Misuse(
        `invalid option: ${option} (a value that begins with a dash is given as ${option}=-1)`,
      );
    }
    throw new Misuse(`invalid option: ${option ?? message} (${message})`);
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(error instanceof Misuse || error instanceof WrongTraining ? 2 : 1);
  }
}
