/** The runs page: what is listed and what is compared follow from the runs and the address. */
import { thousands } from "../../lib/charts/format.ts";
import { filterRuns } from "../../lib/store/filter_runs.ts";
import type { RunRow } from "../../lib/store/store.ts";
import type { RunsMessage } from "../runs_feed.ts";
import { address } from "./address.ts";
import { announce } from "./announce.ts";
import { follow } from "./follow.ts";
import { runsActs } from "./runs_acts.ts";
import { runsAddress } from "./runs_address.ts";
import { chosenRows, withRuns } from "./runs_choice.ts";
import { runsList } from "./runs_list.ts";
import { RunsPicture } from "./runs_picture.ts";
import { sortedRuns } from "./runs_sorted.ts";
import { axisOf } from "./runs_axis.ts";
import type { RunsState, SortColumn } from "./runs_state.ts";

interface Listing {
  readonly version: number;
  readonly rows: RunRow[];
  /** why the store cannot be written, if so */
  readonly fault?: string | null;
}

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

export class RunsScreen {
  readonly #address = runsAddress(() => this.#plan());
  readonly #list = runsList(byId("rows"), {
    choose: (ids, chosen) => this.#choose(ids, chosen),
    pin: (id) => this.#pin(id),
    hover: (id) => this.#picture.highlight(id),
    sort: (column) => this.#sort(column),
  });
  readonly #acts = runsActs(byId("acts"), byId<HTMLDialogElement>("ask-first"), {
    chooseShown: () => this.chooseShown(),
    chooseNone: () => this.#address.change({ choice: { ids: [], matching: null, except: [] } }),
    listed: (listing) => this.#listed(listing),
  });
  readonly #picture = new RunsPicture({
    change: (change) => this.#address.change(change),
    pin: (id) => this.#pin(id),
    pointed: (id) => this.#list.point(id),
    ready: () => this.#plan(),
    failed: (why) => this.#say({ request: why }),
  });
  #rows: RunRow[] = [];
  #version = -1;
  #planned = false;
  #running = new Set<string>();
  /** what is wrong with the store, and with what was asked for last */
  #wrong = { store: "", request: "" };

  start(): void {
    const filter = byId<HTMLInputElement>("filter");
    filter.value = this.#address.state.filter;
    filter.addEventListener("input", () => this.#address.change({ filter: filter.value }));
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#address.change({ filter: "" });
    });
    byId("clear").addEventListener("click", () => this.#address.change({ filter: "" }));
    this.#read();
  }

  /** Compares all runs that the filter finds, now and later. */
  chooseShown(): void {
    this.#address.change({ choice: { ids: [], matching: this.#address.state.filter, except: [] } });
  }

  async #read(): Promise<void> {
    const answer = await fetch(address("/runs/list")).catch(() => null);
    if (answer?.ok) this.#listed(await answer.json());
    else this.#say({ store: answer === null ? "no connection to the server" : (await answer.text()).trim() });
    follow<RunsMessage>("/runs/live", {
      version: () => this.#version,
      message: (message) => this.#told(message),
      connected: (yes) => {
        byId("connection").hidden = yes;
        if (yes) this.#plan(); // what failed meanwhile is asked for again
      },
    });
  }

  #listed({ version, rows, fault }: Listing): void {
    this.#version = version;
    this.#rows = rows;
    this.#say({ store: fault ?? "" });
    this.#plan();
  }

  #told(message: RunsMessage): void {
    if (this.#version < 0) this.#say({ store: "" }); // the store that could not be read now is
    this.#version = message.version;
    if (message.t === "all") this.#rows = [...message.rows];
    else {
      const changed = new Map(message.rows.map((row) => [row.id, row])), gone = new Set(message.gone);
      const kept = this.#rows.filter(({ id }) => !gone.has(id)).map((row) => {
        const now = changed.get(row.id);
        changed.delete(row.id);
        return now ?? row;
      });
      this.#rows = [...changed.values(), ...kept]; // what is new is newest
    }
    this.#plan();
  }

  #say(wrong: { store?: string; request?: string }): void {
    this.#wrong = { ...this.#wrong, ...wrong };
    const why = this.#wrong.store || this.#wrong.request;
    byId("fault").textContent = why;
    byId("fault").hidden = why === "";
  }

  #choose(ids: readonly string[], chosen: boolean): void {
    this.#address.change({ choice: withRuns(this.#rows, this.#address.state.choice, ids, chosen) });
  }

  #pin(id: string): void {
    const { pinned } = this.#address.state;
    this.#address.change({
      pinned: pinned.includes(id) ? pinned.filter((each) => each !== id) : [...pinned, id],
    });
  }

  #sort(column: SortColumn): void {
    const { sort } = this.#address.state;
    // numbers begin with the best, ages with the newest
    const ascending = sort.column === column ? !sort.ascending : column !== "ago";
    this.#address.change({ sort: { column, ascending } });
  }

  /** Draws before the next frame; many wishes of one frame are one drawing. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => {
      this.#planned = false;
      if (this.#version >= 0) this.#draw();
    });
  }

  #draw(): void {
    const { state } = this.#address, chosen = chosenRows(this.#rows, state.choice);
    this.#drawList(state, chosen);
    const axis = state.axis ?? axisOf(chosen, state.batches);
    this.#picture.show({ ...state, axis }, chosen, this.#rows.length > 0);
    this.#drawRunning();
    document.documentElement.dataset.loaded = "true";
  }

  #drawList(state: RunsState, chosen: readonly RunRow[]): void {
    const filter = byId<HTMLInputElement>("filter");
    if (filter.value !== state.filter) filter.value = state.filter;
    const { rows, faults } = filterRuns(this.#rows, state.filter);
    const ids = new Set(chosen.map(({ id }) => id)), total = thousands(this.#rows.length);
    const some = this.#rows.length > 0;
    byId("compared").textContent = some ? `${thousands(ids.size)} of ${total} compared` : "";
    const shown = state.filter.trim() === "" ? [] : [`${thousands(rows.length)} of ${total} shown`];
    byId("shown").textContent = [...shown, ...faults].join(" · ");
    this.#acts.show({ compared: chosen, shown: rows.length, all: rows.every(({ id }) => ids.has(id)) });
    this.#list.show({
      rows: sortedRuns(rows, state.sort),
      chosen: ids,
      pinned: new Set(state.pinned),
      sort: state.sort,
      empty: some ? "No runs match. Clear the filter." : "No runs yet. Run a notebook.",
    });
  }

  #drawRunning(): void {
    const running = this.#rows.filter(({ state }) => state === "running");
    const word = byId("running");
    word.hidden = running.length === 0;
    word.textContent = `${thousands(running.length)} running`;
    const now = new Set(running.map(({ id }) => id));
    const ended = this.#rows.filter(({ id }) => this.#running.has(id) && !now.has(id));
    for (const { name, state } of ended.slice(0, 3)) announce(`${name} ${state}`);
    this.#running = now;
  }
}
