/** The Python environments of the libraries that we are compared with: where they are, and what is in them. */
import { join } from "node:path";
import { userCache } from "../../../lib/engine/libraries/library.ts";

/** A library that is compared, as pip is asked for it. */
export interface Peer {
  readonly name: PeerName;
  readonly requirements: readonly string[];
  /** what its user can do when pip finds no such version */
  readonly advice: string;
}
export type PeerName = "pytorch" | "jax" | "keras";

/** What the peers compute on: other builds of the libraries, in an environment of their own. */
export const peerDevices = ["cpu", "cuda13"] as const;
export type PeerDevice = typeof peerDevices[number];

const anyPip = "check the network and pip's settings";

/**
 * The peers, pinned. On Linux PyTorch's build for CUDA, gigabytes of it, has the plain version, and its build for CPUs
 * a version with `+cpu`; elsewhere there is one build.
 */
export const peers: readonly Peer[] = [
  {
    name: "pytorch",
    requirements: ["numpy==2.4.6", `torch==2.13.0${Deno.build.os === "linux" ? "+cpu" : ""}`],
    advice: "its CPU build comes from PyTorch's own index: name that in PIP_EXTRA_INDEX_URL",
  },
  { name: "jax", requirements: ["numpy==2.4.6", "jax==0.10.2", "jaxlib==0.10.2"], advice: anyPip },
  {
    name: "keras",
    requirements: ["numpy==2.4.6", "keras==3.15.1", "tensorflow-cpu==2.21.0"],
    advice: anyPip,
  },
];

/** Those that are compared on a GPU, built for CUDA 13; gigabytes. */
const cudaPeers: readonly Peer[] = [
  { name: "pytorch", requirements: ["numpy==2.4.6", "torch==2.13.0"], advice: anyPip },
  { name: "jax", requirements: ["numpy==2.4.6", "jax[cuda13]==0.10.2", "jaxlib==0.10.2"], advice: anyPip },
];

export const peersFor = (device: PeerDevice): readonly Peer[] => device === "cpu" ? peers : cudaPeers;

/** What was installed: the requirements of each peer as they were met. */
export type InstallRecord = Readonly<Partial<Record<PeerName, readonly string[]>>>;

/** The folder of an environment; null when the user has no cache folder. */
export function peersFolder(device: PeerDevice = "cpu", cache: string | null = userCache()): string | null {
  return cache === null ? null : join(cache, device === "cpu" ? "peers" : `peers-${device}`);
}

/** The environment's own Python. */
export function pythonIn(folder: string): string {
  return join(folder, "bin", "python");
}

const recordIn = (folder: string) => join(folder, "installed.json");

/** What the record says; nothing where there is none, or half of one. */
export async function readRecord(folder: string | null): Promise<InstallRecord> {
  if (folder === null) return {};
  try {
    return JSON.parse(await Deno.readTextFile(recordIn(folder)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return {};
    throw error;
  }
}

export async function writeRecord(folder: string, record: InstallRecord): Promise<void> {
  await Deno.writeTextFile(recordIn(folder), JSON.stringify(record, null, 2));
}

/** Whether a peer is there as it is pinned today. */
export function isInstalled(record: InstallRecord, { name, requirements }: Peer): boolean {
  return record[name]?.join() === requirements.join();
}
