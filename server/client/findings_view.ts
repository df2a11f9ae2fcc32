/** What the doctor says, each with its number, its figure and what to do next. */
import { thousands } from "../../lib/charts/format.ts";
import { figureOf } from "../../lib/studies/procedures/doctor_figures.ts";
import type { StudyRecord } from "../../lib/studies/study_record.ts";
import { count } from "../pages/words.ts";
import type { SentFinding, StudyFindings } from "../study_findings.ts";
import { type ChartPlaces, chartPlaces } from "./chart_places.ts";
import { element } from "./element.ts";

export interface FindingsView {
  /** @param study as it is now: figures are drawn of it */
  show(found: StudyFindings, study: StudyRecord, waits: boolean): void;
}

/** How many trials a finding speaks of, where it is not of all that were begun. */
const ofText = ({ needsCurves, of }: SentFinding, trials: number): string =>
  needsCurves && of < trials
    ? `By the curves of the best ${thousands(of)} of ${count(trials, "trial")}.`
    : "";

/** One finding; its figure stays where it is while the words change. */
class Item {
  readonly #text = element("p", { class: "says" });
  readonly #action = element("p", { class: "act" });
  readonly #of = element("p", { class: "meta" });
  readonly #elsewhere = element("a");
  readonly #place = element("div");
  readonly #figure: ChartPlaces = chartPlaces(this.#place);
  readonly node = element("li", {}, this.#text, this.#action, this.#of, this.#place);

  /** @param same number of a finding before it that shows the same figure; null: none does */
  show(finding: SentFinding, trials: number, study: StudyRecord, same: number | null): void {
    this.#text.textContent = finding.text;
    this.#action.textContent = finding.action;
    const isBelow = finding.draws.chart === "settings", place = isBelow ? "#parallel" : "#found";
    this.#elsewhere.href = place;
    this.#elsewhere.textContent = isBelow ? "Figure: settings, below" : `Figure: as in finding ${same}`;
    const draws = !isBelow && same === null;
    this.#of.replaceChildren(...[ofText(finding, trials), " ", draws ? "" : this.#elsewhere]);
    this.#of.hidden = draws && ofText(finding, trials) === "";
    this.#figure.show(draws ? [{ name: "figure", chart: figureOf(finding.draws, study) }] : []);
  }
}

/**
 * @param list what the findings are put into
 * @param spoken says of how many trials they speak
 */
export function findingsView(list: HTMLElement, spoken: HTMLElement): FindingsView {
  const items = new Map<string, Item>();
  let shown = "";
  return {
    show(found, study, waits) {
      const { findings, trials, curves, fault } = found;
      spoken.textContent = fault !== "" ? fault : `of ${count(trials, "trial")}` +
        (waits
          ? ", before their curves are read"
          : curves === trials
          ? ", with all their curves"
          : `, curves of the best ${thousands(curves)}`);
      const key = JSON.stringify([findings, trials]);
      if (key === shown) return;
      shown = key;
      const figures = findings.map(({ draws }) => JSON.stringify(draws));
      const nodes = findings.map((finding, i) => {
        const first = figures.indexOf(figures[i]);
        const name = JSON.stringify([
          finding.kind,
          finding.draws.chart === "results" && finding.draws.border.parameter,
        ]);
        const item = items.get(name) ?? new Item();
        items.set(name, item);
        item.show(finding, trials, study, first < i ? first + 1 : null);
        return item.node;
      });
      list.replaceChildren(...nodes);
    },
  };
}
