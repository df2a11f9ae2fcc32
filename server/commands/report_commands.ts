/** Commands that publish: reports, sites, figures, links. */
import { basename } from "node:path";
import { type Command, Misuse } from "../../lib/command_line.ts";
import { VERIFY_HELP, VERIFY_NOTES, VERIFY_OPTIONS } from "../../lib/report/verify_options.ts";
import { EXPORT_HELP, EXPORT_NOTES, EXPORT_OPTIONS } from "../report/export_options.ts";
import { FIGURE_HELP, FIGURE_NOTES, FIGURE_OPTIONS } from "../report/figure_options.ts";
import { SITE_HELP, SITE_NOTES, SITE_OPTIONS } from "../report/site_options.ts";
import {
  SHARE_HELP,
  SHARE_NOTES,
  SHARE_OPTIONS,
  SHARE_USAGE,
  SHARES_HELP,
  SHARES_OPTIONS,
  UNSHARE_NOTES,
  UNSHARE_USAGE,
} from "../share_options.ts";
import { ENGINE, ENGINE_HELP, engineFor } from "./engine_option.ts";
import { assignments, notebookFile } from "./notebook_words.ts";
import { notebookProject } from "./notebook_project.ts";
import { here, PROJECT } from "./project_paths.ts";
import { READ, READ_HELP, readable } from "./read_option.ts";
import { withBundler } from "./with_bundler.ts";

export const reportCommands: Readonly<Record<string, Command>> = {
  export: withBundler({
    usage: "<notebook.ts>",
    summary: "make one file of a notebook that opens anywhere and can be verified",
    options: { ...ENGINE, ...READ, ...EXPORT_OPTIONS },
    help: { ...ENGINE_HELP, ...READ_HELP, ...EXPORT_HELP },
    notes: EXPORT_NOTES,
    takes: [1, 1],
    async run([notebook], values) {
      const { exportCommand } = await import("../report/export_command.ts");
      const { createAssets } = await import("../assets.ts");
      const file = await notebookFile(notebook), set = assignments(values.set as string[]);
      const read = await readable(values), { name, settings } = await engineFor(values);
      const path = (option: string) =>
        values[option] === undefined ? undefined : here(values[option] as string);
      return await exportCommand({
        file,
        project: await notebookProject(file),
        home: PROJECT,
        assets: createAssets(`${PROJECT}/.plateau/assets.json`),
        engine: name,
        settings,
        read,
        set,
        output: path("output") ?? here(`${basename(file, ".ts")}.${values.to ?? "html"}`),
        to: values.to as string | undefined,
        pdf: path("pdf"),
        strict: values.strict as boolean,
        json: values.json as boolean,
      });
    },
  }),
  verify: withBundler({
    usage: "<report.html>",
    summary: "check a report: run it again from its own sources and compare every number",
    options: VERIFY_OPTIONS,
    help: VERIFY_HELP,
    notes: VERIFY_NOTES,
    takes: [1, 1],
    async run([file], values) {
      const { verifyCommand } = await import("../../lib/report/verify_command.ts");
      const { verifyTools } = await import("../report/verify_tools.ts");
      return await verifyCommand({
        file: here(file),
        values: { ...values, data: values.data === undefined ? undefined : here(values.data as string) },
        ...verifyTools(PROJECT),
      });
    },
  }),
  site: withBundler({
    usage: "<notebook.ts | folder …>",
    summary: "make reports of several notebooks, and a page that lists them",
    options: { ...ENGINE, ...READ, ...SITE_OPTIONS },
    help: { ...ENGINE_HELP, ...READ_HELP, ...SITE_HELP },
    notes: SITE_NOTES,
    takes: [1, Infinity],
    async run(paths, values) {
      if (values.output === undefined) throw new Misuse("missing option: -o");
      const { siteCommand } = await import("../report/site_command.ts");
      const { createAssets } = await import("../assets.ts");
      const read = await readable(values);
      const { name, settings } = await engineFor(values);
      return await siteCommand({
        paths: paths.map(here),
        projectOf: (file) => notebookProject(file),
        home: PROJECT,
        assets: createAssets(`${PROJECT}/.plateau/assets.json`),
        engine: name,
        settings,
        read,
        output: here(values.output as string),
        title: values.title as string,
      });
    },
  }),
  figure: {
    usage: "<report.html>",
    summary: "write a figure of a report as SVG or PNG, or list its figures",
    options: FIGURE_OPTIONS,
    help: FIGURE_HELP,
    notes: FIGURE_NOTES,
    takes: [1, 1],
    async run([report], values) {
      const { figureCommand } = await import("../report/figure_command.ts");
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
      const { shareCommand } = await import("../share_command.ts");
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
      const { sharesCommand } = await import("../share_command.ts");
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
      const { unshareCommand } = await import("../share_command.ts");
      return await unshareCommand(ids, { project: PROJECT });
    },
  },
};
