/** `deno task native`: a libtensorflow for this user; also where it is, and away with it. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { installNative, wheelHere } from "./install_native.ts";
import { findLibrary } from "./library.ts";
import { progressLine } from "./progress_line.ts";
import { findPlugin } from "./xla/plugin.ts";
import { removeNative } from "./remove_native.ts";

const HELP = `deno task native [--device cpu] [--wheel <file>] [--path] [--remove]

  installs TensorFlow's library in your cache: no compiler, no root, 274 MB to download

  --device  cpu installs a plug-in of XLA instead, for the engine xla:cpu: 63 MB, built and published by a third party
  --wheel   takes this wheel, which is already here, instead of downloading it
  --path    prints the path of the library that training uses, for scripts; exit code 1 when there is none
  --remove  deletes all that this command installed, and the compiled programs that were kept`;

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
        ? "missing file: --wheel <file>"
        : word === "--device"
        ? "missing device: --device cpu"
        : `unknown word: ${word} (has ${KNOWN})`,
    );
  }
}

type Device = "cpu" | undefined;

const finds = (device: Device) => device === "cpu" ? findPlugin("cpu") : findLibrary();

async function printPath(device: Device): Promise<number> {
  const library = await finds(device);
  if (library === null) {
    console.error(
      device === "cpu"
        ? "no plug-in of XLA here (deno task native --device cpu installs one)"
        : "no libtensorflow here (deno task native installs one)",
    );
    return 1;
  }
  console.log(library.file);
  return 0;
}

async function remove(): Promise<number> {
  const freed = await removeNative();
  console.error(
    freed === null
      ? "nothing to remove: none is installed"
      : `freed ${Math.round(freed / 1e6)} MB of libraries and compiled programs`,
  );
  return 0;
}

async function install(wheel: string | undefined, device: Device): Promise<number> {
  wheelHere(Deno.build, device); // where there is none, not every signal need be there to listen to
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
    const used = await finds(device);
    if (used !== null && used.file !== file) log(`training uses ${used.file} before it (${used.from})`);
  } catch (error) {
    line.end();
    if (!stop.signal.aborted) throw error;
    console.error("stopped: nothing was installed");
  }
  return code;
}

/** Paths count from where the user stands, also under `deno task`. */
const here = (path: string) => resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);

async function main(args: string[]): Promise<number> {
  const { wheel, device, path, remove: away, help } = parsed(args);
  if (help) console.log(HELP);
  if (help) return 0;
  if (device !== undefined && device !== "cpu") throw new Misuse(`unknown device: ${device} (has cpu)`);
  if (path) return await printPath(device);
  if (away) return await remove();
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
