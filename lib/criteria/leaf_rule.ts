/** The rule of a kind that has no children, from what is particular to it. */
import type { BatchPlan } from "../batch_plan.ts";
import type { Position } from "../durations.ts";
import { callText } from "./call_text.ts";
import { evaluationNumber, type Grid } from "./grid.ts";
import type { Criterion, Form, Metric, Observation, Rule } from "./criterion.ts";

/** What is particular to one kind. `S` is plain JSON. */
export interface Particulars<C extends Criterion, S> {
  readonly form: Form<C>;
  readonly init: (criterion: C) => S;
  /** default: nothing changes */
  readonly observe?: (criterion: C, state: S, observation: Observation) => S;
  readonly stops: (criterion: C, state: S, at: Position) => boolean;
  /** why it stops, or how far it is */
  readonly because: (criterion: C, state: S, at: Position, stop: boolean) => string;
  /** what is missing while it does not stop */
  readonly lacks: (criterion: C, state: S, at: Position) => string;
  /** what it reads; default nothing */
  readonly reads?: (criterion: C) => { readonly metrics: readonly Metric[]; readonly updates: boolean };
  /** the step from which it is true, whatever is observed; default none */
  readonly bound?: (criterion: C, plan: BatchPlan) => number | null;
  /** default the first update or evaluation that it reads; with a bound, that */
  readonly earliest?: (criterion: C, grid: Grid) => number;
  /** default false */
  readonly usesClock?: (criterion: C) => boolean;
}

export function leafRule<C extends Criterion, S>(particulars: Particulars<C, S>): Rule<C, S> {
  const { form, init, stops, because, lacks } = particulars;
  const bound = particulars.bound ?? (() => null);
  return {
    form,
    init,
    observe: particulars.observe ?? ((_criterion, state) => state),
    stops,
    explain(criterion, state, at, path) {
      const stop = stops(criterion, state, at);
      const told = {
        path,
        rule: callText(criterion, form),
        stop,
        because: because(criterion, state, at, stop),
      };
      return [stop ? told : { ...told, lacks: lacks(criterion, state, at) }];
    },
    decide: (criterion, state, at, path) => ({ path, because: because(criterion, state, at, true) }),
    metrics: (criterion) => particulars.reads?.(criterion).metrics ?? [],
    readsUpdates: (criterion) => particulars.reads?.(criterion).updates ?? false,
    bound,
    holdsFrom: bound,
    earliest: particulars.earliest ??
      ((criterion, grid) => {
        if (!particulars.reads) return bound(criterion, grid.plan) ?? 0;
        return particulars.reads(criterion).updates ? 1 : evaluationNumber(grid, 1);
      }),
    usesClock: particulars.usesClock ?? (() => false),
  };
}
