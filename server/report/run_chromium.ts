/** The browser that is installed, for what only a browser can do: pictures and print. Nothing is downloaded. */
import { childInTime } from "./child_in_time.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** No browser on PATH, or one that did not do its work. */
export class ChromiumFailed extends Error {
  override readonly name = "ChromiumFailed";
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * Path of the chromium or chrome on PATH.
 * @param path folders, colons between; default: those of this process
 * @throws ChromiumFailed `missing program: chromium (…)`, with how to get it
 */
export function installedChromium(path = Deno.env.get("PATH") ?? ""): string {
  for (const folder of path.split(":").filter(Boolean)) {
    for (const name of NAMES) {
      try {
        if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
      } catch {
        // not in this folder
      }
    }
  }
  throw new ChromiumFailed(
    "missing program: chromium or google-chrome (install one, as by apt install chromium)",
  );
}

export interface ChromiumOptions {
  /** until it is ended; default 60 */
  readonly seconds?: number;
  /** ends it: the promise rejects with the signal's reason */
  readonly signal?: AbortSignal;
}

/**
 * Runs it without a window, with a profile of its own that is gone afterwards.
 * @param args what it is to do, and a page; file addresses are its only ones
 * @throws ChromiumFailed when there is none, when it ends with an error or too late; the reason of `signal`
 * @example
 * ```ts ignore
 * await runChromium([`--print-to-pdf=${pdf}`, "--no-pdf-header-footer", page]);
 * ```
 */
export async function runChromium(
  args: readonly string[],
  { seconds = 60, signal }: ChromiumOptions = {},
): Promise<void> {
  const program = installedChromium();
  signal?.throwIfAborted();
  const profile = await Deno.makeTempDir({ prefix: "plateau-chromium-" });
  try {
    const root = Deno.uid() === 0 ? ["--no-sandbox"] : []; // as root it does not start in its sandbox
    const child = new Deno.Command(program, {
      args: [...QUIET, ...root, `--user-data-dir=${profile}`, ...args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const given = Promise.all([new Response(child.stderr).text(), child.status]);
    const late = () => new ChromiumFailed(`chromium gave no answer within ${seconds} s`);
    const [said, status] = await childInTime(child, given, { seconds, late, signal });
    const line = said.trim().split("\n").at(-1) ?? "";
    if (!status.success) throw new ChromiumFailed(`chromium ended with code ${status.code}: ${line}`);
  } finally {
    await removed(profile);
  }
}

const QUIET = [
  "--headless",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
];

/** Its last processes may still write for a moment. */
async function removed(folder: string): Promise<void> {
  for (let again = 0; again < 20; again++) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
