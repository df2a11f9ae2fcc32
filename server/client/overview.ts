/** The bar and the contents: what runs, what is stale, what broke, and where. */
import type { CellState } from "../../lib/notebook/wire.ts";
import { cellId } from "../pages/article.ts";
import { count, price } from "../pages/words.ts";
import type { CellView } from "./cell_view.ts";
import { element } from "./element.ts";

type Marked = "running" | "stale" | "error";
/** The worst comes first. */
const MARKED: readonly Marked[] = ["error", "running", "stale"];

const byId = (id: string) => document.getElementById(id)!;

/** A cell that only waits for a failed one counts as stale: what broke is counted once. */
function markOf(view: CellView): CellState {
  if (view.faulty) return "error";
  return view.status.state === "error" && view.status.error?.waitsFor !== undefined
    ? "stale"
    : view.status.state;
}

function drawMarks(views: readonly CellView[]): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("#contents a")) {
    const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const states = new Set(views.filter((view) => part?.contains(view.node)).map(markOf));
    const worst = MARKED.find((state) => states.has(state));
    const mark = link.querySelector(".mark")!;
    if (mark.firstElementChild?.className === (worst && `state ${worst}`)) continue;
    mark.replaceChildren(
      ...(worst
        ? [element("span", { class: `state ${worst}` }, element("span", { class: "sr" }, worst))]
        : []),
    );
  }
}

function drawCounts(views: readonly CellView[]): void {
  const of = (state: CellState) => views.filter((view) => markOf(view) === state);
  const done = views.length - of("stale").length - of("error").length - of("running").length -
    of("queued").length;
  const total = element("span", {}, `${count(views.length, "cell")}, ${done} up to date`);
  const links = (["stale", "error"] as const).filter((state) => of(state).length > 0).map((state) => {
    const first = of(state)[0];
    return element(
      "a",
      { class: `state ${state} quiet`, href: `#${cellId(first.cell)}` },
      `${of(state).length} ${state}`,
    );
  });
  byId("counts").replaceChildren(total, ...links);
}

/** Draws all of it anew from the cells' states. */
export function drawOverview(views: readonly CellView[]): void {
  drawMarks(views);
  drawCounts(views);
  const running = views.filter((view) => view.status.state === "running").length;
  const waiting = views.filter((view) => view.status.state === "stale");
  const stale = waiting.length;
  const word = byId("running");
  word.hidden = running === 0;
  word.textContent = `${running} running`;
  byId("stop").hidden = running === 0;
  const run = byId("run");
  run.hidden = stale === 0;
  const cost = price(waiting.reduce((sum, { status }) => sum + (status.price ?? 0), 0));
  const words = `Run ${stale} stale ${stale === 1 ? "cell" : "cells"}`;
  if (run.dataset.words !== words + cost) {
    run.dataset.words = words + cost;
    run.replaceChildren(words, cost === "" ? "" : element("span", { class: "cost" }, ` ${cost}`));
  }
}

/** Marks in the contents the part that the reader has reached. */
export function followReading(): void {
  const parts = [...document.querySelectorAll<HTMLElement>("#article > .part")];
  const reached = parts.filter((part) => part.getBoundingClientRect().top < 120).at(-1) ?? parts[0];
  for (const link of document.querySelectorAll<HTMLAnchorElement>("#contents a")) {
    const here = reached !== undefined && decodeURIComponent(link.hash.slice(1)) === reached.id;
    if (here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
