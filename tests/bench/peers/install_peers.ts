/** `deno task bench peers`: a Python environment with the libraries that the benches of engines and GPUs compare with. */
import { complaint } from "../complaint.ts";
import {
  type InstallRecord,
  isInstalled,
  type Peer,
  type PeerDevice,
  peersFolder,
  peersFor,
  pythonIn,
  readRecord,
  writeRecord,
} from "./environment.ts";

/** It cannot be made; one line that says why and what to do. */
export class PeersError extends Error {
  override readonly name = "PeersError";
}

/**
 * Installs the peers that are missing, one at a time; who fails is left out, and the others are still there.
 *
 * @param log takes each line
 * @throws PeersError without python3, its venv or a cache folder, and when a peer could not be installed
 */
export async function installPeers(
  device: PeerDevice,
  log: (line: string) => void = console.error,
): Promise<void> {
  const folder = peersFolder(device);
  if (folder === null) throw new PeersError("no folder for the peers: set HOME or XDG_CACHE_HOME");
  let record = await readRecord(folder);
  const missing = peersFor(device).filter((peer) => !isInstalled(record, peer));
  if (missing.length > 0) await makeEnvironment(folder);
  const failures: string[] = [];
  for (const peer of missing) {
    log(`installing ${peer.requirements.join(", ")}`);
    const failure = await install(folder, peer);
    if (failure !== null) failures.push(failure);
    else await writeRecord(folder, record = { ...record, [peer.name]: peer.requirements });
  }
  log(`in ${folder}: ${recordText(record) || "none"}`);
  if (failures.length > 0) throw new PeersError(failures.join("\n"));
}

/** One line: `pytorch (numpy==2.4.6, torch==2.13.0), jax (…)`. */
function recordText(record: InstallRecord): string {
  return Object.entries(record).map(([name, requirements]) => `${name} (${requirements.join(", ")})`).join(
    ", ",
  );
}

async function makeEnvironment(folder: string): Promise<void> {
  const { code, said } = await runs("python3", ["-m", "venv", folder]);
  if (code === null) throw new PeersError("no python3 (install Python 3.11 to 3.13)");
  if (code === 0) return;
  throw new PeersError(`python3 makes no environment: ${said} (install its venv module, as python3-venv)`);
}

/** Null when it worked, else one line. */
async function install(folder: string, { name, requirements, advice }: Peer): Promise<string | null> {
  const flags = ["--only-binary=:all:", "--disable-pip-version-check", "--quiet"];
  const { code, said } = await runs(pythonIn(folder), ["-m", "pip", "install", ...flags, ...requirements]);
  return code === 0 ? null : `${name} left out: ${said} (${advice})`;
}

/** Runs a command to its end; `said` is the last line that it complained with, code null when there is no such command. */
async function runs(command: string, args: string[]): Promise<{ code: number | null; said: string }> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, said: complaint(`${text(stdout)}\n${text(stderr)}`) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { code: null, said: "" };
    throw error;
  }
}
