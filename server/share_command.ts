/** What `plateau share`, `shares` and `unshare` do. They work on the links' file; a server that runs sees what they change. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Misuse } from "../lib/command_line.ts";
import { inLine } from "../lib/store/runs_text.ts";
import { runsNamed } from "../lib/store/runs_named.ts";
import { openStore } from "../lib/store/open_store.ts";
import { expirySeconds, leftText } from "./expiry.ts";
import { contains, notebookFiles } from "./notebook_files.ts";
import { runningAddress } from "./own_address.ts";
import { openShares, type Scope, scopeText, type Shares } from "./shares.ts";

/** Where and with whom. */
export interface ShareSurroundings {
  /** folder that holds `notebooks/` and `.plateau` */
  readonly project: string;
  /** a path as the user means it; default as it is */
  readonly here?: (path: string) => string;
  /** data; default standard output */
  readonly out?: (line: string) => void;
  /** messages; default standard error */
  readonly err?: (line: string) => void;
  /** clock in milliseconds; default that of the machine */
  readonly now?: () => number;
}

export interface ShareValues {
  readonly expires?: string;
  /** default that of the server that runs in the project, or `http://127.0.0.1:8000` where none does */
  readonly at?: string;
}

/** Where a server begins that finds its port free. */
const PRESUMED = "http://127.0.0.1:8000";

const linksOf = ({ project, now }: ShareSurroundings): Shares =>
  openShares(`${project}/.plateau/shares.json`, now);

/** Does the work; what cannot be done is one line, exit code 1. */
async function told(
  { err = console.error }: ShareSurroundings,
  work: () => number | Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Misuse) throw error;
    err(inLine((error as Error).message));
    return 1;
  }
}

/**
 * Makes a link and prints its address.
 * @param word a notebook's file, or `run:` and the id, its first letters or the name of a run
 * @returns the exit code: 0 done, 1 no such run, or the links cannot be kept
 * @throws Misuse for what is used wrongly
 * @example
 * ```ts ignore
 * const code = await shareCommand("notebooks/a.ts", { expires: "30d" }, { project: Deno.cwd() });
 * ```
 */
export function shareCommand(word: string, values: ShareValues, around: ShareSurroundings): Promise<number> {
  const { out = console.log, err = console.error, now = Date.now } = around;
  return told(around, async () => {
    const seconds = asMisuse(() => expirySeconds(values.expires ?? "7d"));
    const given = values.at === undefined ? null : asMisuse(() => serverAddress(values.at!));
    const at = given ?? runningAddress(`${around.project}/.plateau`);
    const scope = word.startsWith("run:")
      ? await runScope(word.slice(4), around)
      : await notebookScope(word, around);
    const { share, key } = await linksOf(around).add(scope, seconds);
    out(`${at ?? PRESUMED}/shared/${key}`);
    if (at === null) {
      err(`no server runs here: plateau serve starts it, perhaps on another port than ${PRESUMED}`);
    }
    err(
      `link ${share.id} shows ${inLine(scopeText(scope))} for ${
        leftText(share.until - now())
      }; plateau unshare ${share.id} closes it`,
    );
    return 0;
  });
}

/**
 * Prints the links that are open.
 * @example
 * ```ts ignore
 * await sharesCommand({ json: true }, { project: Deno.cwd() });
 * ```
 */
export function sharesCommand(
  { json = false }: { readonly json?: boolean },
  around: ShareSurroundings,
): Promise<number> {
  const { out = console.log, err = console.error, now = Date.now } = around;
  return told(around, () => {
    const links = linksOf(around), shares = links.list(), fault = links.fault();
    if (fault !== null) err(fault);
    if (json) out(JSON.stringify({ shares }, null, 2));
    else if (shares.length === 0) out("no links");
    const width = Math.max(...shares.map(({ scope }) => scopeText(scope).length));
    for (const { id, scope, created, until } of json ? [] : shares) {
      const made = new Date(created).toISOString().slice(0, 16).replace("T", " ");
      out(
        `${id}  ${inLine(scopeText(scope)).padEnd(width)}  made ${made} UTC  open for ${
          leftText(until - now())
        }`,
      );
    }
    return 0;
  });
}

/**
 * Closes links; none of them where there is none of one of these ids.
 * @example
 * ```ts ignore
 * await unshareCommand(["k3m9x2pa"], { project: Deno.cwd() });
 * ```
 */
export function unshareCommand(ids: readonly string[], around: ShareSurroundings): Promise<number> {
  const { out = console.log } = around;
  return told(around, async () => {
    const shares = linksOf(around), unknown = ids.find((id) => !shares.isOpen(id));
    if (unknown !== undefined) throw new RangeError(`unknown link: ${unknown} (plateau shares lists them)`);
    for (const id of ids) {
      await shares.revoke(id);
      out(`closed ${id}`);
    }
    return 0;
  });
}

function asMisuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

/** The beginning of every address of a server, without a slash at its end. */
function serverAddress(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new RangeError(`invalid --at: ${text} (as https://lab.example.org/plateau)`);
  }
  return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}

async function notebookScope(
  path: string,
  { project, here = (same) => same }: ShareSurroundings,
): Promise<Scope> {
  const real = await Deno.realPath(here(path)).catch(() => null);
  if (real === null) throw new Misuse(`missing file: ${path}`);
  const files = notebookFiles(await Deno.realPath(project)), notebook = basename(here(path));
  if (await files.find(notebook) !== real || !contains(await Deno.realPath(project), real)) {
    throw new Misuse(`not shared: ${path} (a notebook of this project's folder notebooks)`);
  }
  return { notebook };
}

async function runScope(word: string, { project }: ShareSurroundings): Promise<Scope> {
  const place = `${project}/.plateau/runs.sqlite`;
  if (!existsSync(place)) throw new RangeError(`unknown run: ${word} (none is recorded here)`);
  const store = await openStore(place);
  try {
    const found = runsNamed(await store.runs(), word);
    if (found.length === 1) return { run: found[0].id };
    const which = found.slice(0, 5).map(({ id }) => id).join(", ");
    throw new RangeError(`unknown run: ${word}${found.length === 0 ? "" : ` (it may be ${which})`}`);
  } finally {
    await store.close();
  }
}
