/**
 * Starts the server as a narrow process of its own and stays only to pass signals on. What asks for the server
 * may have any rights; the server has those listed here.
 */
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { fileURLToPath } from "node:url";
import type { EngineChoice } from "../lib/engine/engine_choice.ts";

export interface LaunchOptions {
  /** folder that holds `notebooks/` */
  readonly project: string;
  readonly port: number;
  readonly engine: EngineChoice;
}

/** The bundler's binary lies in a package for the platform, beside the package that names it. */
function bundlerBinary(): string {
  const bundler = createRequire(import.meta.url).resolve("esbuild");
  return createRequire(bundler).resolve(`@esbuild/${platform()}-${arch()}/bin/esbuild`);
}

/** The rights of the server: its own address, the project, and two programs. */
export function serverPermissions(project: string): string[] {
  return [
    "--no-prompt",
    "--cached-only",
    "--allow-net=127.0.0.1",
    `--allow-read=${project}`,
    `--allow-write=${project}/.plateau`,
    `--allow-run=${Deno.execPath()},${bundlerBinary()}`,
    "--allow-env",
  ];
}

/** Runs the server until it ends or a signal ends it; the exit code. */
export async function launch({ project, port, engine }: LaunchOptions): Promise<number> {
  const program = fileURLToPath(new URL("./server_process.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      ...serverPermissions(project),
      program,
      project,
      String(port),
      engine,
    ],
    stdin: "null",
  }).spawn();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      try {
        child.kill(signal);
      } catch {
        // it has ended by itself
      }
    });
  }
  return (await child.status).code;
}
