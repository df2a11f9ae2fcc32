/**
 * A burst of changes to the root of a chain of server cells, against one change, from a browser's socket: Deno's own
 * holds back what follows a first small frame until it is acknowledged (Nagle's algorithm), as no browser does.
 */
import type { Page } from "playwright-core";
import { decode, encode } from "../../lib/notebook/codec.ts";
import type { FromPage, ToPage } from "../../lib/notebook/wire.ts";
import { openChromium } from "../browser/chromium.ts";
import { type Figure, median } from "./interleave.ts";
import type { NotebookServer } from "./notebook_served.ts";

const ROUNDS = 25;
/** Milliseconds without a frame after which no other is expected. */
const QUIET = 200;

/** What a socket heard, and milliseconds from the first frame sent until then. */
type Heard = readonly { readonly after: number; readonly frame: readonly number[] }[];

/** @param cells of the chain: the last shows the root's value and one for each */
export async function notebookBurst(
  server: NotebookServer,
  { file, cells, burst }: { file: string; cells: number; burst: number },
): Promise<Figure> {
  const opened = await server.page(file), last = opened.notebook.cells.at(-1)!.key;
  await opened.close();
  const browser = await openChromium();
  try {
    const page = await browser.newPage();
    const [name, value] = (await server.cookie()).split("=", 2);
    await page.context().addCookies([{ name, value, url: server.origin }]);
    await page.goto(server.origin);
    const to = (first: number, count: number) => change(page, { file, last, cells, first, count });
    const one: number[] = [], many: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const first = 100_000 + 4000 * round, times = [await to(first, 1), await to(first + 1000, burst)];
      if (round === 0) continue;
      one.push(times[0]);
      many.push(times[1]);
    }
    return {
      bench: "notebook",
      what: `burst: ${burst} changes at once → last value ÷ one change`,
      value: median(many) / median(one),
      unit: "×",
      goal: "at most 2",
    };
  } finally {
    await browser.close();
  }
}

/** Milliseconds from the first of some changes, one after another, to the frame with the last one's value. */
async function change(
  page: Page,
  { file, last, cells, first, count }: {
    file: string;
    last: string;
    cells: number;
    first: number;
    count: number;
  },
): Promise<number> {
  const changes = Array.from({ length: count }, (_, i): FromPage => ({
    t: "set",
    name: "root",
    value: first + i,
  }));
  const heard = await page.evaluate(exchange, {
    path: `/notebooks/${file}/live?since=0&epoch=`,
    frames: changes.map((each) => [...encode(each)]),
    quiet: QUIET,
  }) as Heard;
  const shown = heard.find(({ frame }) => {
    const message = decode(Uint8Array.from(frame)) as ToPage;
    return message.t === "batch" &&
      message.events.some((event) =>
        event.t === "show" && event.cell === last &&
        (decode(event.values) as unknown[])[0] === first + count - 1 + cells
      );
  });
  if (!shown) throw new Error(`no value of the last change in ${heard.length} frames`);
  return shown.after;
}

/** In the page: sends frames at once, and listens until nothing has come for a while. */
function exchange(
  { path, frames, quiet }: { path: string; frames: number[][]; quiet: number },
): Promise<{ after: number; frame: number[] }[]> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}${path}`);
    socket.binaryType = "arraybuffer";
    const heard: { after: number; frame: ArrayBuffer }[] = [];
    let began: number | undefined, timer: ReturnType<typeof setTimeout>;
    const listen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (began === undefined) {
          heard.length = 0; // what every page is told first
          began = performance.now();
          for (const frame of frames) socket.send(new Uint8Array(frame));
          return listen();
        }
        socket.close();
        resolve(heard.map(({ after, frame }) => ({ after, frame: [...new Uint8Array(frame)] })));
      }, quiet);
    };
    socket.onmessage = ({ data }) => {
      heard.push({ after: performance.now() - (began ?? 0), frame: data });
      listen();
    };
    socket.onerror = () => reject(new Error(`no socket: ${path}`));
  });
}
