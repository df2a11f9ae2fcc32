/** The page of all studies. */
import { count } from "../pages/words.ts";
import type { FleetState } from "../fleet_state.ts";
import { studyPath } from "../study_address.ts";
import type { StudySummary } from "../study_summary.ts";
import { address } from "./address.ts";
import { element } from "./element.ts";
import { type StudyActs, studyActs } from "./study_acts.ts";
import { standing } from "./study_standing.ts";
import { bestText, metricText, parametersText } from "./study_words.ts";

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

/** One study; its buttons stay where they are. */
class Item {
  readonly #acts: StudyActs;
  readonly #head = element("div", { class: "top" });
  readonly #best = element("p");
  readonly #stands = element("div");
  readonly node = element("li", {}, this.#head, this.#best, this.#stands);
  #shown = "";

  constructor(name: string, said: (why: string) => void) {
    this.#acts = studyActs(said);
    this.#head.append(element("a", { href: address(studyPath(name)) }, name), this.#acts.node);
  }

  show(study: StudySummary): void {
    const key = JSON.stringify(study);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#acts.show(study);
    const best = bestText(study);
    this.#best.textContent = best === null
      ? `${metricText(study)}. No trial has a result yet.`
      : `${metricText(study)}. Best ${best}: ${parametersText(study.best!.parameters)}.`;
    this.#stands.replaceChildren(standing(study));
  }
}

/** What is shown of the studies, from what the fleet is told. */
export function studiesScreen(said: (why: string) => void): (state: FleetState) => void {
  const items = new Map<string, Item>();
  return ({ studies }) => {
    byId("about").textContent = studies.length === 0
      ? ""
      : count(studies.length, "study").replace("studys", "studies");
    byId("empty").hidden = studies.length > 0;
    byId("empty").textContent =
      "No studies yet. Write one as the default export of a file, and begin it with plateau study run <file>.";
    const nodes = studies.map((study) => {
      const item = items.get(study.name) ?? new Item(study.name, said);
      items.set(study.name, item);
      item.show(study);
      return item.node;
    });
    const list = byId("studies");
    if (nodes.some((node, i) => list.children[i] !== node) || nodes.length !== list.children.length) {
      list.replaceChildren(...nodes);
    }
  };
}
