/** The states of a recording, to be computed again: those, whatever a plan of this machine would be, as it may be slower. */
import { sameData } from "../notebook/codec.ts";
import { InvalidInput, validated } from "../notebook/inputs.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { RecordFault } from "./record_options.ts";
import { type PlannedGroup, type Ran, STATE_LIMITS, type StatePlan } from "./states.ts";

/** Of an input whose states a plan of this machine would have. */
export const NOT_COMPUTED = "not computed";

/**
 * The plan that gives these states. Whoever wrote them may mean harm: no more are taken than a plan may have.
 *
 * @param groups of a recording; the present state may be among theirs
 * @param frozen why a plan of this machine leaves inputs as they are; default nothing is said of it
 * @throws RecordFault for what no plan has; InvalidInput for a value that an input cannot have
 * @example
 * ```ts ignore
 * plannedAgain(recording.groups.map(({ inputs, states }) => …), notebook, ran);
 * ```
 */
export function plannedAgain(
  groups: readonly PlannedGroup[],
  notebook: Pick<Notebook, "toServer">,
  { inputs, values }: Pick<Ran, "inputs" | "values">,
  frozen: Readonly<Record<string, string>> = {},
): StatePlan {
  const names = groups.flatMap((group) => group.inputs),
    count = groups.flatMap(({ states }) => states).length;
  const unknown = names.find((name, i) => !notebook.toServer.includes(name) || names.indexOf(name) < i);
  if (unknown !== undefined) throw new RecordFault(`no states can be computed of ${unknown}`);
  const most = STATE_LIMITS.all + groups.length; // the present ones may be among them
  if (count > most) throw new RecordFault(`it has ${count} states of inputs (at most ${most})`);
  return {
    groups: groups.map((group) => ({
      inputs: group.inputs,
      states: group.states.map((state) => group.inputs.map((name, i) => checked(inputs, name, state[i])))
        .filter((state) => !state.every((value, i) => sameData(value, values[group.inputs[i]]))),
    })),
    frozen: Object.fromEntries(
      notebook.toServer.filter((name) => !names.includes(name)).map((
        name,
      ) => [name, frozen[name] ?? NOT_COMPUTED]),
    ),
  };
}

function checked(inputs: Ran["inputs"], name: string, value: unknown): unknown {
  const input = inputs.get(name);
  if (!input) throw new InvalidInput(name, value, "its cell failed");
  return validated(input, value, name);
}
