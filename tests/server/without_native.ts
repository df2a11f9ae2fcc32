/** The environment of a machine that has no libtensorflow yet, for the processes that a test starts. */
import { inFolder } from "../in_folder.ts";

/** Deno keeps its packages below XDG_CACHE_HOME too, unless it is told where. */
async function denoFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/**
 * Acts with a cache of its own, no library that a variable names, and no program but those of `programs`.
 * @param act gets the folder that Plateau keeps its libraries in
 */
export async function withoutNative(
  act: (cache: string) => Promise<void>,
  programs = "/nowhere",
): Promise<void> {
  await inFolder(async (folder) => {
    const wanted: Record<string, string | undefined> = {
      DENO_DIR: await denoFolder(),
      XDG_CACHE_HOME: folder,
      PATH: programs,
      LIBTENSORFLOW_PATH: undefined,
      VIRTUAL_ENV: undefined,
    };
    const before = Object.keys(wanted).map((name) => [name, Deno.env.get(name)] as const);
    const set = (values: Iterable<readonly [string, string | undefined]>) => {
      for (const [name, value] of values) {
        value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
      }
    };
    set(Object.entries(wanted));
    try {
      await act(`${folder}/plateau`);
    } finally {
      set(before);
    }
  });
}

/** Whether this machine has a wheel at all: elsewhere nothing is offered. */
export const canInstall = Deno.build.os === "linux" && Deno.build.arch === "x86_64" ||
  Deno.build.os === "darwin" && Deno.build.arch === "aarch64";
