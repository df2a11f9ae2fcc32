/** The inputs on a page: each drawn where its cell runs, at the value that the reader or the shared kernel gave it. */
import { sameData } from "../../lib/notebook/codec.ts";
import type { Input } from "../../lib/notebook/inputs.ts";
import { type InputView, inputView, isInput } from "./input_view.ts";

export interface PageInputsHooks {
  /** an input has another value: what reads it runs */
  set(name: string, value: unknown): void;
  /** an input as it is drawn here */
  input(name: string, input: Input): Input;
}

export class PageInputs {
  readonly #drawn = new Map<string, InputView>();
  /** values that inputs have now: the reader's, or those of the shared kernel */
  readonly #values = new Map<string, unknown>();

  constructor(readonly hooks: PageInputsHooks) {}

  /**
   * Draws an input at the value that it has now.
   * @throws TypeError for what is no input
   */
  draw(name: string, given: unknown): { readonly drawn: InputView; readonly value: unknown } {
    if (!isInput(given)) {
      throw new TypeError(`invalid view: ${name} is no input (use inputs.range and its like)`);
    }
    const named = given.label === "" ? { ...given, label: name } as Input : given;
    const input = this.hooks.input(name, named);
    const drawn = inputView(input, (value) => {
      this.#values.set(name, value);
      this.hooks.set(name, value);
    });
    const known = this.#values.has(name) && allows(input, this.#values.get(name));
    if (!known) this.#values.delete(name); // what was known of another input of this name
    const value = known ? this.#values.get(name) : input.value;
    drawn.set(value);
    this.#drawn.set(name, drawn);
    return { drawn, value };
  }

  /** Values that the inputs on the page have now, by name. */
  get values(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.#values].filter(([name]) => this.#drawn.has(name)));
  }

  /** A value from outside: the kernel's, or another page's. */
  set(name: string, value: unknown): void {
    if (this.#values.has(name) && sameData(this.#values.get(name), value)) return;
    this.#values.set(name, value);
    const drawn = this.#drawn.get(name);
    if (drawn === undefined) return;
    drawn.set(value);
    this.hooks.set(name, value);
  }

  /** A value that this page gave, and tells others. */
  note(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  /** No other inputs than `drawn` are on the page any more; values stay, for when they come back, of `names` alone. */
  keep(drawn: ReadonlySet<string>, names: ReadonlySet<string>): void {
    for (const name of this.#drawn.keys()) if (!drawn.has(name)) this.#drawn.delete(name);
    for (const name of this.#values.keys()) if (!names.has(name)) this.#values.delete(name);
  }

  /** Whether each can be moved. @param fixed those that cannot be moved here, and why */
  enable(connected: boolean, fixed: ReadonlyMap<string, string>): void {
    for (const [name, input] of this.#drawn) {
      input.enable(connected && !fixed.has(name), fixed.get(name));
    }
  }
}

/** Whether an input, perhaps edited since, can have a value that it had before. */
function allows(input: Input, value: unknown): boolean {
  if (input.kind === "range") return typeof value === "number" && value >= input.min && value <= input.max;
  if (input.kind === "toggle") return typeof value === "boolean";
  if (input.kind === "text" || input.kind === "path") return typeof value === "string";
  return input.options.some((option) => sameData(option, value));
}
