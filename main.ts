/** The command line: parse, dispatch, exit code. Data goes to stdout, progress and messages to stderr. */
import { commandLine, Misuse } from "./lib/command_line.ts";
import { fleetCommands } from "./server/commands/fleet_commands.ts";
import { notebookCommands } from "./server/commands/notebook_commands.ts";
import { reportCommands } from "./server/commands/report_commands.ts";
import { studyCommands } from "./server/commands/study_commands.ts";
import { trainingCommands } from "./server/commands/training_commands.ts";

if (import.meta.main) {
  try {
    const commands = {
      ...notebookCommands,
      ...trainingCommands,
      ...studyCommands,
      ...fleetCommands,
      ...reportCommands,
    };
    Deno.exit(await commandLine(commands, Deno.args));
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(error instanceof Misuse ? 2 : 1);
  }
}
