/** The page of a study: all that it shows follows from the rows of its trials, its address and what the doctor says. */
import { thousands } from "../../lib/charts/format.ts";
import type { TrialRow } from "../../lib/store/study_store.ts";
import { count } from "../pages/words.ts";
import { studyPath } from "../study_address.ts";
import type { StudyMessage } from "../study_feed.ts";
import type { StudyFindings } from "../study_findings.ts";
import { recordOfRows } from "../study_rows.ts";
import { endedIn, type StudyHead } from "../study_summary.ts";
import { address } from "./address.ts";
import { announce } from "./announce.ts";
import { chartPlaces } from "./chart_places.ts";
import { element } from "./element.ts";
import { findingsView } from "./findings_view.ts";
import { follow } from "./follow.ts";
import { studyActs } from "./study_acts.ts";
import { studyCurves } from "./study_curves.ts";
import { studyFigures } from "./study_figures.ts";
import { studySettings } from "./study_settings.ts";
import { standing } from "./study_standing.ts";
import { bestText, metricText, parametersText } from "./study_words.ts";
import { trialsTable } from "./trials_table.ts";
import {
  beginsSmall,
  type TrialColumn,
  trialsSearchOf,
  trialsShown,
  type TrialsState,
  trialsStateOf,
} from "./trials_view.ts";

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

/** Figures of a study that goes on are drawn again no sooner. */
const FIGURES_MS = 2_000;
/** The doctor is asked again no sooner. */
const DOCTOR_MS = 10_000;

export class StudyScreen {
  readonly #path;
  readonly #acts = studyActs((why) => this.#say(why));
  readonly #table = trialsTable(byId("rows"), (column) => this.#sort(column));
  readonly #findings = findingsView(byId("found"), byId("spoken"));
  readonly #figures = chartPlaces(byId("figures"));
  readonly #curves = studyCurves(byId("curves"), (why) => this.#say(why));
  readonly #settings = studySettings(byId("parallel"), (numbers) => {
    this.#brushed = numbers;
    this.#plan();
  });
  #state: TrialsState = trialsStateOf(location.search);
  #brushed: ReadonlySet<number> | null = null;
  #study: StudyHead | null = null;
  #trials: readonly TrialRow[] = [];
  #version = -1;
  #found: StudyFindings | null = null;
  #waits = true;
  #planned = false;
  #figuresAt = -Infinity;
  #figuresPlanned = false;
  /** trials that had ended when the doctor was asked last */
  #examined = -1;
  #asking = false;

  constructor(readonly name: string) {
    this.#path = studyPath(name);
  }

  async start(): Promise<void> {
    byId("acts").append(this.#acts.node);
    const filter = byId<HTMLInputElement>("filter");
    filter.value = this.#state.filter;
    filter.addEventListener("input", () => this.#change({ filter: filter.value }));
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#change({ filter: "" });
    });
    byId("clear").addEventListener("click", () => this.#change({ filter: "" }));
    const answer = await fetch(address(`${this.#path}/trials`)).catch(() => null);
    if (answer?.ok) this.#told(await answer.json());
    else this.#say(answer === null ? "no connection to the server" : (await answer.text()).trim());
    follow<StudyMessage>(`${this.#path}/live`, {
      version: () => this.#version,
      message: (message) => this.#told(message),
      connected: (yes) => byId("connection").hidden = yes,
    });
  }

  #told({ t, version, study, trials }: StudyMessage): void {
    if (study === null) return this.#say(`${this.name} is there no more`);
    const before = this.#study;
    if (t === "all") this.#trials = trials;
    else if (trials.length > 0) {
      const changed = new Map(trials.map((trial) => [trial.number, trial]));
      this.#trials = this.#trials.map((trial) => changed.get(trial.number) ?? trial);
    }
    this.#version = version;
    this.#study = study;
    if (before !== null && before.counts.running > 0 && study.counts.running + study.counts.waiting === 0) {
      announce(`${this.name} has ended`);
    }
    this.#plan();
  }

  #say(why: string): void {
    byId("fault").textContent = why;
    byId("fault").hidden = why === "";
  }

  #change(change: Partial<TrialsState>): void {
    this.#state = { ...this.#state, ...change };
    history.replaceState(null, "", location.pathname + trialsSearchOf(this.#state) + location.hash);
    const filter = byId<HTMLInputElement>("filter");
    if (filter.value !== this.#state.filter) filter.value = this.#state.filter;
    this.#plan();
  }

  #sort(column: TrialColumn): void {
    const { mode } = this.#study!, sort = this.#sorting(), first = beginsSmall(column, mode);
    this.#change({ sort: { column, ascending: sort.column === column ? !sort.ascending : first } });
  }

  #sorting(): NonNullable<TrialsState["sort"]> {
    return this.#state.sort ?? { column: "best", ascending: this.#study!.mode === "min" };
  }

  /** Draws before the next frame; many changes of one frame are one drawing. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => {
      this.#planned = false;
      if (this.#study !== null) this.#draw(this.#study);
    });
  }

  #draw(study: StudyHead): void {
    this.#drawHead(study);
    this.#drawTrials(study);
    document.documentElement.dataset.loaded = "true";
    this.#planFigures();
  }

  #drawHead(study: StudyHead): void {
    byId("about").textContent = metricText(study);
    this.#acts.show(study);
    const best = bestText(study);
    const finding = best === null ? element("p", { class: "lead" }, "No trial has a result yet.") : element(
      "p",
      { class: "lead" },
      "Best ",
      element("b", {}, best),
      `, ${study.best!.name}: ${parametersText(study.best!.parameters)}.`,
    );
    byId("standing").replaceChildren(finding, standing(study));
    const running = byId("running");
    running.hidden = study.counts.running === 0;
    running.textContent = `${thousands(study.counts.running)} running`;
  }

  #drawTrials({ mode }: StudyHead): void {
    const { rows, faults } = trialsShown(this.#trials, this.#state, mode, this.#brushed);
    const all = this.#trials.length, isWhole = rows.length === all && faults.length === 0;
    const shown = isWhole ? count(all, "trial") : `${thousands(rows.length)} of ${count(all, "trial")} shown`;
    byId("shown").textContent = [shown, ...faults].join(" · ");
    this.#table.show({
      rows,
      parameters: this.#parameters(),
      seeds: this.#trials.some(({ seed }) => seed !== this.#trials[0].seed),
      sort: this.#sorting(),
      empty: all === 0 ? "No trials." : "No trials match. Clear the filter.",
    });
  }

  #parameters(): readonly string[] {
    const space = this.#study?.space ?? null;
    if (space !== null) return Object.keys(space);
    return [...new Set(this.#trials.flatMap(({ parameters }) => Object.keys(parameters)))];
  }

  /** After the table is on the screen, and not with each change. */
  #planFigures(): void {
    if (this.#figuresPlanned) return;
    this.#figuresPlanned = true;
    const wait = Math.max(0, this.#figuresAt + FIGURES_MS - performance.now());
    setTimeout(() =>
      requestAnimationFrame(() =>
        setTimeout(() => {
          this.#figuresPlanned = false;
          this.#figuresAt = performance.now();
          this.#drawFigures(this.#study!);
        })
      ), wait);
  }

  #drawFigures(study: StudyHead): void {
    const parameters = this.#parameters();
    if (this.#found !== null) {
      this.#findings.show(this.#found, recordOfRows(study, this.#trials), this.#waits);
    }
    const shown = this.#found?.findings.map(({ draws }) => draws) ?? [];
    if (this.#found !== null) this.#figures.show(studyFigures(study, this.#trials, parameters, shown));
    this.#curves.show(study, this.#trials);
    this.#settings.show(study, this.#trials, parameters);
    this.#examine(endedIn(study));
  }

  /** Asks the doctor about the rows, then also about the curves; again when more trials have ended. */
  async #examine(ended: number): Promise<void> {
    if (this.#asking || ended === this.#examined) return;
    this.#asking = true;
    this.#examined = ended;
    for (const curves of this.#found === null ? [0, 1] : [1]) {
      const answer = await fetch(address(`${this.#path}/findings?curves=${curves}`)).catch(() => null);
      if (!answer?.ok) {
        this.#say(answer === null ? "no connection to the server" : (await answer.text()).trim());
        break;
      }
      this.#found = await answer.json();
      this.#waits = curves === 0;
      this.#figuresAt = -Infinity;
      this.#planFigures();
    }
    setTimeout(() => {
      this.#asking = false;
      this.#examine(endedIn(this.#study!));
    }, DOCTOR_MS);
  }
}
