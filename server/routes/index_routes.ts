/** The index of notebooks. It reads the files and runs nothing. */
import type { RunRow } from "../../lib/store/store.ts";
import type { AssetStore } from "../assets.ts";
import { cachedPage } from "../cached_page.ts";
import type { Headings, NotebookHeading } from "../headings.ts";
import type { NativeInstall } from "../native_install.ts";
import type { NotebookFiles } from "../notebook_files.ts";
import { type Entry, indexPage } from "../pages/index_page.ts";
import { lastEnded, lastRun, type NotebookRuns, runsOf } from "../pages/last_run.ts";
import { RECENT, type Recent } from "../pages/recent_runs.ts";
import type { RunReader } from "../run_reader.ts";
import type { RunStore } from "../run_store.ts";
import type { Sessions } from "../sessions.ts";
import type { Route } from "./route.ts";

export interface IndexOptions {
  readonly files: NotebookFiles;
  readonly headings: Headings;
  readonly sessions: Sessions;
  readonly assets: AssetStore;
  readonly native: NativeInstall;
  readonly runs: Pick<RunStore, "reader">;
}

/** What is shown of the runs: the newest, and those of each notebook by its file. */
interface Runs {
  readonly recent: Recent;
  readonly of: ReadonlyMap<string, NotebookRuns>;
}

/** The runs; a store that cannot be read is said, and the notebooks are there all the same. */
async function runsIn({ reader }: IndexOptions["runs"], files: readonly string[]): Promise<Runs> {
  try {
    const read = await reader(), { rows } = await read.listing();
    const own = async (file: string) => [file, await notebookRuns(read, runsOf(rows, file))] as const;
    const of = new Map(await Promise.all(files.map(own)));
    return { recent: { rows: rows.slice(0, RECENT), total: rows.length, fault: "" }, of };
  } catch (error) {
    return { recent: { rows: [], total: 0, fault: (error as Error).message }, of: new Map() };
  }
}

async function notebookRuns(read: RunReader, rows: readonly RunRow[]): Promise<NotebookRuns> {
  const ended = lastEnded(rows);
  const series = ended && await read.series(ended, ended.best!.metric);
  const longest = rows.reduce((most, { step }) => Math.max(most, step), 0);
  return { runs: rows.length, last: ended && series && lastRun(ended, series, longest) };
}

export function indexRoutes(
  { files, headings, sessions, assets, native, runs }: IndexOptions,
): readonly Route[] {
  const entry = async (
    [file, said]: readonly [string, NotebookHeading],
    own: NotebookRuns | undefined,
  ): Promise<Entry | null> => {
    const path = await files.find(file);
    if (path === null) return null;
    const { mtime } = await Deno.stat(path);
    return { file, ...said, edited: mtime?.getTime() ?? 0, states: sessions.states(file), runs: own };
  };
  return [{
    method: "GET",
    path: "/",
    access: "owner",
    async handle(c) {
      const [said, addresses] = await Promise.all([headings(), assets.addresses()]);
      const { recent, of } = await runsIn(runs, [...said.keys()]);
      const entries = await Promise.all([...said].map((each) => entry(each, of.get(each[0]))));
      const found = entries.filter((each) => each !== null);
      return cachedPage(c, indexPage(found, addresses, native.state(), recent));
    },
  }];
}
