/** What a chart and a table are: data that a page draws and a terminal prints. No document is needed to make one. */
import type { PlotOptions } from "@observablehq/plot";
import type { PolicyKind } from "../policies/policy.ts";

export interface Size {
  /** CSS pixels */
  readonly width: number;
  /** below 560 px: labels move off the plot */
  readonly narrow: boolean;
  /** the y domain holds every value, also the first fall (double click); default false */
  readonly whole?: boolean;
}

export interface Chart {
  readonly type: "chart";
  /** what the y axis is */
  readonly title: string;
  /** one line of metadata beside the title */
  readonly meta?: string;
  /** the figure in a sentence, for those who do not see it */
  readonly alt: string;
  /** what the read-out says at rest */
  readonly rest?: string;
  /** when set, charts of one cell with the same group share the pointer's rule: value of x under the pointer */
  readonly group?: string;
  /** keys drawn under the chart when it is narrow */
  readonly legend?: readonly { readonly kind: PolicyKind; readonly label: string }[];
  /** the figure at a size; pure */
  options(size: Size): PlotOptions;
  /** the read-out for x under the pointer, in the x scale's unit; null: rest */
  readout?(x: number): string | null;
  /** next and previous x for arrow keys */
  readonly stops?: ArrayLike<number>;
  /** for terminals and logs; at most `columns` characters a line */
  text(columns: number): string;
  /** set instead of a figure when there is nothing to draw yet: one sentence */
  readonly empty?: string;
}

/** One cell of a table. A string or number stands for `{ text }`. */
export interface TableCell {
  readonly text: string;
  /** for sorting; default text */
  readonly value?: number | string | null;
  /** draws the policy's symbol before the text */
  readonly policy?: PolicyKind;
  /** quieter words after the text */
  readonly sub?: string;
  /** draws a bar before the text, 0 to 1; in the policy's colour when `policy` names one for the bar */
  readonly meter?: { readonly share: number; readonly policy?: PolicyKind };
  /** draws `done` of `of` pips */
  readonly pips?: { readonly done: number; readonly of: number };
  /** one small line, y against x, with a dot at `stop` */
  readonly spark?: {
    readonly x: ArrayLike<number>;
    readonly y: ArrayLike<number>;
    readonly domain?: readonly [number, number];
    readonly xDomain?: readonly [number, number];
    readonly stop?: number;
    readonly policy?: PolicyKind;
  };
  /** a state word with its shape: running, queued, stale, error, done */
  readonly state?: "running" | "queued" | "stale" | "error" | "done";
  readonly mono?: boolean;
}
export interface Column {
  readonly label: string;
  readonly align?: "left" | "right";
  /** dropped where the table is narrower than 780 px */
  readonly optional?: boolean;
  readonly sortable?: boolean;
  /** its cells are clock readings: no two runs have the same */
  readonly clock?: true;
}
export interface Table {
  readonly type: "table";
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly TableCell[])[];
  /** index of the column it is sorted by, and the direction */
  readonly sorted?: { readonly column: number; readonly ascending: boolean };
  readonly caption?: string;
  /** shown instead when there are no rows */
  readonly empty?: string;
}
