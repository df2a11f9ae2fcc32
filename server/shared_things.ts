/** What share links show, in words and as a picture, read from the notebooks and the runs. */
import { fileURLToPath } from "node:url";
import { decimals, thousands } from "../lib/charts/format.ts";
import { palette } from "../lib/charts/palette.ts";
import type { RunRow } from "../lib/store/store.ts";
import type { Headings } from "./headings.ts";
import { lastEnded, lastRun, runsOf } from "./pages/last_run.ts";
import type { ScopeWords, ShareOptions, SharePicture } from "./routes/share_routes.ts";
import type { RunReader } from "./run_reader.ts";
import type { Sessions } from "./sessions.ts";
import type { Rgb } from "./share_picture.ts";
import type { Scope } from "./shares.ts";

export interface ThingsOptions {
  readonly headings: Headings;
  readonly sessions: Pick<Sessions, "get">;
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
 * const { words } = sharedThings({ headings, sessions, reader: runs.reader });
 * await words({ notebook: "digits.ts" }); // { title: "…", description: "…" }
 * ```
 */
export function sharedThings(
  { headings, sessions, reader }: ThingsOptions,
): Pick<ShareOptions, "words" | "picture"> {
  /** Runs that cannot be read are shown by no link; the page of all runs says why. */
  const rows = () => reader().then((read) => read.listing()).then((listing) => listing.rows, () => []);
  /** by run and version */
  const pictures = new Map<string, SharePicture | null>();

  async function words(scope: Scope): Promise<ScopeWords | null> {
    if ("run" in scope) {
      const row = (await rows()).find(({ id }) => id === scope.run);
      return row ? runWords(row) : null;
    }
    const said = (await headings()).get(scope.notebook);
    if (said === undefined) return null;
    const session = await sessions.get(scope.notebook);
    const { findingText } = await import("./finding_text.ts");
    const finding = session ? findingText(session) : null;
    return { title: said.title, description: finding ?? said.dek };
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
    if (!pictures.has(key)) pictures.set(key, await drawn(row));
    return pictures.get(key)!;
  }

  async function drawn(row: RunRow): Promise<SharePicture | null> {
    const series = await (await reader()).series(row, row.best!.metric);
    if (series === null) return null;
    // late: the server listens before it is needed
    const [{ lightColor, lightTokens }, { PICTURE_HEIGHT, PICTURE_WIDTH, sharePicture }] = await Promise.all([
      import("../lib/report/light_colors.ts"),
      import("./share_picture.ts"),
    ]);
    const tokens = lightTokens(await Deno.readTextFile(TOKENS));
    const rgb = (css: string) => rgbOf(lightColor(css, tokens));
    const colors = { paper: rgb("var(--page)"), line: rgb("var(--ink)"), stop: rgb(palette[row.kind].color) };
    const bytes = sharePicture(lastRun(row, series, row.step), colors);
    return bytes && { bytes, width: PICTURE_WIDTH, height: PICTURE_HEIGHT };
  }

  return { words, picture };
}

const rgbOf = (hex: string): Rgb =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
