/** A study's spec with nothing that keeps it from fitting its training set. */
import type { StudySpec } from "../study.ts";

export interface Unregularised {
  readonly spec: StudySpec;
  /** what was taken out, as `model.dropout 0.2` */
  readonly removed: readonly string[];
}

/** Whether a parameter regularises or augments, by its path; the decay of a schedule is one of the rate. */
export const regularises = (path: string): boolean =>
  !/^schedule\b/.test(path) &&
  /dropout|decay|augmentation|mixup|smoothing|noise|^average/i.test(path);

/**
 * Takes augmentation, dropout and weight decay out of a spec: what fits within N steps without them tells what the
 * optimisation needs, and nothing of generalisation. A penalty inside of layers of one's own stays.
 * @example
 * ```ts
 * import type { StudySpec } from "../study.ts";
 * const removed = (spec: StudySpec) => unregularised(spec).removed;
 * ```
 */
export function unregularised(spec: StudySpec): Unregularised {
  const removed: string[] = [];
  const { model, optimizer, data } = spec;
  const without = <T extends object>(of: string, value: T, field: string): T => {
    const given = (value as Record<string, unknown>)[field];
    if (typeof given !== "number" || given === 0) return value;
    removed.push(`${of}.${field} ${given}`);
    return { ...value, [field]: 0 };
  };
  const plainModel = without("model", model, "dropout"),
    plainOptimizer = without("optimizer", optimizer, "decay");
  const augmentation = Object.entries(data.augmentation ?? {}).filter(([, value]) => value > 0);
  for (const [name, value] of augmentation) removed.push(`data.augmentation.${name} ${value}`);
  const plainData = augmentation.length === 0 ? data : { ...data, augmentation: {} };
  return { spec: { ...spec, model: plainModel, optimizer: plainOptimizer, data: plainData }, removed };
}
