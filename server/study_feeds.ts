/** The lines over which the pages of studies and of the fleet are told what changes. */
import { type ChangeFeed, createChangeFeed } from "./change_feed.ts";
import { type FleetState, fleetState } from "./fleet_state.ts";
import { createStudyFeed } from "./study_feed.ts";
import type { Studies, StudyReader } from "./study_reader.ts";
import { MINUTE_MS } from "./work_rate.ts";

export interface StudyFeeds {
  /** of one study */
  of(name: string): ChangeFeed<void>;
  readonly fleet: ChangeFeed<void>;
  /** how the fleet stands */
  state(): Promise<FleetState>;
  close(): void;
}

/** The fleet is not told of more often: nobody reads ten tables faster. */
const FLEET_MS = 500;

/**
 * @param reader of the store that is followed
 * @example
 * ```ts ignore
 * const feeds = createStudyFeeds(() => reader);
 * ```
 */
export function createStudyFeeds(reader: () => Promise<StudyReader>): StudyFeeds {
  const feeds = new Map<string, ChangeFeed<void>>();
  let last: { readonly all: Studies; readonly minute: number; readonly state: FleetState } | undefined;
  async function state(): Promise<FleetState> {
    const all = await (await reader()).all(), now = Date.now(), minute = Math.ceil(now / MINUTE_MS);
    if (last?.all !== all || last.minute !== minute) last = { all, minute, state: fleetState(all, now) };
    return last.state;
  }
  return {
    of(name) {
      const feed = feeds.get(name) ?? createStudyFeed(reader, name);
      feeds.set(name, feed);
      return feed;
    },
    fleet: createChangeFeed<FleetState, void>({
      now: state,
      has: () => false,
      message: (_, now) => now,
      everyMs: FLEET_MS,
    }),
    state,
    close() {
      for (const feed of feeds.values()) feed.close();
      this.fleet.close();
    },
  };
}
