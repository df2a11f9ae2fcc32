import type { Program } from "./runtime.ts";
import { CellFailure } from "./runtime_error.ts";

/** How long a notebook waits for what it imports. */
export const IMPORT_MILLISECONDS = 10_000;

/**
 * Imports a notebook's two modules and makes its cells.
 *
 * @param limit milliseconds after which it is given up, for a module whose top-level await has not settled; default none
 * @throws {CellFailure} that names the module, where it can be told
 */
export async function importPrograms(
  modules: { vendor: string; code: string },
  limit = Infinity,
): Promise<Program[]> {
  const imported = Promise.all([import(modules.vendor), import(modules.code)]);
  if (!await settledWithin(imported, limit)) throw await unsettled(modules.vendor, limit);
  const [vendor, code] = await imported;
  return code.default(vendor);
}

/** Turns of a timer in which the time is counted: a module that computes, and so holds the timer up, is not late. */
const TURNS = 10;

async function settledWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  if (milliseconds === Infinity) return true;
  const late = Promise.withResolvers<boolean>();
  let turns = 0;
  const timer = setInterval(() => ++turns > TURNS && late.resolve(false), milliseconds / TURNS);
  try {
    return await Promise.race([promise.then(() => true), late.promise]);
  } finally {
    clearInterval(timer);
  }
}

async function unsettled(vendor: string, limit: number): Promise<CellFailure> {
  const names = awaitingModules(await (await fetch(vendor)).text());
  const which = names.length === 0 ? "a module that the notebook imports" : names.join(" or ");
  return new CellFailure({
    name: "ImportTimeout",
    message: `${which} is not there after ${limit / 1000} s: its top-level await has not settled`,
    hint: "Await it in a cell instead, and save.",
  });
}

/**
 * The local modules of a bundle that await something when they are loaded, by the lines in which the bundler says where
 * each begins. What stands within functions and blocks is indented there.
 *
 * @example
 * ```ts
 * import { awaitingModules } from "./import_programs.ts";
 * awaitingModules("// a.ts\nvar a = 1;\n// slow.ts\nvar table = await load();\n"); // ["slow.ts"]
 * ```
 */
export function awaitingModules(bundle: string): string[] {
  const found = new Set<string>();
  let module: string | undefined;
  for (const line of bundle.split("\n")) {
    const head = /^\/\/ (\S.*\.\w+)$/.exec(line);
    if (head) module = head[1];
    else if (module !== undefined && /^(?![\s/]).*\bawait\b/.test(line) && !/\basync\b/.test(line)) {
      found.add(module);
    }
  }
  return [...found];
}
