/** The store of a project's runs, opened when it is first asked for. */
import type { Store } from "../lib/store/store.ts";
import { createRunReader, type RunReader } from "./run_reader.ts";
import { createRunsFeed, type RunsFeed } from "./runs_feed.ts";

export interface RunStore {
  /** rejects with one line when it cannot be opened; tried again the next time */
  store(): Promise<Store>;
  reader(): Promise<RunReader>;
  readonly feed: RunsFeed;
  /** hangs up on the pages and lets go of the file */
  close(): Promise<void>;
}

/**
 * @param open as `() => openStore(".plateau/runs.sqlite")`
 * @example
 * ```ts ignore
 * const runs = createRunStore(() => openStore(".plateau/runs.sqlite"));
 * const { rows } = await (await runs.reader()).listing();
 * ```
 */
export function createRunStore(open: () => Promise<Store>): RunStore {
  let opened: Promise<{ store: Store; reader: RunReader }> | undefined;
  const both = () =>
    opened ??= open().then((store) => ({ store, reader: createRunReader(store) })).catch((error) => {
      opened = undefined;
      throw error;
    });
  const reader = async () => (await both()).reader;
  const feed = createRunsFeed(reader);
  return {
    store: async () => (await both()).store,
    reader,
    feed,
    async close() {
      feed.close();
      const last = await opened?.catch(() => undefined);
      await last?.store.close();
    },
  };
}
