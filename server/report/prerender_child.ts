/**
 * What runs in the process that draws a report: the page's own script on a document, twice, wide and narrow. The text of
 * this module, the page and the script come over stdin; the process may do nothing, and what it writes is the answer.
 */
import { steadyDate, steadyRandom } from "./prerender_chance.ts";
import { type PageClock, pageClock } from "./prerender_time.ts";
import { type PageDocument, pageDocument } from "./prerender_document.ts";
import { innerHtml, outerHtml } from "./prerender_html.ts";

/** What is to be drawn. */
export interface Drawing {
  readonly html: string;
  /** the script of the page, a module */
  readonly client: string;
  /** names of the cells by their keys */
  readonly names: Readonly<Record<string, string>>;
  /** those that run in the page */
  readonly here: readonly string[];
  readonly wide: number;
  readonly narrow: number;
  /** what a clock shows that a script looks at, milliseconds since 1970 */
  readonly now: number;
  /** so long its script may take to begin */
  readonly beginning: number;
  /** so long a page may take to come to rest, from then on */
  readonly milliseconds: number;
  /** bytes that the process may hold */
  readonly memory: number;
}

export interface DrawnCell {
  readonly wide: string;
  readonly narrow: string;
  /** one line: why it is not as in the page */
  readonly error?: string;
}

export interface Drawn {
  readonly cells: Readonly<Record<string, DrawnCell>>;
  /** style sheets that the cells' figures need */
  readonly styles: readonly string[];
}

/** What cells of a page must not find: this is no browser's. */
const FOREIGN = ["Deno", "process", "Buffer", "global", "setImmediate", "clearImmediate", "BroadcastChannel"];

/** Takes the place of the process' globals; what is left of them is as in a page. */
function becomePage(page: PageDocument, clock: PageClock, now: number): void {
  // a promise that nobody waits for ends no page
  globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
  globalThis.addEventListener("error", (event) => event.preventDefault());
  for (const name of FOREIGN) Reflect.deleteProperty(globalThis, name);
  const refused = () => Promise.reject(new TypeError("Failed to fetch"));
  const globals = { ...page.globals, ...clock.globals, Date: steadyDate(now), fetch: refused };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
  }
  Math.random = steadyRandom();
  Object.defineProperty(globalThis, "window", { configurable: true, value: globalThis });
  for (const level of ["log", "info", "warn", "error", "debug", "table", "dir"] as const) {
    console[level] = () => {};
  }
}

/** Waits until the page has come to rest; false when it has not in its time. */
async function rest(
  page: PageDocument,
  clock: PageClock,
  until: number,
  memory: () => void,
): Promise<boolean> {
  // a turn in which nothing waited may be one in which a module was still being read
  for (let calm = 0; calm < 3;) {
    memory();
    if (performance.now() > until) return false;
    await clock.turn();
    calm = page.settle() || clock.busy() || !isLoaded(page.document) || isAtWork(page.document)
      ? 0
      : calm + 1;
  }
  return true;
}

const isLoaded = ({ documentElement }: Document): boolean => documentElement.dataset.loaded === "true";

const isAtWork = (document: Document): boolean =>
  document.querySelector('.cell[data-state="running"], .cell[data-state="queued"]') !== null;

/** What a cell shows: its output, or the message in the place of it. */
function shown(cell: Element, suffix = ""): string {
  const message = cell.querySelector(".out.replaced + .error-text, .out.replaced + .empty");
  if (message !== null) return outerHtml(message, suffix);
  const out = cell.querySelector(".out");
  return out === null ? "" : innerHtml(out, suffix);
}

function faultOf(cell: Element): string | undefined {
  const state = cell.getAttribute("data-state");
  if (state === "running" || state === "queued") return "did not end while the report was drawn";
  if (state !== "error") return undefined;
  const said = cell.querySelector(".error-text p"), name = said?.querySelector("b")?.textContent ?? "";
  const message = (said?.textContent ?? "").slice(name.length).trim();
  return [name, message].filter(Boolean).join(": ") || "failed";
}

/**
 * Draws the page.
 * @throws {Error} when its script cannot run
 */
export async function draw(drawing: Drawing): Promise<Drawn> {
  const memoryUsage = Deno.memoryUsage;
  const clock = pageClock(), page = pageDocument(drawing.html, drawing.wide);
  becomePage(page, clock, drawing.now);
  const latest = performance.now() + drawing.beginning;
  const memory = () => {
    if (memoryUsage().rss > drawing.memory) throw new Error("out of memory");
  };
  await import(URL.createObjectURL(new Blob([drawing.client], { type: "text/javascript" })));
  // a busy machine may let it wait long before it begins: that is not the page's time
  while (!isLoaded(page.document) && performance.now() < latest) {
    memory();
    await clock.turn();
    page.settle();
  }
  const until = performance.now() + drawing.milliseconds;
  const rested = await rest(page, clock, until, memory);
  if (!isLoaded(page.document)) throw new Error("its script did not begin");
  const cells = cellsOf(page.document, drawing.names);
  const wide = new Map([...cells].map(([key, cell]) => [key, shown(cell)]));
  page.resize(drawing.narrow);
  if (rested) await rest(page, clock, until, memory);
  const drawn: Record<string, DrawnCell> = {};
  for (const [key, cell] of cells) {
    const fault = drawing.here.includes(key) ? faultOf(cell) : undefined;
    const narrow = shown(cell) === wide.get(key) ? wide.get(key)! : shown(cell, "-narrow");
    drawn[key] = { wide: wide.get(key)!, narrow, ...(fault === undefined ? {} : { error: fault }) };
  }
  return { cells: drawn, styles: page.styles() };
}

function cellsOf(document: Document, names: Drawing["names"]): Map<string, Element> {
  const found = new Map([...document.querySelectorAll("[data-cell]")].map((cell) => [
    cell.getAttribute("data-cell"),
    cell,
  ]));
  return new Map(
    Object.entries(names).flatMap(([key, name]) => {
      const cell = found.get(name);
      return cell === undefined ? [] : [[key, cell] as const];
    }),
  );
}

/** Draws and writes the answer: one JSON object. */
export async function answer(drawing: Drawing): Promise<void> {
  const { stdout, exit } = Deno;
  const say = (what: object) => {
    const bytes = new TextEncoder().encode(JSON.stringify(what));
    for (let done = 0; done < bytes.length;) done += stdout.writeSync(bytes.subarray(done));
  };
  try {
    say({ drawn: await draw(drawing) });
  } catch (error) {
    say({
      failed: error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error),
    });
  }
  exit(0);
}
