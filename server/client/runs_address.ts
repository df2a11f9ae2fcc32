/** Keeps the state of the runs page in its address: what is done in one go is one step back. */
import { type RunsState, searchOf, stateOf } from "./runs_state.ts";

/** Changes that follow each other within this time, and are of one kind, are one step. */
const ONE_GO_MS = 1_000;

export interface RunsAddress {
  readonly state: RunsState;
  /** takes a change; the address follows */
  change(change: Partial<RunsState>): void;
}

/** @param changed told after every change, also when the reader goes back */
export function runsAddress(changed: (state: RunsState) => void): RunsAddress {
  let state = stateOf(location.search);
  let kind = "", at = -Infinity;

  addEventListener("popstate", () => {
    state = stateOf(location.search);
    kind = "";
    changed(state);
  });
  return {
    get state() {
      return state;
    },
    change(change) {
      state = { ...state, ...change };
      const search = searchOf(state), now = performance.now();
      if (search !== searchOf(stateOf(location.search))) {
        const next = Object.keys(change).join();
        const address = `${location.pathname}${search}${location.hash}`;
        if (next === kind && now - at < ONE_GO_MS) history.replaceState(null, "", address);
        else history.pushState(null, "", address);
        kind = next;
        at = now;
      }
      changed(state);
    },
  };
}
