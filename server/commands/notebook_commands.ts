/** Commands that concern notebooks. */
import { asMisuse, type Command, Misuse } from "../../lib/command_line.ts";
import { CHECK_HELP, CHECK_NOTES, CHECK_OPTIONS } from "../../lib/notebook/check_options.ts";
import { TEST_HELP, TEST_NOTES, TEST_OPTIONS } from "../../lib/notebook/test_options.ts";
import { ENGINE, ENGINE_HELP, engineChoice, engineFor, gpuSettings } from "./engine_option.ts";
import { assignments, notebookFile } from "./notebook_words.ts";
import { notebookProject } from "./notebook_project.ts";
import { here, PROJECT, storeAt } from "./project_paths.ts";
import { READ, READ_HELP, readable } from "./read_option.ts";
import { withBundler } from "./with_bundler.ts";

export const notebookCommands: Readonly<Record<string, Command>> = {
  serve: {
    usage: "",
    summary: "serve the notebooks as pages on this machine",
    options: {
      ...ENGINE,
      ...READ,
      store: { type: "string" },
      port: { type: "string", default: "8000" },
      "base-path": { type: "string", default: "" },
      "trust-proxy": { type: "boolean", default: false },
    },
    help: {
      ...ENGINE_HELP,
      ...READ_HELP,
      store: "where runs and studies are recorded: a file, or postgres://… (default .plateau/runs.sqlite)",
      port: "first port to try (default 8000; the next free one is taken)",
      "base-path": "path that every page begins with, as /plateau, behind a reverse proxy",
      "trust-proxy": "believe what a reverse proxy says of host and scheme",
    },
    takes: [0, 0],
    async run(_, values) {
      const { launch } = await import("../launch.ts");
      const { basePath } = await import("../place.ts");
      const port = whole("port", values.port as string, 1, 65535);
      const read = await readable(values);
      return await launch({
        project: PROJECT,
        port,
        engine: await engineChoice(values),
        gpu: await gpuSettings(values),
        ...(values.store === undefined ? {} : { store: storeAt(values.store as string) }),
        read,
        basePath: asMisuse(() => basePath(values["base-path"] as string)),
        trustProxy: values["trust-proxy"] as boolean,
      });
    },
  },
  run: withBundler({
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
      const { runNotebook } = await import("../../lib/notebook/run.ts");
      const file = await notebookFile(notebook), set = assignments(values.set as string[]);
      const read = await readable(values);
      const engine = await engineFor(values);
      return await runNotebook({
        file,
        project: await notebookProject(file),
        set,
        json: values.json as boolean,
        read,
        engine: engine.name,
        settings: engine.settings,
      });
    },
  }),
  check: {
    usage: "<notebook.ts …>",
    summary: "check types and cells of notebooks without running them",
    options: CHECK_OPTIONS,
    help: CHECK_HELP,
    notes: CHECK_NOTES,
    takes: [1, Infinity],
    async run(notebooks, values) {
      const { check } = await import("../../lib/notebook/check.ts");
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
  test: withBundler({
    usage: "<notebook.ts …>",
    summary: "run the test cells of notebooks, and what they need, and nothing else",
    options: { ...READ, ...TEST_OPTIONS },
    help: { ...READ_HELP, ...TEST_HELP },
    notes: TEST_NOTES,
    takes: [1, Infinity],
    async run(notebooks, values) {
      const { testCommand } = await import("../../lib/notebook/test_command.ts");
      const files = await Promise.all(notebooks.map(notebookFile));
      const read = await readable(values);
      const { name, settings } = await engineFor(values);
      const projects = await Promise.all(files.map((file) => notebookProject(file)));
      let worst = 0;
      for (const project of new Set(projects)) {
        const code = await testCommand({
          files: files.filter((_, i) => projects[i] === project),
          project,
          filter: values.filter as string,
          read,
          engine: name,
          settings,
        });
        worst = Math.max(worst, code);
      }
      return worst;
    },
  }),
};

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Misuse(`invalid ${name}: ${text} (a whole number from ${least} to ${most})`);
}
