/** Puts a study into a store, its data into the folder beside it. */
import { parseExactJson } from "../checkpoints/exact_json.ts";
import { flatConfig } from "../store/flat_config.ts";
import type { Store } from "../store/store.ts";
import { StudyExists } from "../store/study_fault.ts";
import { filledStudy } from "./filled_study.ts";
import { keptStudy } from "./kept_study.ts";
import type { Study } from "./study.ts";
import { trialsOf } from "./trials_of.ts";

/** Another study has this name: says what differs. */
export class OtherStudy extends Error {
  override readonly name = "OtherStudy";
  /** @param differs as `budget.count is 4 there and 5 here` */
  constructor(readonly study: string, readonly differs: readonly string[]) {
    const more = differs.length > 2 ? `; ${differs.length - 2} more differ` : "";
    super(
      `study exists: ${study} (${
        differs.slice(0, 2).join("; ")
      }${more}): name this one otherwise, or remove that one`,
    );
  }
}

/**
 * Adds a study with its trials; the same one again changes nothing. All that can be wrong with it is found before.
 * @param folder takes its data
 * @returns its name
 * @throws OtherStudy `study exists: rates (budget.count is 4 there and 5 here): …`; as `trialsOf` and `keepDataset`;
 *   StorageFault, ReadOnlyStore
 * @example
 * ```ts ignore
 * const name = await addStudy(store, study, ".plateau");
 * ```
 */
export async function addStudy(store: Store, study: Study, folder: string): Promise<string> {
  const { name, metric, mode } = filledStudy(study), plans = trialsOf(study);
  const trials = plans.map(({ number, name, parameters, seed, maxSteps }) => ({
    number,
    name,
    parameters,
    seed,
    maxSteps,
  }));
  const plan = keptStudy(study, folder);
  try {
    await store.studies.add({ name, plan, metric, mode, trials });
  } catch (error) {
    const there = error instanceof StudyExists ? await store.studies.get(name) : null;
    if (there === null) throw error;
    throw new OtherStudy(name, differences(there.plan, plan));
  }
  return name;
}

function differences(there: string, here: string): string[] {
  const [a, b] = [there, here].map((plan) => flatConfig(parseExactJson(plan) as Record<string, unknown>));
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key]).map((key) =>
    key === "spec.data.sha256"
      ? "its data are others"
      : `${key} is ${a[key] ?? "not given"} there and ${b[key] ?? "not given"} here`
  );
}
