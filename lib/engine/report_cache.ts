/** The report of the last measurement, as a JSON file whose place the caller names. */
import { dirname } from "node:path";
import { z } from "zod";
import { engineNames } from "./engine_choice.ts";
import { type Machine, sameMachine } from "./machine.ts";
import type { EngineReport } from "./report.ts";

const reportSchema = z.object({
  machine: z.object({
    cpu: z.string().nullable(),
    cores: z.number(),
    tfjs: z.string(),
    deno: z.string(),
    library: z.string().nullable(),
    libraryTime: z.number().nullable(),
  }),
  engines: z.array(z.object({
    name: z.enum(engineNames),
    version: z.string(),
    device: z.string(),
    msPerUpdate: z.number().positive().nullable(),
    missing: z.string().nullable(),
  })),
});

function may(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}

/** The kept report, if it is readable, whole and of this machine; else null, and one measures again. */
export function readReport(file: string, machine: Machine): EngineReport | null {
  if (!may("read", file)) return null;
  let content: unknown;
  try {
    content = JSON.parse(Deno.readTextFileSync(file));
  } catch {
    return null; // absent or torn: it is only a cache
  }
  const { success, data } = reportSchema.safeParse(content);
  return success && sameMachine(data.machine, machine) ? data : null;
}

/** Keeps a report where this process may write; a kernel may not, and its parent has written before. */
export function writeReport(file: string, report: EngineReport): void {
  const folder = dirname(file);
  if (!may("write", folder)) return;
  Deno.mkdirSync(folder, { recursive: true });
  const temporary = `${file}.${Deno.pid}.tmp`;
  Deno.writeTextFileSync(temporary, JSON.stringify(report, null, 2) + "\n");
  Deno.renameSync(temporary, file);
}
