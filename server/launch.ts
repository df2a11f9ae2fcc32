/**
 * Starts the server as a narrow process of its own and stays only to pass signals on. What asks for the server
 * may have any rights; the server has those listed here.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineChoice } from "../lib/engine/engine_choice.ts";
import type { GpuSettings } from "../lib/engine/xla/gpu_options.ts";
import { addressOf, isAddress } from "../lib/store/place.ts";
import { endChild } from "../lib/notebook/end_child.ts";

export interface LaunchOptions {
  /** folder that holds `notebooks/` */
  readonly project: string;
  readonly port: number;
  readonly engine: EngineChoice;
  /** what a GPU is used for. Default: float32, and 0.75 of its memory at most */
  readonly gpu?: GpuSettings;
  /** where runs and studies are recorded: a file, or an address of PostgreSQL; default the project's own */
  readonly store?: string;
  /** files and folders that kernels may read beside the project; default none */
  readonly read?: readonly string[];
  /** path that every page begins with, behind a reverse proxy; default none */
  readonly basePath?: string;
  /** believe what a reverse proxy says of host and scheme; default false */
  readonly trustProxy?: boolean;
}

const PLATEAU = fileURLToPath(new URL("../", import.meta.url)).replace(/[\\/]$/, "");

/** As packages name the systems that their binaries are for. */
const SYSTEM = Deno.build.os === "windows" ? "win32" : Deno.build.os;
const PROCESSOR = Deno.build.arch === "aarch64" ? "arm64" : "x64";

/**
 * The bundler's binary lies in a package for the platform, beside the package that names it. Node's own resolution would
 * find it too, and take a fifth of the time in which the server starts.
 */
function bundlerBinary(): string {
  const bundler = Deno.realPathSync(`${PLATEAU}/node_modules/esbuild`);
  return Deno.realPathSync(`${bundler}/../@esbuild/${SYSTEM}-${PROCESSOR}/bin/esbuild`);
}

/** What a store needs beside the project: the folder of its file, or the database's host. */
function storeRights(store: string | undefined): { readonly folder?: string; readonly host?: string } {
  if (store === undefined) return {};
  if (!isAddress(store)) return { folder: dirname(store) };
  const { hostname, port, searchParams } = addressOf(store), given = searchParams.get("host") ?? hostname;
  const at = searchParams.get("port") ?? (port === "" ? "5432" : port);
  if (given.startsWith("/")) return { folder: given, host: `unix:${given}/.s.PGSQL.${at}` };
  return { host: `${given === "" ? "localhost" : given}:${at}` };
}

/** A database's password, where its address does not have it: PostgreSQL's own variables and file. */
const PASSWORD = ["PGPASSWORD", "PGPASSFILE"];
const passwordFile = (variable: (name: string) => string | undefined) =>
  variable("PGPASSFILE") ?? `${variable("HOME") ?? ""}/.pgpass`;

/**
 * The rights of the server: its own address, the project and Plateau itself, and two programs.
 * @param store another place than the project's own, absolute, or an address
 * @param variable of the environment; default this process'
 */
export function serverPermissions(
  project: string,
  store?: string,
  variable: (name: string) => string | undefined = Deno.env.get,
): string[] {
  const { folder, host } = storeRights(store), folders = folder === undefined ? [] : [folder];
  const read = [...folders, ...(host === undefined ? [] : [passwordFile(variable)])];
  return [
    "--v8-flags=--max-semi-space-size=4", // a crowd's short-lived objects do not keep the heap large
    "--no-prompt",
    "--cached-only",
    "--node-modules-dir=manual", // the packages are there: nobody looks whether they are complete
    `--allow-net=${["127.0.0.1", ...(host === undefined ? [] : [host])].join(",")}`,
    `--allow-read=${[...new Set([project, PLATEAU, ...read])].join(",")}`,
    `--allow-write=${[...new Set([`${project}/.plateau`, ...folders])].join(",")}`,
    `--allow-run=${Deno.execPath()},${bundlerBinary()}`,
    "--allow-env",
    "--allow-sys=osRelease,cpus", // a report says where it was made
  ];
}

/**
 * What of the environment the server is given, and hands on to the engine's process and to kernels: where programs,
 * caches and temporary files are, and what names the native engine's libraries and devices. The bundler needs none of it.
 */
const ENVIRONMENT = [
  ...["PATH", "HOME", "TMPDIR", "DENO_DIR", "XDG_CACHE_HOME", "LANG", "TZ", "NO_COLOR"],
  ...[
    "LIBTENSORFLOW_PATH",
    "PJRT_PLUGIN_PATH",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "CUDA_HOME",
  ],
  ...["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "TF_CPP_MIN_LOG_LEVEL", "TF_FORCE_GPU_ALLOW_GROWTH"],
  ...["XLA_FLAGS", "TF_XLA_FLAGS", "MALLOC_ARENA_MAX"],
  // how pip and uv reach their index, when the page's button installs the native engine
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...[
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_CONFIG_FILE",
    "PIP_CERT",
    "PIP_DEFAULT_TIMEOUT",
  ],
  ...["UV_INDEX_URL", "UV_DEFAULT_INDEX", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"],
  ...["SystemRoot", "LOCALAPPDATA", "USERPROFILE"], // without these nothing starts on Windows
];

/**
 * The part of an environment that the server is given; secrets that lie around in it stay outside.
 * @param store an address takes along what its password is read from
 */
export function serverEnvironment(
  all: Readonly<Record<string, string>>,
  store?: string,
): Record<string, string> {
  const names = store !== undefined && isAddress(store) ? [...ENVIRONMENT, ...PASSWORD] : ENVIRONMENT;
  return Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]]));
}

/** Runs the server until it ends or a signal ends it; the exit code. */
export async function launch(options: LaunchOptions): Promise<number> {
  const { project, port, engine, gpu = {}, store, read = [], basePath = "", trustProxy = false } = options;
  if (store !== undefined && !isAddress(store)) Deno.mkdirSync(dirname(store), { recursive: true });
  const program = fileURLToPath(new URL("./server_process.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      ...serverPermissions(project, store),
      program,
      project,
      String(port),
      engine,
      JSON.stringify(gpu),
      basePath,
      trustProxy ? "proxy" : "",
      store ?? "",
      ...read,
    ],
    clearEnv: true,
    env: serverEnvironment(Deno.env.toObject(), store),
    stdin: "piped", // never written: its end tells the server that this process is gone, however it went
  }).spawn();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => endChild(child, signal));
  }
  return (await child.status).code;
}
