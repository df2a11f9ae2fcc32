/** A Python environment of its own for one peer that `deno task bench` compares with. */
import { join } from "node:path";
import { userCache } from "../../../lib/engine/libraries/library.ts";
import { complaint } from "../complaint.ts";
import { pythonIn } from "./environment.ts";
import { PeersError } from "./install_peers.ts";

/**
 * Installs the packages of a peer where they are not yet, under the user's cache folder.
 *
 * @param requirements exact, as `tensorboard==2.21.0`
 * @returns its Python
 * @throws PeersError without a cache folder, python3 or the packages
 */
export async function installPeer(name: string, requirements: readonly string[]): Promise<string> {
  const cache = userCache();
  if (cache === null) throw new PeersError("no folder for the peers: set HOME or XDG_CACHE_HOME");
  const folder = join(cache, `peers-${name}`), python = pythonIn(folder);
  const wanted = requirements.map((requirement) => requirement.split("=="));
  const check = `from importlib.metadata import version as v; assert all(v(n) == w for n, w in ${
    JSON.stringify(wanted)
  })`;
  if (await fault(python, ["-c", check]) === null) return python;
  console.error(`installing ${requirements.join(", ")}`);
  const flags = ["--only-binary=:all:", "--disable-pip-version-check", "--quiet"];
  const failure = await fault("python3", ["-m", "venv", folder]) ??
    await fault(python, ["-m", "pip", "install", ...flags, ...requirements]);
  if (failure !== null) throw new PeersError(`${name} left out: ${failure}`);
  return python;
}

/** Null when the command worked, else one line. */
async function fault(command: string, args: string[]): Promise<string | null> {
  try {
    const { success, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
    return success ? null : complaint(new TextDecoder().decode(stderr));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `no ${command}`;
    throw error;
  }
}
