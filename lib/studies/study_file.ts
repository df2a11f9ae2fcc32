/** A file whose default export is a study, or several. */
import { stat } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { filledStudy } from "./filled_study.ts";
import type { Study } from "./study.ts";
import { NoStudy } from "./study_options.ts";

/**
 * Runs the file, and reads what it exports.
 * @param path absolute
 * @throws NoStudy `no study: rates.ts (its default export is nothing: export default { name, spec, space, budget, … })`;
 *   what the file throws, with its name before it
 * @example
 * ```ts ignore
 * const [study] = await studiesIn("/home/ada/rates.ts");
 * ```
 */
export async function studiesIn(path: string): Promise<readonly Study[]> {
  if (!(await stat(path).catch(() => null))?.isFile()) {
    throw new NoStudy(`no study: ${path} (there is no such file)`);
  }
  let exported: unknown;
  try {
    exported = (await import(pathToFileURL(path).href)).default;
  } catch (error) {
    const why = String((error as Error | null)?.message ?? error).split("\n")[0]; // anything can be thrown
    throw new NoStudy(`no study: ${path} (${why})`);
  }
  const studies = Array.isArray(exported) ? exported : [exported];
  if (studies.length === 0 || !studies.every(isObject)) {
    const what = exported === undefined
      ? "nothing"
      : Array.isArray(exported)
      ? "a list"
      : `a ${typeof exported}`;
    throw new NoStudy(
      `no study: ${path} (its default export is ${what}: export default { name, spec, space, budget, … })`,
    );
  }
  for (const study of studies) filledStudy(study);
  const twice = studies.find(({ name }, i) => studies.findIndex((other) => other.name === name) < i);
  if (twice) throw new NoStudy(`no study: ${path} (it has two of the name ${twice.name})`);
  return studies;
}

const isObject = (value: unknown): value is Study => typeof value === "object" && value !== null;
