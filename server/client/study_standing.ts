/** How a study stands: its trials by state as one bar, how far it is, and how fast. */
import { thousands } from "../../lib/charts/format.ts";
import { type StudySummary, trialsIn } from "../study_summary.ts";
import { element } from "./element.ts";
import { progressText, rateText, STATES } from "./study_words.ts";

/** The bar and its words; states that no trial has are left out. */
export function standing(study: StudySummary): HTMLElement {
  const all = trialsIn(study), present = STATES.filter(({ state }) => study.counts[state] > 0);
  const said = present.map(({ state, words }) => `${thousands(study.counts[state])} ${words}`);
  const bar = element("div", { class: "statebar", role: "img", "aria-label": `Trials: ${said.join(", ")}` });
  for (const { state } of present) {
    const part = element("span", { "data-state": state });
    part.style.setProperty("--share", String(study.counts[state] / all));
    bar.append(part);
  }
  const words = present.map(({ state }, i) =>
    element(
      "span",
      {},
      element("span", { class: "swatch", "data-state": state, "aria-hidden": "true" }),
      said[i],
    )
  );
  const paused = study.paused && study.counts.waiting > 0 &&
    element("span", { class: "state stale" }, "paused");
  return element(
    "div",
    { class: "stands" },
    bar,
    element("p", { class: "meta statewords" }, ...words),
    element(
      "p",
      { class: "meta num" },
      progressText(study),
      study.rate !== null && ` · ${rateText(study.rate)}`,
      paused && " · ",
      paused,
    ),
  );
}
