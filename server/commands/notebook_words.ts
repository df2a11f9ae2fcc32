/** Words of the command line that name a notebook and values of its inputs. */
import { Misuse } from "../../lib/command_line.ts";
import { here } from "./project_paths.ts";

/** The whole path of a notebook that is there. */
export async function notebookFile(path: string): Promise<string> {
  const info = await Deno.stat(here(path)).catch(() => null);
  if (info?.isFile && !path.endsWith(".ts")) throw new Misuse(`not a notebook: ${path} (a .ts file)`);
  if (info?.isFile) return here(path);
  throw new Misuse(info ? `not a file: ${path}` : `missing file: ${path}`);
}

/** What `--set name=value` says, by name. */
export function assignments(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new Misuse(`invalid --set: ${text} (name=value)`);
    return [text.slice(0, at), text.slice(at + 1)];
  }));
}
