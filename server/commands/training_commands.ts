/** Commands that train, and that look at what was trained, here or elsewhere. */
import type { Command } from "../../lib/command_line.ts";
import { CURVES_HELP, CURVES_NOTES, CURVES_OPTIONS } from "../../lib/curves/readers/curves_options.ts";
import { REPLAY_HELP, REPLAY_NOTES, REPLAY_OPTIONS } from "../../lib/curves/readers/replay_options.ts";
import {
  RUNS_HELP,
  RUNS_NOTES,
  RUNS_OPTIONS,
  RUNS_USAGE,
  runsArguments,
} from "../../lib/store/runs_options.ts";
import type { TrainValues } from "../../lib/training/spec_from_text.ts";
import { TRAIN_HELP, TRAIN_NOTES, TRAIN_OPTIONS } from "../../lib/training/train_options.ts";
import { ENGINE, ENGINE_HELP, engineToGoOn, GPU, GPU_HELP, gpuSettings } from "./engine_option.ts";
import { here, STORE } from "./project_paths.ts";

export const trainingCommands: Readonly<Record<string, Command>> = {
  train: {
    usage: "<dataset>",
    summary: "train a model until a rule says stop; the same command again goes on where it was cut",
    options: { ...ENGINE, ...TRAIN_OPTIONS },
    help: { ...TRAIN_HELP, ...ENGINE_HELP },
    notes: TRAIN_NOTES,
    takes: [1, 1],
    async run([dataset], given) {
      const { trainCommand } = await import("../../lib/training/train_command.ts");
      const values = given as unknown as TrainValues;
      await gpuSettings(given); // an option that is none is told before data is read
      const file = (await Deno.stat(here(dataset)).catch(() => null))?.isFile;
      return await trainCommand({
        dataset: file ? here(dataset) : dataset,
        values,
        runs: here(".plateau/runs"),
        engine: async (before) => {
          const { name, settings } = await engineToGoOn(given, before);
          return { name, ...settings };
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
      const { curvesCommand } = await import("../../lib/curves/readers/curves_command.ts");
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
      const { replayCommand } = await import("../../lib/curves/readers/replay_command.ts");
      if (await Deno.stat(here(path)).catch(() => null)) {
        return await replayCommand({ path: here(path), values });
      }
      const { storedRuns } = await import("../../lib/store/stored_log.ts");
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
      const { runsCommand } = await import("../../lib/store/runs_command.ts");
      return await runsCommand(words, values, { store: here(STORE), here });
    },
  },
  engines: {
    usage: "",
    summary: "what can train here, how fast, and what is missing",
    options: { json: { type: "boolean", default: false }, ...GPU },
    help: { json: "print the report as JSON", ...GPU_HELP },
    takes: [0, 0],
    async run(_, values) {
      const { enginesHere, enginesReport, reportText } = await import("../../lib/engine/report.ts");
      const gpu = await gpuSettings({ ...values, engine: "auto" });
      const report = await enginesReport(gpu, await enginesHere());
      console.log(values.json ? JSON.stringify(report, null, 2) : reportText(report));
      return 0;
    },
  },
};
