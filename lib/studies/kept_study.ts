/** A study as text, its data by their hash: whoever has both can train any of its trials. */
import { exactJson, parseExactJson } from "../checkpoints/exact_json.ts";
import { keepDataset, keptDataset } from "../data/kept_dataset.ts";
import { type FilledStudy, filledStudy } from "./filled_study.ts";
import type { Study, StudySpec } from "./study.ts";

/** Of the text: raised when an older reader would take it for something else. */
const VERSION = 1;

/**
 * A study as JSON: the same study, the same text. Its data go to `<folder>/data`, named by their SHA-256.
 * @throws as `filledStudy` and `keepDataset`
 * @example
 * ```ts ignore
 * const text = keptStudy(study, ".plateau");
 * ```
 */
export function keptStudy(study: Study, folder: string): string {
  const filled = filledStudy(study), { data, ...spec } = filled.spec;
  const kept = { ...filled, spec: { ...spec, data: { sha256: keepDataset(data, folder) } } };
  const { space, ...rest } = kept;
  // the order of the parameters says which column of a sequence draws which: it is part of the study
  return exactJson({ version: VERSION, ...ordered(rest) as object, space: Object.entries(space) });
}

/**
 * The study of a text that `keptStudy` wrote; its data are read from the folder.
 * @throws RangeError `invalid study: version 2 (this program reads 1): update Plateau`; BadData for missing or changed
 *   data
 * @example
 * ```ts ignore
 * const trials = trialsOf(studyOf(text, ".plateau"));
 * ```
 */
export function studyOf(text: string, folder: string): Study {
  const kept = studyWithoutData(text), { data, ...spec } = kept.spec as StudySpec;
  const { sha256 } = data as unknown as { sha256: string };
  return { ...kept, spec: { ...spec, data: keptDataset(sha256, folder) } } as Study;
}

/** What a text says without its data, such as its space and what it is compared by. */
export function studyWithoutData(
  text: string,
): Omit<FilledStudy, "spec"> & { spec: Omit<StudySpec, "data"> } {
  const { version, ...kept } = parseExactJson(text) as Record<string, unknown>;
  if (version !== VERSION) {
    throw new RangeError(`invalid study: version ${version} (this program reads ${VERSION}): update Plateau`);
  }
  return { ...kept, space: Object.fromEntries(kept.space as []) } as unknown as FilledStudy;
}

/** A value with its keys in order, numbers of typed arrays as lists. */
function ordered(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1).map(([key, each]) => [key, ordered(each)]),
  );
}
