/** Variables of Observable's runtime, as cells and names from outside use them. */
import { Runtime } from "@observablehq/runtime";

// deno-lint-ignore no-explicit-any -- the package has no types
export type Variable = any;

/** The module in which all variables of a notebook are defined, and the runtime that computes them. */
export interface Variables {
  readonly runtime: Variable;
  readonly module: Variable;
}

export function newVariables(): Variables {
  const runtime: Variable = new Runtime({}, undeclared);
  return { runtime, module: runtime.module() };
}

/** A name that no cell here declares, as one whose cell has an error, is not the platform's thing of that name. */
const undeclared = (): never => {
  throw new Error("not declared");
};

export interface Observer {
  pending?(): void;
  fulfilled?(value: never): void;
  rejected?(error: unknown): void;
}

/**
 * A variable that begins anew at once. The runtime would wait for what the variable computed last, and so for values
 * that it no longer reads.
 */
export function restartable({ module }: Variables, observer: Observer): Variable {
  const pending = () => {
    variable._promise = NOTHING;
    observer.pending?.();
  };
  const variable: Variable = module.variable({ ...observer, pending });
  return variable;
}

/** What a variable has computed before it begins. */
const NOTHING = Promise.resolve();

/** Deletes the variables of these names, but those to keep. */
export function remove(variables: Map<string, Variable>, keep: (name: string) => boolean): void {
  for (const [name, variable] of variables) {
    if (keep(name)) continue;
    variable.delete();
    variables.delete(name);
  }
}

/** A generator that a cell declares is a value like any other, which the runtime would unfold. */
class Whole {
  constructor(readonly value: unknown) {}
}

/** A value as a variable has it. */
export const whole = (value: unknown): unknown => {
  const { next, return: end } = (value ?? {}) as Partial<Generator>;
  return typeof next === "function" && typeof end === "function" ? new Whole(value) : value;
};

/** A value of a variable as cells have it. */
export const given = (value: unknown): unknown => value instanceof Whole ? value.value : value;
