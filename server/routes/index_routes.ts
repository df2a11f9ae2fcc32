/** The index of notebooks. It reads the files and runs nothing. */
import { heading } from "../../lib/notebook/parse_heading.ts";
import type { AssetStore } from "../assets.ts";
import type { NativeInstall } from "../native_install.ts";
import type { NotebookFiles } from "../notebook_files.ts";
import { type Entry, indexPage } from "../pages/index_page.ts";
import type { Sessions } from "../sessions.ts";
import type { Route } from "./route.ts";

export interface IndexOptions {
  readonly files: NotebookFiles;
  readonly sessions: Sessions;
  readonly assets: AssetStore;
  readonly native: NativeInstall;
}

/** What can be said of a notebook by reading it. */
async function closedEntry(file: string, path: string): Promise<Entry> {
  const [text, info, { parse }] = await Promise.all([
    Deno.readTextFile(path),
    Deno.stat(path),
    import("../../lib/notebook/parse.ts"),
  ]);
  const { cells, diagnostics } = parse(text, `file://${path}`);
  const texts = cells.filter((cell) => cell.kind === "markdown").map((cell) => cell.markdown);
  const faults = diagnostics.filter((problem) => problem.level === "error");
  const problem = faults.length === 0 ? "" : `line ${faults[0].line}: ${faults[0].message}`;
  return { file, ...heading(texts, file), edited: info.mtime?.getTime() ?? 0, states: null, problem };
}

export function indexRoutes({ files, sessions, assets, native }: IndexOptions): readonly Route[] {
  const entry = async (file: string): Promise<Entry | null> => {
    const path = await files.find(file);
    if (path === null) return null;
    return { ...await closedEntry(file, path), states: sessions.states(file) };
  };
  return [{
    method: "GET",
    path: "/",
    access: "owner",
    async handle(c) {
      const names = await files.list();
      const entries = await Promise.all(names.map(entry));
      const addresses = await assets.addresses();
      return c.html(
        indexPage(entries.filter((each) => each !== null), addresses, Date.now(), native.state()),
      );
    },
  }];
}
