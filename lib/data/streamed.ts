/** Data that is never all in memory: a generator, or a file larger than it. */
import { checkKeys, whole } from "../option_checks.ts";
import { shown } from "../durations.ts";
import { heldSplit } from "./checked_arrays.ts";
import type { Dataset, Pass } from "./dataset.ts";

export interface StreamedOptions {
  /**
   * begins pass `pass`, counted from 0. It must give the same examples in the same order whenever it is asked for a
   * pass: a resumed training opens it again and skips
   */
  readonly open: (pass: number) => Pass | Promise<Pass>;
  /** examples of one pass: no more are read; a pass that gives fewer ends the training as exhausted */
  readonly count: number;
  /** how often it can be passed over; default Infinity */
  readonly passes?: number;
  /** examples in memory among which the next one is drawn, by the training's seed and the pass; default 0, none */
  readonly shuffle?: number;
  /** numbers per example */
  readonly features: number;
  /** names of the classes; none, the default, where the target is a value */
  readonly classes?: readonly string[];
  /** shape of one example; default [features] */
  readonly shape?: readonly number[];
  readonly validation: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> };
  readonly test: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> };
  /** default "stream" */
  readonly name?: string;
  /** default "the user's stream" */
  readonly source?: string;
  /** default "not stated" */
  readonly licence?: string;
}

const OPTIONS = ["open", "count", "passes", "shuffle", "features", "classes", "shape", "validation", "test"];
const DESCRIPTION = ["name", "source", "licence"];

/**
 * A dataset whose training examples come as a stream, one by one or in blocks of `{ x, y }`; validation and test stay
 * in memory. Examples are taken as they are: who standardises does so in `open`, and in validation and test alike.
 *
 * An update is made only when all its examples have come: when a pass gives fewer examples than `count`, or the last
 * pass is over, the training ends as `exhausted` after the last full update.
 *
 * @throws RangeError or TypeError that names the option and the value
 *
 * @example
 * ```ts
 * import { datasets } from "plateau";
 * const noise = function* (pass: number) {
 *   for (let i = 0; i < 1000; i++) yield { x: [Math.sin(pass + i), Math.cos(i)], y: i % 2 };
 * };
 * const held = { x: [0, 1, 1, 0], y: [0, 1] };
 * const data = datasets.streamed({
 *   open: noise, count: 1000, features: 2, classes: ["even", "odd"], validation: held, test: held,
 * });
 * data.training.count; // 1000
 * ```
 */
export function streamed(options: StreamedOptions): Dataset {
  checkKeys("streamed", options, [...OPTIONS, ...DESCRIPTION]);
  const { open, passes = Infinity, shuffle = 0, features, classes = [], shape = [features] } = options;
  if (typeof open !== "function") {
    throw new TypeError(`invalid open: ${shown(open)} (a function of the pass)`);
  }
  if (passes !== Infinity) whole("passes", passes, 1);
  const count = whole("count", options.count, 1);
  return {
    name: options.name ?? "stream",
    features,
    shape,
    classes,
    training: { count, passes, shuffle: whole("shuffle", shuffle, 0), open },
    validation: heldSplit("validation", options.validation, { features, classes, shape }),
    test: heldSplit("test", options.test, { features, classes, shape }),
    source: options.source ?? "the user's stream",
    licence: options.licence ?? "not stated",
  };
}
