/** The kernel as a page hears it: how long until a new one has run its first cell, and until a stop has stopped. */
import { decode } from "../../lib/notebook/codec.ts";
import { type Figure, median, percentile } from "./interleave.ts";
import { type NotebookServer, serveNotebooks, type SocketPage } from "./notebook_served.ts";
import { BARE, ENDLESS, ENGINE } from "./notebook_text.ts";

const STARTS = 9;
const STOPS = 20;

export async function notebookKernel(): Promise<Figure[]> {
  const server = await serveNotebooks({ "bare.ts": BARE, "engine.ts": ENGINE, "endless.ts": ENDLESS });
  try {
    return [...await starts(server), ...await stops(server)];
  } finally {
    await server.stop();
  }
}

const keyOf = (page: SocketPage, name: string): string =>
  page.notebook.cells.find((cell) => cell.name === name)!.key;

async function starts(server: NotebookServer): Promise<Figure[]> {
  const contestants = [
    { file: "bare.ts", what: "kernel start → first cell done", goal: "at most 0.4" },
    { file: "engine.ts", what: "the same with the library that trains" },
  ];
  const restarts = await Promise.all(contestants.map(async ({ file }) => {
    const page = await server.page(file), only = keyOf(page, "only");
    return async () => {
      const done = page.heard((event) =>
        event.t === "state" && event.cell === only && event.state === "done"
      );
      const began = performance.now();
      page.send({ t: "restart" });
      return await done - began;
    };
  }));
  const times = contestants.map((): number[] => []);
  for (let round = 0; round <= STARTS; round++) {
    for (const [i, restart] of restarts.entries()) {
      const took = await restart();
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (round > 0) times[i].push(took / 1000);
    }
  }
  return contestants.map(({ file: _, ...named }, i) => ({
    bench: "notebook",
    ...named,
    value: median(times[i]),
    unit: "s",
  }));
}

/** Stops a stream again and again: the other cells keep their values, in the same kernel. */
async function stops(server: NotebookServer): Promise<Figure[]> {
  const page = await server.page("endless.ts");
  const endless = keyOf(page, "endless"), reader = keyOf(page, "reader"), born = keyOf(page, "born");
  const seen = new Set<string>(), times: number[] = [];
  let others = 0;
  for (let stop = 0; stop <= STOPS; stop++) {
    const streams = page.heard((event) => {
      if (event.t === "kernel" && event.state === "starting") others++;
      if (event.t === "state" && event.cell === born && stop > 0) others++;
      if (event.t !== "show" || event.cell !== reader) return false;
      const [shown] = decode(event.values) as [[string, number]?];
      if (shown) seen.add(shown[0]);
      return (shown?.[1] ?? 0) > 5;
    });
    if (stop > 0) page.send({ t: "run", cells: [endless] });
    await streams;
    const idle = page.heard((event) => {
      if (event.t === "kernel" && event.state !== "ready") others++;
      return event.t === "state" && event.cell === endless && event.state !== "running" &&
        event.state !== "queued";
    });
    const began = performance.now();
    page.send({ t: "interrupt" });
    const took = await idle - began;
    if (stop > 0) times.push(took);
  }
  // one value of the other cell over all runs: it never ran again, in this kernel or another
  const lost = seen.size - 1 + others;
  return [
    {
      bench: "notebook",
      what: "interrupt → idle, median",
      value: median(times),
      unit: "ms",
      goal: "at most 100",
    },
    {
      bench: "notebook",
      what: "interrupt → idle, 95th percentile",
      value: percentile(times, 0.95),
      unit: "ms",
    },
    {
      bench: "notebook",
      what: "cells and kernels lost by an interrupt",
      value: lost,
      unit: "",
      goal: "0",
    },
  ];
}
