/** Commands of many machines that train together. */
import type { Command } from "../../lib/command_line.ts";
import {
  WORKER_HELP,
  WORKER_NOTES,
  WORKER_OPTIONS,
  type WorkerValues,
} from "../../lib/studies/worker_options.ts";
import { ENGINE, ENGINE_HELP, engineFor, gpuSettings } from "./engine_option.ts";
import { here } from "./project_paths.ts";

export const fleetCommands: Readonly<Record<string, Command>> = {
  worker: {
    usage: "",
    summary: "train the trials of studies that machines share, until it is stopped",
    options: { ...ENGINE, ...WORKER_OPTIONS },
    help: { ...WORKER_HELP, ...ENGINE_HELP },
    notes: WORKER_NOTES,
    takes: [0, 0],
    async run(_, given) {
      const { workerCommand } = await import("../../lib/studies/worker_command.ts");
      const values = given as unknown as WorkerValues;
      await gpuSettings(given); // an option that is none is told before anything is opened
      return await workerCommand(values, {
        folder: here(values.folder),
        engine: async () => {
          const { name, settings: { why: _, ...settings } } = await engineFor(given);
          return { name, ...settings };
        },
        err: console.error,
      });
    },
  },
};
