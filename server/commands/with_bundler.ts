/** Commands that bundle. */
import type { Command } from "../../lib/command_line.ts";

/** The command, at whose end the bundler's process ends too: one that outlives its parent cries before it dies. */
export const withBundler = (command: Command): Command => ({
  ...command,
  async run(words, values) {
    try {
      return await command.run(words, values);
    } finally {
      const { stop } = await import("esbuild");
      await stop();
    }
  },
});
