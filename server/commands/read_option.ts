/** The option `--allow-read` of all commands that run notebooks. */
import { Misuse, type Values } from "../../lib/command_line.ts";
import { here } from "./project_paths.ts";

export const READ = {
  "allow-read": { type: "string" as const, multiple: true, default: [] as string[] },
};
export const READ_HELP = {
  "allow-read": "a file or folder outside the project that notebooks may read, as often as needed",
};

/** What notebooks may read besides, by its whole path. */
export async function readable(values: Values): Promise<string[]> {
  return await Promise.all((values["allow-read"] as string[]).map(async (path) => {
    if (await Deno.stat(here(path)).catch(() => null)) return here(path);
    throw new Misuse(`missing file or folder: ${path} (--allow-read)`);
  }));
}
