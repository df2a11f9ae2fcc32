/** From an input to the last of a chain of cells on the server, over the real socket; ours and marimo's in turns. */
import { decode } from "../../lib/notebook/codec.ts";
import type { Event } from "../../lib/notebook/wire.ts";
import { type Figure, median, percentile } from "./interleave.ts";
import { notebookBurst } from "./notebook_burst.ts";
import { MARIMO, type Marimo } from "./notebook_marimo.ts";
import { type NotebookServer, serveNotebooks, type SocketPage } from "./notebook_served.ts";
import { chainText } from "./notebook_text.ts";

/** Cells of the chain that is compared, and of those that show how time grows. */
const CELLS = 30;
const SIZES = [10, 30, 100, 300] as const;
const ROUNDS = 6;
/** Changes of one contestant in a round, and the milliseconds between them. */
const CHANGES = 15;
const PAUSE = 30;
const BURST = 50;
const BURSTS = 5;

/** A chain in a page, changed as a person would. */
interface Chain {
  /** milliseconds from the change to the last cell's value */
  change(value: number): Promise<number>;
}

/** @param marimo null: we run alone */
export async function notebookChain(marimo: Marimo | null): Promise<Figure[]> {
  const texts = SIZES.map((cells) => [`chain${cells}.ts`, chainText(cells, "server")]);
  const server = await serveNotebooks(Object.fromEntries(texts));
  try {
    const chains = new Map<string, Chain>();
    for (const cells of SIZES) chains.set(String(cells), await ourChain(server, cells));
    if (marimo) {
      await marimo.ask({ do: "open", cells: CELLS });
      chains.set(MARIMO, { change: (value) => marimo.ask({ do: "change", cells: CELLS, value }) });
    }
    const times = await changes(chains);
    const ours = times.get(String(CELLS))!, theirs = times.get(MARIMO);
    return [
      ...latencies(`input → last of ${CELLS} server cells`, ours, "at most 5"),
      ...(theirs ? latencies(`the same in ${MARIMO}`, theirs) : []),
      ...growth(times),
      await notebookBurst(server, { file: `chain${CELLS}.ts`, cells: CELLS, burst: BURST }),
      ...(marimo && theirs ? [await marimoBurst(marimo, theirs)] : []),
    ];
  } finally {
    await server.stop();
  }
}

/** Milliseconds of all changes by contestant: they take turns; the first round is not counted. */
async function changes(chains: ReadonlyMap<string, Chain>): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>([...chains.keys()].map((name) => [name, []]));
  let value = 1000;
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, chain] of chains) {
      for (let change = 0; change < CHANGES; change++) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        const took = await chain.change(value += 400); // more than the longest chain adds
        if (round > 0) times.get(name)!.push(took);
      }
    }
  }
  return times;
}

async function ourChain(server: NotebookServer, cells: number): Promise<Chain> {
  const page = await server.page(`chain${cells}.ts`);
  const last = page.notebook.cells.at(-1)!.key;
  await firstShown(page, last, cells);
  return {
    async change(value) {
      const arrived = page.heard((event) => shows(event, last, value + cells)), began = performance.now();
      page.send({ t: "set", name: "root", value });
      return await arrived - began;
    },
  };
}

const firstShown = (page: SocketPage, last: string, cells: number): Promise<number> =>
  page.heard((event) => shows(event, last, cells));

const shows = (event: Event, cell: string, value: number): boolean =>
  event.t === "show" && event.cell === cell && (decode(event.values) as unknown[])[0] === value;

const latencies = (what: string, times: readonly number[], goal?: string): Figure[] => [
  { bench: "notebook", what: `${what}, median`, value: median(times), unit: "ms", ...(goal ? { goal } : {}) },
  { bench: "notebook", what: `${what}, 95th percentile`, value: percentile(times, 0.95), unit: "ms" },
];

/** How much longer ten times the cells take: 10 would be linear. */
function growth(times: ReadonlyMap<string, readonly number[]>): Figure[] {
  const of = (cells: number) => median(times.get(String(cells))!);
  const figures = SIZES.filter((cells) => cells !== CELLS).map((cells): Figure => ({
    bench: "notebook",
    what: `input → last of ${cells} server cells, median`,
    value: of(cells),
    unit: "ms",
  }));
  const ratio = (few: number, many: number): Figure => ({
    bench: "notebook",
    what: `${many} cells ÷ ${few} cells`,
    value: of(many) / of(few),
    unit: "×",
    goal: `at most ${many / few}`,
  });
  return [...figures, ratio(10, 100), ratio(30, 300)];
}

/** A burst of changes against one change, in marimo. */
async function marimoBurst(marimo: Marimo, one: readonly number[]): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < BURSTS; round++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const value = 500_000 + 1000 * round;
    times.push(await marimo.ask({ do: "burst", cells: CELLS, value, count: BURST }));
  }
  const value = median(times) / median(one);
  return { bench: "notebook", what: `the same in ${MARIMO}`, value, unit: "×" };
}
