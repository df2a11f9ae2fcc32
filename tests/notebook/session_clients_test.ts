import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { readEventLog } from "../../lib/notebook/event_log.ts";
import { type Client, SessionClients } from "../../lib/notebook/session_clients.ts";
import { type Packed, TailReceiver, TailSender } from "../../lib/notebook/tails.ts";
import type { CellNews, Event, ToPage } from "../../lib/notebook/wire.ts";
import { inFolder } from "../in_folder.ts";

/** What a page knows, however often its connection was lost. */
class Page {
  /** by key of the event; a value whole */
  readonly known = new Map<string, unknown>();
  readonly events: Event[] = [];
  readonly lines: string[] = [];
  #receivers = new Map<string, TailReceiver>();
  #since?: Client["since"];
  #detach?: () => void;

  attach(clients: SessionClients): this {
    const { epoch } = clients;
    if (this.#since?.epoch !== epoch) this.lines.length = 0;
    this.#receivers.clear(); // each connection begins with whole values
    this.#detach = clients.attach({
      role: "owner",
      buffered: () => 0,
      send: (frame) => this.#take(decode(frame) as ToPage, epoch),
      ...(this.#since ? { since: this.#since } : {}),
    }, []);
    return this;
  }

  detach() {
    this.#detach?.();
  }

  /** The name is no more in the version that it shows. */
  forget(name: string) {
    this.#receivers.delete(name);
    this.known.delete(`value ${name}`);
  }

  #take(message: ToPage, epoch: string) {
    assert.equal(message.t, "batch");
    if (message.t !== "batch") return;
    assert.ok(this.#since?.epoch !== epoch || message.id > this.#since.id, "in order, once");
    this.#since = { epoch, id: message.id };
    for (const event of message.events) this.#event(event);
  }

  #event(event: Event) {
    this.events.push(event);
    if (event.t === "log") return this.lines.push(event.text);
    const key = "name" in event
      ? `${event.t} ${event.name}`
      : "cell" in event
      ? `${event.t} ${event.cell}`
      : event.t;
    if (event.t !== "value") return this.known.set(key, event);
    const receiver = this.#receivers.get(event.name) ?? new TailReceiver();
    this.#receivers.set(event.name, receiver);
    this.known.set(key, receiver.unpack(decode(event.value) as Packed));
  }
}

const line = (text: string): Event => ({ t: "log", level: "log", text });
const shown = (cell: string, ...values: unknown[]): Event => ({ t: "show", cell, values: encode(values) });
const news = (cell: string, state: CellNews["state"], more: Partial<CellNews> = {}): CellNews => (
  { t: "state", cell, state, ...more }
);

/** The values of one name, each a curve that grew, packed as a kernel packs them. */
function growing(name: string, cell = `cell of ${name}`): (loss: number[]) => Event {
  const sender = new TailSender();
  return (loss) => ({
    t: "value",
    name,
    cell,
    value: encode(sender.pack({ loss: Float64Array.from(loss) })),
  });
}

/** Opens a session's pages, does something, closes them: one life of a server. */
function life<T>(path: string, act: (clients: SessionClients) => T, growth?: number): T {
  const clients = new SessionClients(path, growth);
  try {
    return act(clients);
  } finally {
    clients.close();
  }
}

/** Resolves when a page of these has been sent all: after two batches' time, whatever waited is sent by the next. */
async function settled(page: Page, done: () => boolean) {
  for (const late = performance.now() + 10_000; !done();) {
    assert.ok(performance.now() < late, `not in time: ${JSON.stringify(page.events.slice(-5))}`);
    await new Promise((next) => setTimeout(next, 5));
  }
}

Deno.test("after a restart a new page has what a page had before: values, shows, states, inputs and log lines", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), run = growing("run");
    life(path, (clients) => {
      for (const event of [run([1]), run([1, 2]), shown("a", "old"), shown("a", "new", 7), run([1, 2, 3])]) {
        clients.emit(event);
      }
      clients.emit({ t: "input", name: "rate", value: 0.5 });
      clients.emit(news("a", "done", { seconds: 2 }));
      clients.emit({ t: "problems", diagnostics: [], loaded: true });
      for (let i = 1; i <= 600; i++) clients.emit(line(`line ${i}`));
    });
    life(path, (clients) => {
      const page = new Page().attach(clients);
      assert.deepEqual(Object.fromEntries(page.known), {
        "value run": { loss: Float64Array.of(1, 2, 3) },
        "show a": shown("a", "new", 7),
        "input rate": { t: "input", name: "rate", value: 0.5 },
        "state a": news("a", "done", { seconds: 2 }),
        problems: { t: "problems", diagnostics: [], loaded: true },
      });
      assert.deepEqual(page.lines, Array.from({ length: 500 }, (_, i) => `line ${i + 101}`));
      assert.deepEqual(clients.value("run"), { loss: Float64Array.of(1, 2, 3) });
      assert.deepEqual(clients.restored().inputs, Object.assign(Object.create(null), { rate: 0.5 }));
      assert.deepEqual([...clients.restored().states.values()], [news("a", "done", { seconds: 2 })]);
    });
  }));

Deno.test("what was at work when the server ended is stale, and its kernel has ended", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), reason = "the server ended while it ran";
    const before = [
      news("a", "running"),
      news("b", "queued", { seconds: 42 }),
      news("c", "done", { seconds: 1 }),
      news("d", "error", { error: { name: "Error", message: "no" } }),
    ];
    const after = [
      news("a", "stale", { reason }),
      news("b", "stale", { reason, seconds: 42 }),
      before[2],
      before[3],
    ];
    const page = new Page();
    life(path, (clients) => {
      page.attach(clients);
      clients.emit({ t: "kernel", state: "ready" });
      before.forEach((each) => clients.emit(each));
    });
    for (const restart of ["first", "second"]) {
      life(path, (clients) => {
        const { states } = clients.restored();
        assert.deepEqual(states, new Map(after.map((state) => [state.cell, state])), restart);
        const fresh = new Page().attach(clients);
        for (const state of after) assert.deepEqual(fresh.known.get(`state ${state.cell}`), state);
        assert.deepEqual(fresh.known.get("kernel"), { t: "kernel", state: "ended", why: "the server ended" });
        page.attach(clients); // one that saw them run
        for (const state of after.slice(0, 2)) assert.deepEqual(page.known.get(`state ${state.cell}`), state);
      });
    }
  }));

Deno.test("a page that comes back after a restart is sent what it lacks, once", () =>
  inFolder(async (folder) => {
    const path = join(folder, "events.2.bin"), page = new Page(), run = growing("run");
    const clients = new SessionClients(path);
    page.attach(clients);
    clients.emit(line("seen"));
    clients.emit(run([1]));
    await settled(page, () => page.known.has("value run"));
    page.detach();
    clients.emit(run([1, 2]));
    clients.emit(line("missed"));
    clients.close();
    life(path, (again) => {
      const before = page.events.length;
      page.attach(again);
      assert.deepEqual(page.events.slice(before).map(({ t }) => t), ["value", "log"]);
      assert.deepEqual(page.lines, ["seen", "missed"]);
      assert.deepEqual(page.known.get("value run"), { loss: Float64Array.of(1, 2) });
      page.detach();
      page.attach(again);
      assert.equal(page.events.length, before + 2, "nothing is new");
    });
  }));

Deno.test("a page that saw what a power cut took is sent everything, after one restart or two", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), pages = [new Page(), new Page()];
    const stateOf = (page: Page) => (page.known.get("state a") as CellNews).state;
    life(path, (clients) => clients.emit(news("a", "done", { seconds: 1 })));
    let kept = new Uint8Array();
    life(path, (clients) => {
      kept = Deno.readFileSync(path); // its mark is on the disk
      clients.emit(line("taken"));
      clients.emit(news("a", "error", { error: { name: "Error", message: "taken" } }));
      for (const page of pages) assert.equal(stateOf(page.attach(clients)), "error");
    });
    Deno.writeFileSync(path, kept);
    for (const page of pages) {
      life(path, (clients) => {
        for (let i = 0; i < 10; i++) clients.emit(line("later"));
        assert.equal(stateOf(page.attach(clients)), "done");
      });
    }
  }));

type Act =
  | { do: "grow"; name: string; by: number }
  | { do: "begin"; name: string }
  | { do: "state"; cell: string; state: CellNews["state"] }
  | { do: "line" | "restart" | "leave" | "forget" | "rename" };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("grow"),
      name: fc.constantFrom("x", "y"),
      by: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("begin"), name: fc.constantFrom("x", "y") }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("state"),
      cell: fc.constantFrom("a", "b"),
      state: fc.constantFrom("queued", "running", "done"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("line", "restart", "leave", "forget", "rename") }),
  },
) as fc.Arbitrary<Act>;

Deno.test("whatever happens between, a page that comes back knows what a new page is told, and each line once", () =>
  inFolder((folder) => {
    let n = 0;
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), fc.constantFrom(200, 2000, 1e9), (acts, growth) => {
        const path = join(folder, `${n++}.bin`), page = new Page(), said: string[] = [];
        const curves: Record<string, number[]> = {};
        let send: Record<string, (loss: number[]) => Event> = {};
        const gone = new Set<string>();
        const left = () =>
          [["cell of x", "cell of y", "a", "b"], ["x", "y"]].map((all) =>
            new Set(all.filter((each) => !gone.has(each)))
          ) as [Set<string>, Set<string>];
        let clients = new SessionClients(path, growth);
        for (const [i, each] of acts.entries()) {
          if (each.do === "grow") {
            const loss = curves[each.name] ??= [];
            for (const back of [each.name, `cell of ${each.name}`]) gone.delete(back);
            for (let k = 0; k < each.by; k++) loss.push(i + k / 100);
            clients.emit((send[each.name] ??= growing(each.name))(loss));
          } else if (each.do === "begin") {
            curves[each.name] = [];
          } else if (each.do === "state") {
            gone.delete(each.cell);
            clients.emit(news(each.cell, each.state));
          } else if (each.do === "line") {
            said.push(`line ${i}`);
            clients.emit(line(`line ${i}`));
          } else if (each.do === "leave") {
            page.attach(clients); // comes and goes: what it is sent at once is all it gets
            page.detach();
          } else if (each.do === "forget") {
            for (const cell of ["cell of y", "a"]) gone.add(cell);
            clients.keep(...left());
          } else if (each.do === "rename") { // y is no more: a kernel forgets it too
            gone.add("cell of y").add("y");
            delete send.y;
            clients.keep(...left());
          } else {
            clients.close();
            clients = new SessionClients(path, growth);
            clients.keep(...left()); // as every session does that is opened
            send = {}; // the kernel went with the server
          }
        }
        const fresh = new Page().attach(clients);
        page.attach(clients);
        assert.deepEqual(fresh.lines, said);
        assert.deepEqual(page.lines, said);
        for (const [key, value] of fresh.known) assert.deepEqual(page.known.get(key), value, key);
        clients.close();
        const later = life(path, (again) => new Page().attach(again));
        for (const [key, value] of fresh.known) {
          if (key.startsWith("value")) assert.deepEqual(later.known.get(key), value, key);
        }
        if (gone.has("y")) {
          assert.deepEqual([later.known.has("value y"), clients.value("y")], [false, undefined]);
        }
      }),
      { numRuns: 150 },
    );
  }));

Deno.test("a long session keeps a short log, and a new life of it has everything", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), growth = 100_000;
    let most = 0;
    const curve: number[] = [];
    life(path, (clients) => {
      const run = growing("run"), other = growing("other");
      clients.emit(other([7]));
      for (let i = 0; i < 3000; i++) {
        curve.push(i);
        if (i % 1000 === 0) curve.length = 0;
        clients.emit(run(curve));
        clients.emit(line(`line ${i} ${"x".repeat(100)}`));
        if (i % 100 === 0) most = Math.max(most, Deno.statSync(path).size);
      }
    }, growth);
    assert.ok(most > growth && most < 4 * growth, `${most} bytes`);
    assert.ok(readEventLog(path).length < 3000);
    life(path, (clients) => {
      const page = new Page().attach(clients);
      assert.deepEqual(page.known.get("value run"), { loss: Float64Array.from(curve) });
      assert.deepEqual(page.known.get("value other"), { loss: Float64Array.of(7) });
      assert.equal(page.lines.length, 500);
      assert.match(page.lines[499], /^line 2999 /);
    }, growth);
  }));

Deno.test("a session that is closed leaves a log that is soon read", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), loss = Array.from({ length: 1000 }, (_, i) => i);
    life(path, (clients) => {
      for (let run = 0; run < 300; run++) clients.emit(growing("run")(loss.map((each) => each + run)));
      assert.ok(Deno.statSync(path).size > 1_600_000);
    });
    assert.ok(Deno.statSync(path).size < 10_000);
    life(path, (clients) => {
      assert.deepEqual(clients.value("run"), { loss: Float64Array.from(loss, (each) => each + 299) });
    });
  }));

Deno.test("a value that was forgotten and goes on in another cell is whole in the log", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin"), first = growing("run");
    life(path, (clients) => {
      clients.emit(first([1, 2]));
      clients.keep(new Set(), new Set(["run"]));
      clients.emit(line("x".repeat(60_000))); // the log is rewritten
      clients.emit(first([1, 2, 3]));
    }, 50_000);
    assert.equal(readEventLog(path).length, 2);
    life(path, (clients) => assert.deepEqual(clients.value("run"), { loss: Float64Array.of(1, 2, 3) }));
  }));

Deno.test("of a name that is no more nothing stays: not for a page, nor in the log; it may come back", () =>
  inFolder(async (folder) => {
    const path = join(folder, "events.2.bin"), run = growing("run", "a");
    const names = () => readEventLog(path).flatMap(({ event }) => "name" in event ? [event.name] : []);
    const clients = new SessionClients(path), page = new Page().attach(clients);
    for (const event of [run([1]), run([1, 2]), growing("other", "a")([7])]) clients.emit(event);
    clients.emit({ t: "input", name: "rate", value: 0.5, chosen: true });
    await settled(page, () => page.known.size === 3);
    assert.deepEqual(names(), ["run", "run", "other", "rate"]);
    clients.keep(new Set(["a"]), new Set(["other"])); // the cell goes on
    page.forget("run");
    assert.equal(clients.value("run"), undefined);
    await settled(page, () => !names().includes("run"));
    assert.deepEqual(names(), ["other"]);
    assert.deepEqual([...new Page().attach(clients).known.keys()], ["value other"]);
    clients.emit(growing("run", "a")([1, 2, 3]));
    await settled(page, () => (page.known.get("value run") as { loss: Float64Array })?.loss.length === 3);
    clients.close();
    life(path, (again) => assert.deepEqual(again.value("run"), { loss: Float64Array.of(1, 2, 3) }));
  }));

Deno.test("a damaged log says so once in the page, and goes on with what came before", () =>
  inFolder((folder) => {
    const path = join(folder, "events.2.bin");
    life(path, (clients) => clients.emit(news("a", "done")));
    Deno.writeFileSync(path, Uint8Array.of(9, 9, 9), { append: true });
    for (let restart = 1; restart <= 2; restart++) {
      life(path, (clients) => {
        const page = new Page().attach(clients);
        assert.equal((page.known.get("state a") as CellNews).state, "done");
        assert.equal(page.lines.length, 1);
        assert.match(page.lines[0], /^damaged log: events\.2\.bin at byte \d+ \(3 bytes put aside as/);
      });
    }
  }));
