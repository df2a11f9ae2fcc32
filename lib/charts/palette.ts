/** What each kind of policy looks like, on every page, in print and in exports. */
import type { PolicyKind } from "../policies/policy.ts";

/** Symbols that Observable Plot knows by these names; `ring` is a hollow circle. */
export type PolicySymbol =
  | "square"
  | "triangle"
  | "diamond"
  | "circle"
  | "star"
  | "cross"
  | "ring"
  | "wye";

export interface Look {
  /** CSS value for marks; a variable, so that a theme change needs no redraw */
  readonly color: string;
  readonly symbol: PolicySymbol;
  /** the kind as people say it */
  readonly name: string;
}

/** Cool hues and angular symbols are decided before training; warm hues and the rest by the curve. */
export const palette: Readonly<Record<PolicyKind, Look>> = {
  epochs: { color: "var(--p-epochs)", symbol: "square", name: "Fixed epochs" },
  steps: { color: "var(--p-steps)", symbol: "triangle", name: "Fixed steps" },
  budget: { color: "var(--p-budget)", symbol: "diamond", name: "Time budget" },
  patience: { color: "var(--p-patience)", symbol: "circle", name: "Early stopping" },
  lr: { color: "var(--p-lr)", symbol: "star", name: "LR on plateau" },
  slope: { color: "var(--p-slope)", symbol: "cross", name: "Slope test" },
  oracle: { color: "var(--ink)", symbol: "ring", name: "Best in hindsight" },
  other: { color: "var(--ink-2)", symbol: "wye", name: "Other rule" },
};

/** Inks and grounds of every chart. */
export const INK = "var(--ink)";
export const INK_2 = "var(--ink-2)";
export const INK_3 = "var(--ink-3)";
export const GRID = "var(--grid)";
export const PAGE = "var(--page)";
export const ERROR = "var(--error)";

/**
 * The colour of a label that belongs to a policy: its hue, mixed with ink until it reads at 4.5:1.
 *
 * @example
 * ```ts
 * import { labelColor } from "./palette.ts";
 * labelColor("patience"); // "color-mix(in oklab, var(--p-patience) 55%, var(--ink))"
 * ```
 */
export function labelColor(kind: PolicyKind): string {
  const { color } = palette[kind];
  return color === INK ? INK : `color-mix(in oklab, ${color} 55%, ${INK})`;
}

/** The dot options that draw a policy's symbol with a page-coloured rim. `r` in CSS pixels. */
export function symbolOptions(kind: PolicyKind, r: number) {
  const { color, symbol } = palette[kind];
  if (symbol === "ring") {
    return { symbol: "circle" as const, r: r - 0.5, fill: PAGE, stroke: color, strokeWidth: 1.5 };
  }
  return { symbol, r, fill: color, stroke: PAGE, strokeWidth: 1.5 };
}
