/** Fetches the wheel with a tool that the machine has: pip and uv know its index, proxy and certificates. */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import process from "node:process";
import { NativeError } from "./native_error.ts";
import type { Wheel } from "./pinned_wheel.ts";
import { downloadCommands } from "./wheel.ts";

export interface DownloadOptions {
  /** called four times a second with the bytes that are there */
  progress(bytes: number): void;
  /** ends the download. Default: it runs to its end */
  readonly signal?: AbortSignal;
}

/**
 * Downloads a wheel into a folder with pip, or else uv. Their temporary files are kept within that folder, whose
 * growth is the progress.
 *
 * @returns the path of the wheel
 * @throws NativeError with the line that a tool complained with, or that there is no tool
 * @example
 * ```ts ignore
 * import { downloadWheel } from "./download_wheel.ts";
 * import { packFor } from "./wheel.ts";
 * const [wheel] = packFor("linux", "x86_64")!.wheels;
 * const file = await downloadWheel(wheel, "wheels", { progress() {} });
 * ```
 */
export async function downloadWheel(wheel: Wheel, into: string, options: DownloadOptions): Promise<string> {
  const folder = resolve(into);
  const watch = setInterval(() => options.progress(sizeOf(folder)), 250);
  const complaints: string[] = [];
  try {
    for (const [command, ...flags] of downloadCommands(wheel, folder)) {
      const { code, text } = await runs(command, flags, folder, options.signal);
      options.signal?.throwIfAborted();
      const file = Array.from(Deno.readDirSync(folder)).find(({ name }) => name.endsWith(".whl"));
      if (code === 0 && file) return join(folder, file.name);
      if (code >= 0 && !text.endsWith("No module named pip")) complaints.push(text);
    }
  } finally {
    clearInterval(watch);
  }
  throw new NativeError(
    complaints.length === 0
      ? `cannot download ${wheel.requirement}: neither pip nor uv is installed (install one of them)`
      : `cannot download ${wheel.requirement}: ${complaints[0]} (check the network)`,
  );
}

/** Runs a command in a folder to its end; `text` is the last line that it complained with, code -1 when there is no such command. */
function runs(command: string, flags: string[], folder: string, signal?: AbortSignal) {
  return new Promise<{ code: number; text: string }>((resolve) => {
    const child = spawn(command, flags, {
      // else Python takes a pip.py of whichever folder the user is in; before 3.11 it heeds the folder alone
      cwd: folder,
      env: { ...process.env, TMPDIR: folder, PYTHONSAFEPATH: "1" },
      stdio: ["ignore", "ignore", "pipe"],
      signal,
    });
    let said = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => said = (said + text).slice(-4_000));
    child.on("error", () => resolve({ code: -1, text: "" }));
    child.on("close", (code) => {
      const lines = said.trim().split("\n");
      const text = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)!;
      resolve({ code: code ?? 1, text: text.trim() || `${command} failed` });
    });
  });
}

/** Bytes of all files under a folder; pip may remove one while we look. */
function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of namesIn(folder)) {
    const path = join(folder, entry.name);
    try {
      bytes += entry.isDirectory ? sizeOf(path) : Deno.lstatSync(path).size;
    } catch {
      continue;
    }
  }
  return bytes;
}

function namesIn(folder: string): Deno.DirEntry[] {
  try {
    return Array.from(Deno.readDirSync(folder));
  } catch {
    return [];
  }
}
