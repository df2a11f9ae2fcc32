/** The report of the last measurement, as a JSON file whose place the caller names. */
import { dirname } from "node:path";
import { z } from "zod";
import { engineNameSchema } from "./engine_name_schema.ts";
import { holdsFor, type Machine, thisMachine } from "./machine.ts";
import { type EngineReport, enginesForAuto, enginesReport } from "./report.ts";
import { type EngineSettings, libraryFor } from "./start_named.ts";

const reportSchema = z.object({
  machine: z.object({
    cpu: z.string().nullable(),
    cores: z.number(),
    tfjs: z.string(),
    deno: z.string(),
    measure: z.number(),
    ffi: z.boolean(),
    library: z.string().nullable(),
    libraryTime: z.number().nullable(),
    choice: z.array(z.string()).nullable(),
  }),
  engines: z.array(z.object({
    name: engineNameSchema,
    version: z.string(),
    device: z.string(),
    msPerUpdate: z.number().positive().nullable(),
    missing: z.string().nullable(),
  })),
  gpu: z.string().nullable(),
  driver: z.string().nullable(),
});

function may(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}

/**
 * Whether all that is there works, or may not be used by whoever measured: what else keeps a library from starting, as
 * a variable or who has the GPU's memory, may be mended by the next time.
 */
const isSettled = ({ machine: { ffi, library }, engines }: EngineReport): boolean =>
  !ffi || engines.every(({ name, missing }) => missing === null || name === "tensorflow" && library === null);

/** The kept report, if it is readable, whole, settled and of this machine; else null, and one measures again. */
function readReport(file: string, machine: Machine): EngineReport | null {
  if (!may("read", file)) return null;
  let content: unknown;
  try {
    content = JSON.parse(Deno.readTextFileSync(file));
  } catch {
    return null; // absent or torn: it is only a cache
  }
  const { success, data } = reportSchema.safeParse(content);
  return success && holdsFor(data.machine, machine) && (isSettled(data) || !machine.ffi) ? data : null;
}

/** Keeps a report where this process may write; a kernel may not, and its parent has written before. */
function writeReport(file: string, report: EngineReport): void {
  const folder = dirname(file);
  if (!may("write", folder)) return;
  const temporary = `${file}.${Deno.pid}.tmp`;
  try {
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(temporary, JSON.stringify(report, null, 2) + "\n");
    Deno.renameSync(temporary, file);
  } catch {
    removeQuietly(temporary); // a full disk: engines are measured again the next time
  }
}

function removeQuietly(file: string): void {
  try {
    Deno.removeSync(file);
  } catch {
    // it was never made
  }
}

/**
 * The report kept in `settings.cache` when it holds here; otherwise a new one, kept for the next time.
 *
 * @example
 * ```ts ignore
 * import { keptReport } from "./report_cache.ts";
 * const report = await keptReport({ cache: ".plateau/engines.json" });
 * ```
 */
export async function keptReport(settings: EngineSettings): Promise<EngineReport> {
  if (!settings.cache) return await enginesReport(settings);
  const library = await libraryFor(settings).catch(() => null);
  const machine = thisMachine(library?.file ?? null, await enginesForAuto(settings));
  const kept = readReport(settings.cache, machine);
  if (kept) return kept;
  const report = await enginesReport(settings);
  writeReport(settings.cache, report);
  return report;
}
