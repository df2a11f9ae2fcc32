/** `deno task native`: a libtensorflow, or a plug-in of XLA, for this user; also where it is, and away with it. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { installNative, packHere } from "./install_native.ts";
import { findLibrary } from "../libraries/library.ts";
import { progressLine } from "./progress_line.ts";
import { bytesToDownload, packFor } from "./wheel.ts";
import { platformOf, type PluginDevice, pluginDevices, pluginPack } from "../platforms.ts";
import { findPlugin, findPluginOf } from "../xla/plugin.ts";
import { removeNative } from "./remove_native.ts";

const HELP = `deno task native [--device ${pluginDevices.join("|")}] [--wheel <path>] [--path] [--remove]

  installs TensorFlow's library in your cache: no compiler, no root, 274 MB to download

  --device  installs a plug-in of XLA instead, with what of CUDA it needs:
${deviceLines()}
  --wheel   takes this wheel, or this folder of wheels, which are already here, instead of downloading
  --path    prints the path of the library that training uses, for scripts, or of a --device's plug-in; exit code 1 when there is none
  --remove  deletes all that this command installed, and the compiled programs that were kept; of a --device its plug-in alone`;

/** As `cuda13  for the engine xla:cuda: 2481 MB to download`. */
function deviceLines(): string {
  return pluginDevices.map((device) => {
    const pack = packFor("linux", "x86_64", device)!, needs = pack.needs ? `; needs ${pack.needs}` : "";
    const whose = device === "cpu" ? "; built and published by a third party" : "";
    const megabytes = Math.round(bytesToDownload(pack) / 1e6);
    return `            ${device.padEnd(6)}  for the engine xla:${
      platformOf(device)
    }: ${megabytes} MB${needs}${whose}`;
  }).join("\n");
}

const OPTIONS = {
  wheel: { type: "string" },
  device: { type: "string" },
  path: { type: "boolean", default: false },
  remove: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;
const KNOWN = Object.keys(OPTIONS).map((name) => `--${name}`).join(", ");

/** 128 + the signal's number, as shells count. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const;

/** Used wrongly: one line, exit code 2. */
class Misuse extends Error {}

function parsed(args: string[]) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
    const chosen = [values.path, values.remove, values.wheel !== undefined].filter(Boolean);
    if (chosen.length > 1) throw new Misuse("invalid options: one of --wheel, --path, --remove at a time");
    return values;
  } catch (error) {
    if (error instanceof Misuse) throw error;
    const word = /'([^'\s]*)/.exec((error as Error).message)?.[1] ?? (error as Error).message;
    throw new Misuse(
      word === "--wheel"
        ? "missing file: --wheel <path>"
        : word === "--device"
        ? `missing device: --device ${pluginDevices[0]}`
        : `unknown word: ${word} (has ${KNOWN})`,
    );
  }
}

type Device = PluginDevice | undefined;

async function printPath(device: Device): Promise<number> {
  const library = await (device === undefined ? findLibrary() : findPluginOf(device));
  if (library === null) {
    console.error(
      device !== undefined
        ? `no plug-in of ${pluginPack(device).title} here (deno task native --device ${device} installs one)`
        : "no libtensorflow here (deno task native installs one)",
    );
    return 1;
  }
  console.log(library.file);
  return 0;
}

async function remove(device?: PluginDevice): Promise<number> {
  const freed = await removeNative(undefined, device);
  console.error(
    freed === null
      ? "nothing to remove: none is installed"
      : `freed ${Math.round(freed / 1e6)} MB of libraries and compiled programs`,
  );
  return 0;
}

async function install(wheel: string | undefined, device: Device): Promise<number> {
  packHere(Deno.build, device); // where there is none, not every signal need be there to listen to
  const line = progressLine(), stop = new AbortController();
  const verbs = { downloading: "downloaded", unpacking: "unpacked" } as const;
  const log = (text: string) => {
    line.end();
    console.error(text);
  };
  let code = 0;
  for (const [signal, number] of Object.entries(STOPPED)) {
    Deno.addSignalListener(signal as keyof typeof STOPPED, () => {
      code = number;
      stop.abort();
    });
  }
  try {
    const file = await installNative({
      log,
      wheel,
      device,
      signal: stop.signal,
      progress: ({ doing, bytes, total }) => line.at(verbs[doing], bytes, total),
    });
    const used = await (device === undefined ? findLibrary() : findPlugin(platformOf(device)));
    if (used !== null && used.file !== file) log(`training uses ${used.file} before it (${used.from})`);
  } catch (error) {
    line.end();
    if (!stop.signal.aborted) throw error;
    console.error("stopped: nothing was installed");
  }
  return code;
}

const isDevice = (word: string | undefined): word is Device =>
  word === undefined || pluginDevices.some((device) => device === word);

/** Paths count from where the user stands, also under `deno task`. */
const here = (path: string) => resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);

async function main(args: string[]): Promise<number> {
  const { wheel, device, path, remove: away, help } = parsed(args);
  if (help) console.log(HELP);
  if (help) return 0;
  if (!isDevice(device)) throw new Misuse(`unknown device: ${device} (has ${pluginDevices.join(", ")})`);
  if (path) return await printPath(device);
  if (away) return await remove(device);
  return await install(wheel === undefined ? undefined : here(wheel), device);
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(error instanceof Misuse ? 2 : 1);
  }
}
