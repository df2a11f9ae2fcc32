import { Column } from "../column.ts";
import type { Series } from "../logged.ts";

/** What a row may say of where it stands, besides its step. */
export type RowAxis = "epoch" | "examples" | "seconds";

/**
 * Values as a log gives them, row by row, each with its tag; and the series that they make. All are kept in a few
 * columns, so that a log of many tags takes no more memory than one of many values.
 *
 * @example
 * ```ts
 * import { LoggedRows } from "./logged_rows.ts";
 *
 * const rows = new LoggedRows(["seconds"]);
 * rows.row(10, [2.5]);
 * rows.value(rows.tag("loss"), 0.7);
 * console.assert(rows.series().loss.step[0] === 10);
 * ```
 */
export class LoggedRows {
  readonly #tags = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #axes: readonly (readonly [RowAxis, Column])[];
  readonly #step = new Column();
  /** of each value: its row, its tag, itself */
  readonly #row = new Column();
  readonly #tag = new Column();
  readonly #value = new Column();

  /** @param axes what its rows may have besides a step */
  constructor(axes: readonly RowAxis[]) {
    this.#axes = axes.map((axis) => [axis, new Column()]);
  }

  /** Tags in the order in which they came. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** How many values there are. */
  get length(): number {
    return this.#value.length;
  }

  get rows(): number {
    return this.#step.length;
  }

  /** The number of a tag. */
  tag(name: string): number {
    const known = this.#tags.get(name);
    if (known !== undefined) return known;
    this.#tags.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  /** Begins a row. @param axes in the order of the constructor, NaN for what it does not say */
  row(step: number, axes: readonly number[]): void {
    this.#step.push(step);
    for (let i = 0; i < axes.length; i++) this.#axes[i][1].push(axes[i]);
  }

  /** A value of the last row. */
  value(tag: number, value: number): void {
    this.#row.push(this.#step.length - 1);
    this.#tag.push(tag);
    this.#value.push(value);
  }

  /**
   * The series of the values from one up to another, by tag. An axis that none of its rows has is left out.
   *
   * @param from number of a value; default 0
   * @param to default the number of values
   * @param steps steps by row, in place of those that were given
   */
  series(from = 0, to = this.length, steps: Float64Array = this.#step.view()): Record<string, Series> {
    const { places, groups } = this.#byTag(from, to);
    const rows = this.#row.view(), values = this.#value.view();
    const given = this.#axes.map(([axis, column]) => [axis, column.view()] as const);
    return Object.fromEntries(groups.map(({ tag, begin, end }) => {
      const length = end - begin, step = new Float64Array(length), value = new Float64Array(length);
      for (let i = 0; i < length; i++) {
        const place = places[begin + i];
        step[i] = steps[rows[place]];
        value[i] = values[place];
      }
      const series: Record<"step" | "value", Float64Array> & { [axis in RowAxis]?: Float64Array } = {
        step,
        value,
      };
      for (const [axis, all] of given) {
        const column = new Float64Array(length);
        let isSaid = false;
        for (let i = 0; i < length; i++) {
          const said = column[i] = all[rows[places[begin + i]]];
          isSaid ||= !Number.isNaN(said);
        }
        if (isSaid) series[axis] = column;
      }
      return [this.#names[tag], series];
    }));
  }

  /** The values' numbers, those of a tag side by side in their order, and where each tag's begin and end. */
  #byTag(from: number, to: number): { places: Uint32Array; groups: readonly Group[] } {
    const tags = this.#tag.view(), groups = new Map<number, Group>();
    for (let place = from; place < to; place++) {
      const group = groups.get(tags[place]);
      if (group) group.end++;
      else groups.set(tags[place], { tag: tags[place], begin: 0, end: 1 });
    }
    let begin = 0;
    for (const group of groups.values()) {
      const count = group.end;
      group.begin = group.end = begin; // it is filled from its begin on
      begin += count;
    }
    const places = new Uint32Array(to - from);
    for (let place = from; place < to; place++) places[groups.get(tags[place])!.end++] = place;
    return { places, groups: [...groups.values()] };
  }
}

/** The values of a tag: where they begin and end among all that were sorted by tag. */
interface Group {
  readonly tag: number;
  begin: number;
  end: number;
}
