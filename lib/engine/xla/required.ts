/** Conditions without which what a program makes is no number: for values that have no NaN to say it themselves. */
import type { Book, Value } from "./stablehlo.ts";

/** Says that all of a condition must be true, or the results of what is written are no numbers. */
export function require(book: Book, condition: Value): void {
  book.required.push(book.reduce(condition, condition.shape.map((_, axis) => axis), "and", 1));
}

/** A result: NaN where something required is not so, itself in a program that requires nothing. */
export function orNoNumber(book: Book, value: Value): Value {
  const [first, ...others] = book.required;
  if (first === undefined || value.type !== "float32") return value;
  const all = others.reduce((both, each) => book.binary("and", both, each), first);
  return book.select(book.broadcast(all, value.shape), value, book.like(NaN, value));
}
