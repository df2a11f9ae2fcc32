/** Viewers in crowds: what they are told together is made once, and each is told all of it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { type Client, SessionClients } from "../../lib/notebook/session_clients.ts";
import { encodedTails, type Packed, TailReceiver, TailSender } from "../../lib/notebook/tails.ts";
import type { Event, ToPage } from "../../lib/notebook/wire.ts";
import { inFolder } from "../in_folder.ts";

/** A viewer's page: what it knows of each name, and the very frames that it was sent. */
class Viewer implements Client {
  readonly role = "viewer";
  readonly frames: Uint8Array[] = [];
  readonly known: Record<string, unknown> = {};
  readonly steps: number[] = [];
  waiting = 0;
  since?: Client["since"];
  #receivers = new Map<string, TailReceiver>();
  #detach?: () => void;

  attach(clients: SessionClients, first: readonly ToPage[] = []): this {
    this.#receivers.clear(); // each connection begins with whole values
    this.#detach = clients.attach(this, first);
    return this;
  }

  detach() {
    this.#detach?.();
    this.#detach = undefined;
  }

  buffered = () => this.waiting;

  send = (frame: Uint8Array) => {
    this.frames.push(frame);
    const message = decode(frame) as ToPage;
    if (message.t === "hello") this.since = { epoch: message.epoch, id: this.since?.id ?? 0 };
    if (message.t !== "batch") return;
    assert.ok(message.id > (this.since?.id ?? 0), "in order, once");
    this.since = { epoch: this.since?.epoch ?? "", id: message.id };
    for (const event of message.events) this.#event(event);
  };

  #event(event: Event) {
    if (event.t === "state") this.known[event.cell] = event.state;
    if (event.t !== "value") return;
    const receiver = this.#receivers.get(event.name) ?? new TailReceiver();
    this.#receivers.set(event.name, receiver);
    const value = this.known[event.name] = receiver.unpack(decode(event.value) as Packed) as Float64Array;
    if (event.every !== undefined) this.steps.push(value.length);
  }
}

/** A curve that grows by a point each time, packed as a kernel packs it. */
function growing(name: string, every?: number): () => Event {
  const sender = new TailSender(), curve: number[] = [];
  return () => {
    curve.push(curve.length);
    const value = encodedTails(sender, name, Float64Array.from(curve));
    return { t: "value", name, cell: "train", value, ...(every === undefined ? {} : { every }) };
  };
}

async function until(is: () => boolean, what: () => string = () => String(is)) {
  for (const end = Date.now() + 20_000; !is();) {
    assert.ok(Date.now() < end, `not in time: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const withClients = (act: (clients: SessionClients) => Promise<void>) =>
  inFolder(async (folder) => {
    const clients = new SessionClients(join(folder, "events.2.bin"));
    try {
      await act(clients);
    } finally {
      clients.close();
    }
  });

const hello = (epoch: string): ToPage => ({ t: "hello", epoch, role: "viewer", inputs: {} });
const lengthOf = (viewer: Viewer) => (viewer.known.run as Float64Array | undefined)?.length;

Deno.test("viewers who are told the same are sent the same bytes, made once", () =>
  withClients(async (clients) => {
    const run = growing("run"), messages = [hello(clients.epoch)];
    clients.emit(run());
    const viewers = Array.from({ length: 200 }, () => new Viewer().attach(clients, messages));
    for (let length = 1; length < 6; length++) {
      await until(() => viewers.every((viewer) => lengthOf(viewer) === length));
      clients.emit(run());
    }
    await until(() => viewers.every((viewer) => lengthOf(viewer) === 6));
    assert.ok(viewers[0].frames.length >= 7);
    const [first, second, ...others] = viewers.map(({ frames }) => frames);
    for (const frames of others) {
      assert.equal(frames.length, second.length);
      frames.forEach((frame, i) => assert.ok(frame === second[i], `frame ${i}`));
    }
    assert.ok(first[0] === second[0], "what is said first");
    assert.ok(first[1] !== second[1], "the first waits for nobody");
    assert.ok(first.at(-1) === second.at(-1), "and is told with the others from then on");
  }));

Deno.test("one that comes late is sent what the others are as soon as it has what they have", () =>
  withClients(async (clients) => {
    const run = growing("run"), early = new Viewer().attach(clients);
    for (let i = 0; i < 3; i++) clients.emit(run());
    await until(() => lengthOf(early) === 3);
    const late = new Viewer().attach(clients);
    await until(() => lengthOf(late) === 3);
    clients.emit(run());
    await until(() => lengthOf(early) === 4 && lengthOf(late) === 4);
    assert.ok(late.frames.at(-1) === early.frames.at(-1));
    assert.ok(late.frames[0] !== early.frames[0]);
  }));

Deno.test("a slow viewer is sent nothing while much waits, holds nobody up, and then gets the latest at once", () =>
  withClients(async (clients) => {
    const run = growing("run"), quick = new Viewer().attach(clients), slow = new Viewer().attach(clients);
    clients.emit(run());
    await until(() => lengthOf(quick) === 1 && lengthOf(slow) === 1);
    slow.waiting = 1e9;
    const had = slow.frames.length;
    for (let length = 2; length < 8; length++) {
      clients.emit(run());
      await until(() => lengthOf(quick) === length);
    }
    assert.equal(slow.frames.length, had);
    slow.waiting = 0;
    await until(() => lengthOf(slow) === 7);
    assert.equal(slow.frames.length, had + 1);
    clients.emit(run());
    await until(() => lengthOf(quick) === 8 && lengthOf(slow) === 8);
    assert.ok(quick.frames.at(-1) === slow.frames.at(-1), "they are told together again");
  }));

Deno.test("what waits for all viewers together is bounded, so each of many may hold less", () =>
  withClients(async (clients) => {
    const run = growing("run"), viewers = Array.from({ length: 100 }, () => new Viewer().attach(clients));
    viewers[0].waiting = 1e6; // one of a hundred: more than its share
    clients.emit(run());
    await until(() => viewers.slice(1).every((viewer) => lengthOf(viewer) === 1));
    assert.equal(lengthOf(viewers[0]), undefined);
    for (const viewer of viewers.slice(1)) viewer.detach();
    await until(() => lengthOf(viewers[0]) === 1); // alone it may
  }));

type Act =
  | { do: "grow" | "each" | "state" | "wait" | "begin" }
  | { do: "come" | "leave" | "slow" | "quick"; who: number };
const VIEWERS = 5;
const who = fc.nat(VIEWERS - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constantFrom("grow", "each", "state", "wait", "wait", "begin") }),
  fc.record({ do: fc.constantFrom("come", "come", "leave", "slow", "quick"), who }),
) as fc.Arbitrary<Act>;

Deno.test("however viewers come, go and lag, each ends with what a new one is told, and heard each value once", () =>
  fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), (acts) =>
      withClients(async (clients) => {
        const all = Array.from({ length: VIEWERS }, () => new Viewer()), here = new Set<Viewer>();
        let run = growing("run"), each = growing("each", 1), values = 0, began = 1;
        const first = [hello(clients.epoch)];
        for (const next of acts) {
          const viewer = "who" in next ? all[next.who] : undefined;
          if (next.do === "grow") clients.emit(run());
          else if (next.do === "each") values++, clients.emit(each());
          else if (next.do === "begin") {
            run = growing("run");
            each = growing("each", ++began);
            values = 1;
            clients.emit(each());
          } else if (next.do === "state") {
            clients.emit({ t: "state", cell: "train", state: values % 2 ? "running" : "done" });
          } else if (next.do === "wait") await new Promise((resolve) => setTimeout(resolve, 18));
          else if (next.do === "come" && !here.has(viewer!)) here.add(viewer!.attach(clients, first));
          else if (next.do === "leave") viewer!.detach(), here.delete(viewer!);
          else if (next.do === "slow") viewer!.waiting = 1e9;
          else if (next.do === "quick") viewer!.waiting = 0;
        }
        const fresh = new Viewer().attach(clients, first);
        for (const viewer of all) {
          viewer.waiting = 0;
          if (!here.has(viewer)) viewer.attach(clients, first);
        }
        clients.emit({ t: "state", cell: "end", state: "done" });
        const told = () => [fresh, ...all].every(({ known }) => known.end === "done");
        await until(told, () => JSON.stringify(acts));
        for (const viewer of all) {
          assert.deepEqual(viewer.known, fresh.known);
          const steps = viewer.steps.slice(viewer.steps.lastIndexOf(1));
          if (values > 0) assert.deepEqual(steps, Array.from({ length: values }, (_, i) => i + 1));
        }
      })),
    { numRuns: 40 },
  ));

Deno.test("an owner's page is told by itself what viewers are not", () =>
  withClients(async (clients) => {
    const viewer = new Viewer().attach(clients), heard: Event[] = [];
    clients.attach({
      role: "owner",
      buffered: () => 0,
      send: (frame) => heard.push(...(decode(frame) as ToPage & { t: "batch" }).events),
    }, []);
    clients.emit({ t: "kernel", state: "ready", reads: ["/data"] });
    clients.emit({ t: "show", cell: "a", values: encode([1]) });
    await until(() => heard.length === 2 && viewer.frames.length > 0);
    assert.deepEqual(heard[0], { t: "kernel", state: "ready", reads: ["/data"] });
    const { events } = decode(viewer.frames[0]) as ToPage & { t: "batch" };
    assert.deepEqual(events[0], { t: "kernel", state: "ready" });
  }));
