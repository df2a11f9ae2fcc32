/** A training that streams to its owner's page, and to a thousand viewers by a share link beside it. */
import { cpus } from "node:os";
import { decode } from "../../lib/notebook/codec.ts";
import { type Packed, TailReceiver } from "../../lib/notebook/tails.ts";
import { type Figure, median } from "./interleave.ts";
import { type NotebookServer, serveNotebooks } from "./notebook_served.ts";
import { needFiles, processorSeconds, residentBytes } from "./process_use.ts";
import { joinCrowd } from "./viewers_crowd.ts";
import type { Heard } from "./viewers_process.ts";
import { TRAINED } from "./viewers_text.ts";

const VIEWERS = 1000;
const ROUNDS = 3;
/** Of each part of a round: without viewers, and with them. */
const MILLISECONDS = 8000;
/** A thousand who come at once are told first what there was; what is measured begins after that. */
const JOINED = 4000;
/** Before the end of what is measured: what comes then may still be on its way. */
const SETTLED = 1000;
/** What a process has open beside its viewers. */
const OPEN = 200;
const FILE = "trained.ts";

/** What the kernel stamped: of each value, when it was yielded and how many updates were made by then. */
interface Stamps {
  readonly at: Float64Array;
  readonly step: Float64Array;
}

/** One time with viewers, and the time without them before it. */
interface Round extends Heard {
  readonly without: number;
  readonly with: number;
  /** bytes of the server before they come */
  readonly alone: number;
  /** bytes that it had at most with them */
  readonly memory: number;
  /** processors that the server took, as 0.2 */
  readonly server: number;
}

export async function viewers(): Promise<Figure[]> {
  needFiles(VIEWERS + OPEN);
  const server = await serveNotebooks({ [FILE]: TRAINED }, "wasm");
  try {
    const cookie = await viewersCookie(server), stamps = await follow(server);
    const rounds: Round[] = [];
    for (let i = 0; i < ROUNDS; i++) rounds.push(await round(server, cookie, stamps));
    return figures(rounds);
  } finally {
    await server.stop();
  }
}

/** Shares the notebook, and opens the link once; what proves a viewer from then on. */
async function viewersCookie(server: NotebookServer): Promise<string> {
  const { origin } = server;
  const shared = await fetch(`${origin}/shares`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: await server.cookie(), origin },
    body: JSON.stringify({ scope: { notebook: FILE } }),
  });
  const { path } = await shared.json();
  const opened = await fetch(`${origin}${path}`);
  await opened.body?.cancel();
  return opened.headers.get("set-cookie")!.split(";")[0];
}

/** Opens the notebook as its owner, which starts the training; the last that its page was told. */
async function follow(server: NotebookServer): Promise<() => Stamps> {
  const page = await server.page(FILE), receiver = new TailReceiver();
  let stamps: Stamps | undefined;
  const begun = Promise.withResolvers<void>();
  page.heard((event) => {
    if (event.t === "state" && event.state === "error") begun.reject(new Error(event.error?.message));
    if (event.t !== "value" || event.name !== "trained") return false;
    stamps = receiver.unpack(decode(event.value) as Packed) as Stamps;
    if (stamps.at.length > 10) begun.resolve();
    return false; // goes on to the end
  }, 600_000).catch(begun.reject);
  await begun.promise;
  return () => stamps!;
}

async function round(server: NotebookServer, cookie: string, stamps: () => Stamps): Promise<Round> {
  const without = await speed(stamps), alone = residentBytes(server.pid);
  const port = Number(new URL(server.origin).port), path = `/notebooks/${FILE}/live`;
  const crowd = await joinCrowd({ port, path, cookie, count: VIEWERS });
  let memory = 0;
  const sampling = setInterval(() => memory = Math.max(memory, residentBytes(server.pid)), 100);
  try {
    await pause(JOINED);
    await crowd.measure();
    const first = stamps().at.length + 1, before = processorSeconds(server.pid);
    const beside = await speed(stamps);
    const last = stamps().at.length, taken = processorSeconds(server.pid) - before;
    await pause(SETTLED);
    const heard = await crowd.heard({ at: [...stamps().at.subarray(0, last)], first, last });
    return { ...heard, without, with: beside, alone, memory, server: 1000 * taken / MILLISECONDS };
  } finally {
    clearInterval(sampling);
    await crowd.end();
  }
}

/** Updates a second over a while, by the kernel's own clock. */
async function speed(stamps: () => Stamps): Promise<number> {
  const first = stamps().at.length - 1;
  await pause(MILLISECONDS);
  const { at, step } = stamps(), last = at.length - 1;
  return 1000 * (step[last] - step[first]) / (at[last] - at[first]);
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

function figures(rounds: readonly Round[]): Figure[] {
  const of = (value: (round: Round) => number) => median(rounds.map(value));
  const figure = (what: string, value: number, unit: string, goal?: string): Figure => ({
    bench: "viewers",
    what,
    value,
    unit,
    ...(goal === undefined ? {} : { goal }),
  });
  const cores = cpus().length;
  return [
    figure(`yield → ${VIEWERS} viewers have it, 99th percentile`, of(({ p99 }) => p99), "ms", "at most 250"),
    figure("the same, median", of((round) => round.median), "ms"),
    figure(
      "memory of the server with them",
      Math.max(...rounds.map(({ memory }) => memory)) / 1e6,
      "MB",
      "at most 300",
    ),
    figure("the same before they came, the first time", rounds[0].alone / 1e6, "MB"),
    figure(
      "training slowed by them",
      of((round) => 100 * (1 - round.with / round.without)),
      "%",
      "at most 5",
    ),
    figure("updates a second with them", of((round) => round.with), ""),
    figure("batches a second at one viewer", of(({ frames }) => frames), ""),
    figure("yields of which a viewer heard nothing", of(({ missed }) => missed), "", "0"),
    figure(`of ${cores} processors the server took`, of(({ server }) => 100 * server / cores), "%"),
    figure(
      `of ${cores} processors the viewers took`,
      of(({ cpu, seconds }) => 100 * cpu / seconds / cores),
      "%",
    ),
  ];
}
