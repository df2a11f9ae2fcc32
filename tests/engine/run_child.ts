/** A Deno process with exactly the permissions of a test, and what it printed. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs a program text that may import `lib/…` by its place in the project; `cwd` is the caller's by default.
 * @param before commands of the shell that the process is started from
 */
export async function runChild(
  flags: string[],
  program: string,
  env: Record<string, string> = {},
  cwd?: string,
  before?: string,
) {
  const at = (path: string) => JSON.stringify(new URL(path, `file://${join(project, "/")}`).href);
  const source = program.replaceAll(/"(lib\/[^"]+)"/g, (_, path) => at(path));
  const file = await Deno.makeTempFile({ dir: join(project, "tests", "engine"), suffix: "_child.ts" });
  try {
    await Deno.writeTextFile(file, source);
    const args = ["run", "--no-prompt", "--cached-only", ...flags, file];
    const options = { cwd, env: { NO_COLOR: "1", ...env } };
    const [command, given] = before === undefined
      ? [Deno.execPath(), args]
      : ["sh", ["-c", `${before}; exec "$0" "$@"`, Deno.execPath(), ...args]];
    const output = await new Deno.Command(command, { ...options, args: given }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
  } finally {
    await Deno.remove(file);
  }
}
