/** What share links show, in words and as a picture, read from the notebooks and the runs. */
import { fileURLToPath } from "node:url";
import { decimals, thousands } from "../lib/charts/format.ts";
import { palette } from "../lib/charts/palette.ts";
import type { RunRow } from "../lib/store/store.ts";
import type { Headings } from "./headings.ts";
import type { NotebookFiles } from "./notebook_files.ts";
import { lastEnded, type LastRun, lastRun, runsOf } from "./pages/last_run.ts";
import type { ScopeWords, ShareOptions, SharePicture } from "./routes/share_routes.ts";
import type { RunReader } from "./run_reader.ts";
import type { Sessions } from "./sessions.ts";
import type { Rgb } from "./share_picture.ts";
import type { Scope } from "./shares.ts";

export interface ThingsOptions {
  readonly headings: Headings;
  /** where the notebooks lie. Default: what one found is told of those that are open alone */
  readonly files?: Pick<NotebookFiles, "find">;
  readonly sessions: Pick<Sessions, "get" | "look">;
  readonly reader: () => Promise<RunReader>;
}

/** Pictures that are kept. */
const PICTURES = 50;
const TOKENS = fileURLToPath(new URL("./client/tokens.css", import.meta.url));

/** What a run came to, in one sentence. */
function runWords(row: RunRow): ScopeWords {
  const { name, state, step, best } = row;
  const value = best === null
    ? ""
    : `, best ${best.metric} ${decimals(best.value)} at ${thousands(best.step)}`;
  return {
    title: name,
    description: `${palette[row.kind].name}, ${state} at step ${thousands(step)}${value}.`,
  };
}

/**
 * What the routes of share links ask for.
 * @example
 * ```ts ignore
 * const { words } = sharedThings({ headings, files, sessions, reader: runs.reader });
 * await words({ notebook: "digits.ts" }); // { title: "…", description: "…" }
 * ```
 */
export function sharedThings(
  { headings, files, sessions, reader }: ThingsOptions,
): Pick<ShareOptions, "words" | "picture"> {
  /** Runs that cannot be read are shown by no link; the page of all runs says why. */
  const rows = () => reader().then((read) => read.listing()).then((listing) => listing.rows, () => []);
  /** by run and version */
  const pictures = new Map<string, Promise<SharePicture | null>>();

  async function words(scope: Scope): Promise<ScopeWords | null> {
    if ("run" in scope) {
      const row = (await rows()).find(({ id }) => id === scope.run);
      return row ? runWords(row) : null;
    }
    const said = (await headings()).get(scope.notebook);
    if (said === undefined) return null;
    return { title: said.title, description: await finding(scope.notebook) ?? said.dek };
  }

  /** What the notebook came to, now or when it ran last; nothing is started. Null where that is not known. */
  async function finding(notebook: string): Promise<string | null> {
    const [{ findingText }, path] = await Promise.all([import("./finding_text.ts"), files?.find(notebook)]);
    // what cannot be opened has its heading alone
    const session = await sessions.get(notebook)?.catch(() => undefined) ??
      (path ? await sessions.look(notebook, path).catch(() => undefined) : undefined);
    return session ? findingText(session) : null;
  }

  /** The run whose curve stands for what is shared: it itself, or the notebook's newest that ended. */
  async function pictured(scope: Scope): Promise<RunRow | null> {
    const all = await rows();
    return "run" in scope
      ? all.find(({ id, best }) => id === scope.run && best !== null) ?? null
      : lastEnded(runsOf(all, scope.notebook));
  }

  async function picture(scope: Scope): Promise<SharePicture | null> {
    const row = await pictured(scope), key = `${row?.id} ${row?.version}`;
    if (row === null) return null;
    if (pictures.size >= PICTURES) pictures.clear();
    // all who come at once wait for the same one
    const known = pictures.get(key) ?? pictureOf(row);
    pictures.set(key, known);
    try {
      return await known;
    } catch {
      pictures.delete(key); // a curve that cannot be read has no picture; the page of all runs says why
      return null;
    }
  }

  async function pictureOf(row: RunRow): Promise<SharePicture | null> {
    const series = await (await reader()).series(row, row.best!.metric);
    if (series === null) return null;
    const run = lastRun(row, series, row.step);
    // late: the server listens before it is needed
    const { hasPicture, PICTURE_HEIGHT, PICTURE_WIDTH } = await import("./share_picture.ts");
    if (!hasPicture(run)) return null;
    let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined;
    return { width: PICTURE_WIDTH, height: PICTURE_HEIGHT, bytes: () => bytes ??= drawn(run) };
  }

  return { words, picture };
}

async function drawn(run: LastRun): Promise<Uint8Array<ArrayBuffer>> {
  const [{ lightColor, lightTokens }, { sharePicture }] = await Promise.all([
    import("../lib/report/light_colors.ts"),
    import("./share_picture.ts"),
  ]);
  const tokens = lightTokens(await Deno.readTextFile(TOKENS));
  const rgb = (css: string) => rgbOf(lightColor(css, tokens));
  const colors = { paper: rgb("var(--page)"), line: rgb("var(--ink)"), stop: rgb(palette[run.kind].color) };
  return sharePicture(run, colors)!;
}

const rgbOf = (hex: string): Rgb =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
