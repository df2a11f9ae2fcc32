/** The page of who trains: how fast, what waits, where, and what failed. */
import { thousands } from "../../lib/charts/format.ts";
import { workDone } from "../../lib/charts/work_done.ts";
import type { WorkerRow } from "../../lib/store/study_store.ts";
import type { Failure, FleetState } from "../fleet_state.ts";
import { count } from "../pages/words.ts";
import { studyPath } from "../study_address.ts";
import { endedIn, type StudySummary } from "../study_summary.ts";
import { address } from "./address.ts";
import { wordAges } from "./ages.ts";
import { chartPlaces } from "./chart_places.ts";
import { element } from "./element.ts";

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

type Cell = Node | string;
interface Heading {
  readonly label: string;
  readonly right?: true;
  /** dropped where the table is narrow */
  readonly optional?: true;
}

const classOf = ({ right, optional }: Heading) => [right && "r", optional && "opt"].filter(Boolean).join(" ");

/** A table in its place, or a sentence where there is no row. */
function drawTable(
  place: HTMLElement,
  label: string,
  headings: readonly Heading[],
  rows: readonly (readonly Cell[])[],
  empty: string,
): void {
  if (rows.length === 0) return place.replaceChildren(element("p", { class: "meta" }, empty));
  const head = headings.map((each) =>
    element("th", { scope: "col", class: classOf(each) || undefined }, each.label)
  );
  const body = rows.map((cells) =>
    element(
      "tr",
      {},
      ...cells.map((cell, i) => element("td", { class: classOf(headings[i]) || undefined }, cell)),
    )
  );
  const table = element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
  place.replaceChildren(
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table),
  );
}

const state = (look: string, words: string) => element("span", { class: `state ${look}` }, words);
const studyLink = (name: string) => element("a", { class: "quiet", href: address(studyPath(name)) }, name);
/** Its words are the page's, again each minute. */
const moment = (at: number | null): Cell =>
  at === null ? "–" : element("time", { datetime: new Date(at).toISOString(), "data-age": "short" });

function trialCell({ trial, alive }: WorkerRow): Cell {
  if (trial === null) return alive ? "waits" : "–";
  return element("span", {}, studyLink(trial.study), ` trial ${trial.trial}`);
}

const WORKERS: readonly Heading[] = [
  { label: "worker" },
  { label: "host" },
  { label: "engine", optional: true },
  { label: "state" },
  { label: "trains" },
  { label: "ended", right: true },
  { label: "failed", right: true },
  { label: "since", right: true, optional: true },
  { label: "last word", right: true },
];

const workerCells = (worker: WorkerRow): Cell[] => {
  const { name, host, pid, engine, alive, since, seen, trial, ended, failed } = worker;
  return [
    element("span", { class: "mono", title: name }, String(pid)),
    host,
    engine,
    alive
      ? state(trial === null ? "live" : "running", trial === null ? "idle" : "running")
      : state("stale", "gone"),
    trialCell(worker),
    thousands(ended),
    failed > 0 ? state("error", thousands(failed)) : "0",
    moment(since),
    moment(seen),
  ];
};

const QUEUE: readonly Heading[] = [
  { label: "study" },
  { label: "waiting", right: true },
  { label: "running", right: true },
  { label: "ended", right: true },
  { label: "state" },
];

const queueCells = (study: StudySummary): Cell[] => {
  const { name, counts, paused } = study;
  return [
    studyLink(name),
    thousands(counts.waiting),
    thousands(counts.running),
    thousands(endedIn(study)),
    paused
      ? state("stale", "paused")
      : counts.running > 0
      ? state("running", "running")
      : state("queued", "waiting"),
  ];
};

const FAILURES: readonly Heading[] = [
  { label: "trial" },
  { label: "study" },
  { label: "state" },
  { label: "why" },
  { label: "ago", right: true },
];

const failureCells = ({ study, name, state: how, because, run, ended }: Failure): Cell[] => [
  run === null
    ? element("span", { class: "mono" }, name)
    : element("a", { class: "quiet mono", href: address(`/runs?runs=${encodeURIComponent(run)}`) }, name),
  studyLink(study),
  state("error", how),
  element("span", { class: "why" }, because),
  moment(ended),
];

/** What is shown of the fleet. */
export function fleetScreen(): (state: FleetState) => void {
  const rate = chartPlaces(byId("rate"));
  return ({ studies, workers, work, failures, failed }) => {
    const alive = workers.filter((worker) => worker.alive), gone = workers.filter((worker) => !worker.alive);
    const busy = alive.filter(({ trial }) => trial !== null).length;
    const open = studies.filter(({ counts }) => counts.waiting + counts.running > 0);
    const waiting = open.reduce((sum, { counts }) => sum + counts.waiting, 0);
    byId("about").textContent = `${count(alive.length, "worker")}, ${thousands(busy)} training, ${
      count(waiting, "trial")
    } waiting`;
    rate.show([
      {
        name: "trials",
        chart: workDone({ what: "trials", counts: work.minutes.map(({ trials }) => trials) }),
      },
      {
        name: "updates",
        chart: workDone({ what: "updates", counts: work.minutes.map(({ updates }) => updates) }),
      },
    ]);
    drawTable(byId("queue"), "Queue", QUEUE, open.map(queueCells), "No trial waits.");
    drawTable(
      byId("workers"),
      "Workers",
      WORKERS,
      alive.map(workerCells),
      "No worker is alive. Begin one with plateau study run <file>, or with plateau worker.",
    );
    drawTable(byId("failures"), "Failures", FAILURES, failures.map(failureCells), "No trial failed.");
    if (failed > failures.length) {
      byId("failures").append(
        element("p", { class: "meta" }, `The newest ${failures.length} of ${thousands(failed)}.`),
      );
    }
    drawTable(
      byId("gone"),
      "Workers gone",
      WORKERS,
      gone.map(workerCells),
      "No worker went in the last day.",
    );
    wordAges(document);
  };
}
