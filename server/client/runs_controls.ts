/** The row of controls over the overlay: they show the state, and say what the reader wants of it. */
import type { Axis } from "../../lib/curves/trajectory.ts";
import type { Smoothing } from "../../lib/curves/smoothed.ts";
import type { RunsState, ShownState } from "./runs_state.ts";

/** What beside the state the controls show. */
export interface Around {
  /** the y axis is logarithmic */
  readonly logY: boolean;
  /** some of the compared runs differ in nothing but their seed */
  readonly seeds: boolean;
}

export interface Controls {
  show(state: ShownState, around: Around): void;
}

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

/** @param change told what the reader changed */
export function runsControls(change: (change: Partial<RunsState>) => void): Controls {
  const axes = [...document.querySelectorAll<HTMLInputElement>("input[name=axis]")];
  const kind = byId<HTMLSelectElement>("kind"), amount = byId<HTMLInputElement>("amount");
  const amountText = byId<HTMLOutputElement>("amount-text");
  const logX = byId<HTMLInputElement>("log-x"), logY = byId<HTMLInputElement>("log-y");
  const bands = byId<HTMLInputElement>("bands");

  for (const each of axes) {
    // what was enlarged on one axis is nowhere on another
    each.addEventListener("change", () => change({ axis: each.value as Axis, zoom: null }));
  }
  const smooth = () => {
    amountText.textContent = Number(amount.value).toFixed(2);
    change({ smoothing: { kind: kind.value as Smoothing["kind"], amount: Number(amount.value) } });
  };
  kind.addEventListener("change", smooth);
  amount.addEventListener("input", smooth);
  logX.addEventListener("change", () => change({ logX: logX.checked }));
  logY.addEventListener("change", () => change({ logY: logY.checked }));
  bands.addEventListener("change", () => change({ bands: bands.checked }));

  return {
    show(state, around) {
      for (const each of axes) each.checked = each.value === state.axis;
      kind.value = state.smoothing.kind;
      if (Number(amount.value) !== state.smoothing.amount) amount.value = String(state.smoothing.amount);
      amountText.textContent = state.smoothing.amount.toFixed(2);
      logX.checked = state.logX;
      logY.checked = around.logY;
      bands.checked = state.bands;
      bands.disabled = !around.seeds && !state.bands;
      bands.parentElement!.title = bands.disabled ? "no compared runs differ in their seed alone" : "";
    },
  };
}
