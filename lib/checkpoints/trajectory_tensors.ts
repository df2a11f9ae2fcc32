/** A trajectory's columns as tensors, for a state that travels without its run's folder. */
import { EVALUATION_COLUMNS, type Trajectory, UPDATE_COLUMNS } from "../curves/trajectory.ts";
import type { NamedTensor } from "./safetensors.ts";
import type { StateHead } from "./state_schema.ts";
import type { TensorShelf } from "./state_tensors.ts";

const UPDATES = "trajectory/updates/", EVALUATIONS = "trajectory/evaluations/";

export function trajectoryTensors({ updates, evaluations }: Trajectory): NamedTensor[] {
  const column = (name: string, values: Float64Array) => ({ name, shape: [values.length], values });
  const group = (kind: "metrics" | "standardErrors") =>
    Object.entries(evaluations[kind]).map(([metric, values]) =>
      column(`${EVALUATIONS}${kind}/${metric}`, values)
    );
  return [
    ...UPDATE_COLUMNS.map((name) => column(UPDATES + name, updates[name])),
    ...EVALUATION_COLUMNS.map((name) => column(EVALUATIONS + name, evaluations[name])),
    ...group("metrics"),
    ...group("standardErrors"),
  ];
}

/** What `trajectoryTensors` named: all columns of a table are as long as its steps. */
export function trajectoryFrom(
  { metrics, standardErrors, ...frame }: StateHead["trajectory"],
  shelf: TensorShelf,
  tensors: readonly NamedTensor[],
): Trajectory {
  const rows = (prefix: string) => tensors.find(({ name }) => name === `${prefix}step`)?.values.length ?? 0;
  const columns = <Name extends string>(prefix: string, names: readonly Name[], count: number) =>
    Object.fromEntries(names.map((name) => [name, shelf.take(prefix + name, [count])])) as Record<
      Name,
      Float64Array
    >;
  const evaluated = rows(EVALUATIONS);
  return {
    ...frame,
    updates: columns(UPDATES, UPDATE_COLUMNS, rows(UPDATES)),
    evaluations: {
      ...columns(EVALUATIONS, EVALUATION_COLUMNS, evaluated),
      metrics: columns(`${EVALUATIONS}metrics/`, metrics, evaluated),
      standardErrors: columns(`${EVALUATIONS}standardErrors/`, standardErrors, evaluated),
    },
  };
}
