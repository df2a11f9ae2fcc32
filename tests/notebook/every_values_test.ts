import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { EveryValues, type LoggedValue } from "../../lib/notebook/every_values.ts";
import { type Client, SessionClients } from "../../lib/notebook/session_clients.ts";
import { encodedTails, type Packed, TailReceiver, TailSender } from "../../lib/notebook/tails.ts";
import type { Event, ToPage } from "../../lib/notebook/wire.ts";
import { inFolder } from "../in_folder.ts";

/** The curve after so many steps, as a growing typed array: each value travels as what is new in it. */
const curve = (steps: number) => ({
  steps,
  loss: Float64Array.from({ length: steps }, (_, i) => 1 / (i + 1)),
});
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** Values of a name as a kernel sends them. */
function kernel(name = "x") {
  let sender = new TailSender();
  return {
    value: (steps: number, every?: number): Event => ({
      t: "value",
      name,
      cell: "train",
      value: encodedTails(sender, name, curve(steps)),
      ...(every === undefined ? {} : { every }),
    }),
    restart: () => sender = new TailSender(),
  };
}

/** A page that keeps every value it was sent, however often its connection was lost. */
class Page {
  readonly steps: Record<string, number[]> = {};
  readonly lines: string[] = [];
  batches = 0;
  buffered = 0;
  #receivers = new Map<string, TailReceiver>();
  #since?: Client["since"];
  #detach?: () => void;

  attach(clients: SessionClients): this {
    const { epoch } = clients;
    this.#receivers.clear(); // each connection begins with whole values
    this.#detach = clients.attach({
      role: "owner",
      buffered: () => this.buffered,
      send: (frame) => this.#take(decode(frame) as ToPage & { t: "batch" }, epoch),
      ...(this.#since ? { since: this.#since } : {}),
    }, []);
    return this;
  }

  detach() {
    this.#detach?.();
  }

  #take({ id, events }: ToPage & { t: "batch" }, epoch: string) {
    this.batches++;
    assert.ok(this.#since?.epoch !== epoch || id > this.#since.id, "in order, once");
    this.#since = { epoch, id };
    for (const event of events) {
      if (event.t === "log") this.lines.push(event.text);
      if (event.t !== "value") continue;
      const receiver = this.#receivers.get(event.name) ?? new TailReceiver();
      this.#receivers.set(event.name, receiver);
      const value = receiver.unpack(decode(event.value) as Packed) as ReturnType<typeof curve>;
      assert.deepEqual(value, curve(value.steps));
      (this.steps[event.name] ??= []).push(value.steps);
    }
  }

  async until(done: () => boolean) {
    const late = performance.now() + 60_000;
    while (!done()) {
      if (performance.now() > late) throw new Error(`not in time: ${done}; ${JSON.stringify(this.steps)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

const open = (folder: string) => new SessionClients(join(folder, "events.bin"));

Deno.test("a page is sent each value of a lossless stream in order and once; of another, the latest", () =>
  inFolder(async (folder) => {
    const clients = open(folder), page = new Page().attach(clients), [x, y] = [kernel("x"), kernel("y")];
    for (const steps of upTo(50)) {
      clients.emit(x.value(steps, 7));
      clients.emit(y.value(steps));
    }
    await page.until(() => page.steps.y?.at(-1) === 50);
    assert.deepEqual(page.steps.x, upTo(50));
    assert.ok(page.steps.y.length < 10);
    page.detach();
    clients.close();
  }));

Deno.test("a page that reloads gets all values of the present run; one that comes back gets those that it lacks", () =>
  inFolder(async (folder) => {
    const clients = open(folder), { value } = kernel(), away = new Page().attach(clients);
    for (const steps of upTo(5)) clients.emit(value(steps, 1));
    for (const steps of upTo(10)) clients.emit(value(steps, 2));
    await away.until(() => away.steps.x?.at(-1) === 10);
    away.detach();
    for (let steps = 11; steps <= 20; steps++) clients.emit(value(steps, 2));
    const late = new Page().attach(clients);
    away.attach(clients);
    await late.until(() => late.steps.x?.at(-1) === 20);
    await away.until(() => away.steps.x.at(-1) === 20);
    assert.deepEqual(late.steps.x, upTo(20));
    assert.deepEqual(away.steps.x.slice(-20), upTo(20), "each once");
    for (const page of [late, away]) page.detach();
    clients.close();
  }));

Deno.test("values of the present run outlive the server", () =>
  inFolder(async (folder) => {
    const before = open(folder), { value } = kernel();
    for (const steps of upTo(12)) before.emit(value(steps, 3));
    before.close();
    const clients = open(folder), page = new Page().attach(clients);
    await page.until(() => page.steps.x?.at(-1) === 12);
    assert.deepEqual(page.steps.x, upTo(12));
    page.detach();
    clients.close();
  }));

Deno.test("values of a run that was superseded are not sent any more", () =>
  inFolder(async (folder) => {
    const clients = open(folder), { value } = kernel(), page = new Page();
    page.buffered = 1e9;
    page.attach(clients);
    for (const steps of upTo(9)) clients.emit(value(steps, 1));
    clients.emit(value(3, 2));
    page.buffered = 0;
    await page.until(() => page.steps.x !== undefined);
    assert.deepEqual(page.steps.x, [3]);
    page.detach();
    clients.close();
  }));

Deno.test("many values go in batches, and another name's latest keeps its place among them", () =>
  inFolder(async (folder) => {
    const clients = open(folder), page = new Page(), x = kernel("x"), y = kernel("y");
    page.buffered = 1e9;
    page.attach(clients);
    for (let i = 1; i <= 2500; i++) clients.emit(x.value(i % 7 + 1, 1));
    clients.emit(y.value(1));
    for (let i = 1; i <= 10; i++) clients.emit(x.value(i, 1));
    page.buffered = 0;
    await page.until(() => page.steps.x?.length === 2510);
    assert.ok(page.batches >= 3, String(page.batches));
    assert.deepEqual(page.steps.x.slice(-10), upTo(10));
    assert.deepEqual(page.steps.y, [1]);
    page.detach();
    clients.close();
  }));

/** The events of one run, with ids. */
function run(steps: readonly number[], every = 1): LoggedValue[] {
  const { value } = kernel();
  return steps.map((n, i) => ({ id: i + 1, at: 0, event: value(n, every) as LoggedValue["event"] }));
}
function read(values: readonly LoggedValue[]): number[] {
  const receiver = new TailReceiver();
  return values.map(({ event }) => {
    const value = receiver.unpack(decode(event.value) as Packed) as ReturnType<typeof curve>;
    assert.deepEqual(value, curve(value.steps));
    return value.steps;
  });
}

Deno.test("beyond its limits the oldest values are left out, and that is said", () => {
  const values = new EveryValues(1, { values: 100, bytes: 64e6 });
  for (const entry of run(upTo(250))) values.add(entry);
  const { values: kept, missing } = values.after(0, true);
  assert.equal(values.leftOut + kept.length, 250);
  assert.ok(kept.length >= 90 && kept.length <= 100, String(kept.length));
  assert.ok(missing);
  assert.deepEqual(read(kept), upTo(250).slice(values.leftOut));
  assert.equal(values.after(values.leftOut, true).missing, false);
});

Deno.test("bytes are limited too", () => {
  const one = encode(curve(1000)).length, values = new EveryValues(1, { values: 1e5, bytes: 10 * one });
  for (let i = 1; i <= 40; i++) {
    const [entry] = run([1000 + i]);
    values.add({ ...entry, id: i });
  }
  assert.ok(values.entries.length < 11 && values.leftOut + values.entries.length === 40);
});

Deno.test("a page that is behind what is kept is told how many values it does not get", () =>
  inFolder(async (folder) => {
    const clients = new SessionClients(join(folder, "events.bin"), undefined, { values: 5000, bytes: 2e6 });
    const page = new Page(), { value } = kernel();
    for (let i = 1; i <= 5001; i++) clients.emit(value(1, 5));
    page.attach(clients);
    await page.until(() => page.steps.x?.length === 4500);
    assert.deepEqual(page.lines, [
      "x: the first 501 values of this run are left out (kept for pages: 5,000 values, 2 MB)",
    ]);
    page.detach();
    clients.close();
  }));

Deno.test("wherever a page left off, what it gets continues what it has", () => {
  const steps = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 4, max: 30 }), fc.nat(45), (steps, limit, from) => {
      const values = new EveryValues(1, { values: limit, bytes: 64e6 }), entries = run(steps);
      for (const entry of entries) values.add(entry);
      const kept = steps.slice(values.leftOut);
      assert.deepEqual(read(values.all()), kept);
      const rest = values.after(from, true);
      assert.deepEqual(read(rest.values), steps.slice(Math.max(from, values.leftOut)));
      assert.equal(rest.missing, from < values.leftOut);
    }),
  );
});
