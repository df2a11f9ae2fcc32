import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { encode } from "../../lib/notebook/codec.ts";
import { readEventLog } from "../../lib/notebook/event_log.ts";
import type { Event, ToPage } from "../../lib/notebook/wire.ts";
import { Bench, head, Page, pause, ticks } from "./session_bench.ts";

const training = `${head}
// %% rate
const rate = view(inputs.range([0, 1], { value: 0.5 }));
// %% source [server]
${ticks("20")}
// %% train [server]
const run = await live(ticks(rate));
// %% host [server]
const host = { pid: Deno.pid };
// %% chart [browser]
display(run.n + host.pid);
`;

Deno.test("an open notebook whose training has ended", async (t) => {
  await using bench = await Bench.open(training);
  await t.step("a page sees a training grow, and a late page gets all of it at once", async () => {
    const { page } = bench;
    await bench.is("done", "train", "host");
    await bench.until(() => (page.values.get("run") as { n: number })?.n === 20);
    assert.ok(page.events.filter((event) => event.t === "value" && event.name === "run").length > 3);
    assert.ok((page.state("train")?.seconds ?? 0) > 0.05);
    const late = new Page("viewer");
    bench.session.attach(late.client);
    assert.deepEqual(late.frames.map((frame) => frame.t), ["hello", "cells", "batch"]);
    assert.deepEqual(late.values.get("run"), page.values.get("run"));
    assert.equal(late.state("train")?.state, "done");
    assert.deepEqual((late.frames[0] as Extract<ToPage, { t: "hello" }>).inputs, { rate: 0.5 });
    const log = readEventLog(join(bench.project, ".plateau/notebooks/~notebook/events.2.bin"));
    assert.equal(log.filter(({ event }) => event.t === "value" && event.name === "run").length, 20);
    assert.deepEqual(log.map(({ id }) => id), log.map((_, i) => i + 1));
  });
  await t.step(
    "opening a page runs nothing again, and a page that comes back gets only what is new",
    async () => {
      await bench.is("done", "train", "host");
      const pid = (bench.session.value("host") as { pid: number }).pid;
      const { epoch } = bench.page.frames[0] as Extract<ToPage, { t: "hello" }>;
      const id =
        (bench.page.frames.findLast((frame) => frame.t === "batch") as Extract<ToPage, { t: "batch" }>).id;
      const back = new Page("owner", { epoch, id });
      bench.session.attach(back.client);
      await pause(60);
      assert.ok(back.events.length <= 1, JSON.stringify(back.events));
      assert.equal((bench.session.value("host") as { pid: number }).pid, pid);
      assert.equal(
        bench.page.events.filter((event) =>
          event.t === "state" && event.state === "running" && event.cell === bench.page.key("train")
        ).length,
        1,
      );
    },
  );
  await t.step(
    "restart brings back what cost something and runs the rest in a new kernel; the index sees states",
    async () => {
      await bench.is("done", "train", "host");
      await bench.until(() => bench.page.values.has("host"));
      const { pid } = bench.page.values.get("host") as { pid: number };
      await bench.session.restart();
      await bench.until(() => (bench.page.values.get("host") as { pid: number }).pid !== pid);
      await bench.is("done", "train", "host");
      assert.equal(bench.page.state("train")?.cached, true);
      assert.equal(bench.page.state("host")?.cached, undefined);
      const state = bench.session.state();
      assert.equal(state.file, "notebook.ts");
      assert.equal(state.running, false);
      assert.ok(state.cells.done >= 2);
      const cells = bench.session.page() as Extract<ToPage, { t: "cells" }>;
      assert.match(bench.session.asset(cells.code)!, /cell_chart/);
      assert.equal(bench.session.asset("code.0.server.js"), undefined);
    },
  );
  await t.step("a change that trains waits as stale until Run; one that is undone does not", async () => {
    const { page } = bench;
    await bench.is("done", "train", "host");
    assert.deepEqual(bench.send({ t: "set", name: "rate", value: 0.25 }), { ok: true });
    await bench.is("stale", "train", "chart");
    assert.equal(page.state("train")?.reason, "rate changed");
    assert.equal(page.state("host")?.state, "done");
    bench.send({ t: "set", name: "rate", value: 0.5 });
    await bench.is("done", "train");
    await bench.is("idle", "chart");
    bench.send({ t: "set", name: "rate", value: 0.25 });
    bench.send({ t: "run" });
    await bench.until(() => (page.values.get("run") as { loss: Float64Array }).loss[0] === 0.25);
    await bench.is("done", "train");
    assert.ok(
      !page.events.some((event) => event.t === "input" && event.value === 0.25),
      "no echo to the sender",
    );
  });
  await t.step(
    "two pages: one's input reaches the other; a viewer and a forged name change nothing",
    async () => {
      await bench.is("done", "train", "host");
      const [other, viewer] = [new Page(), new Page("viewer")];
      bench.session.attach(other.client);
      bench.session.attach(viewer.client);
      const refused = [
        bench.send({ t: "set", name: "rate", value: 0.1 }, viewer),
        bench.send({ t: "set", name: "host", value: {} }),
        bench.send({ t: "set", name: "__proto__", value: {} }),
        bench.session.receive(bench.page.client, encode({ t: "eval", code: "1" })),
        bench.session.receive(bench.page.client, new Uint8Array([1, 2, 3])),
        bench.session.receive(bench.page.client, new Uint8Array(1_000_001)),
      ].map((answer) => answer.ok ? "done" : answer.why);
      assert.deepEqual(refused, [
        "only the owner of a notebook can run it",
        "unknown input: host (has rate)",
        "unknown input: __proto__ (has rate)",
        "invalid message: it is none of set, run, interrupt, restart",
        "invalid frame: 3 bytes",
        "invalid message: 1000001 bytes (at most 1000000)",
      ]);
      bench.send({ t: "set", name: "rate", value: 0.75 });
      await bench.until(() =>
        [other, viewer].every((page) =>
          page.events.some((event) => event.t === "input" && event.value === 0.75)
        )
      );
    },
  );
});

Deno.test("an input that trains nothing goes at once, and so does one of an auto cell", async () => {
  await using bench = await Bench.open(`${head}
// %% n
const n = view(inputs.range([1, 30], { value: 3 }));
// %% twice [server]
const twice = 2 * n;
// %% quick [server auto]
async function* some(k: number) { yield k; }
// %% live [server auto]
const last = await live(some(n));
// %% see [browser]
display(twice + last);
`);
  await bench.until(() => bench.page.values.get("twice") === 6 && bench.page.values.get("last") === 3);
  bench.send({ t: "set", name: "n", value: 5 });
  await bench.until(() => bench.page.values.get("twice") === 10 && bench.page.values.get("last") === 5);
});

Deno.test("interrupt keeps the partial value and the kernel", async () => {
  await using bench = await Bench.open(training.replace("n < 20", "n < 1e5"));
  const { page } = bench;
  await bench.until(() => (page.values.get("run") as { n: number })?.n > 5);
  assert.equal(await bench.session.interrupt(), "interrupted");
  await bench.is("stale", "train");
  assert.equal(page.state("train")?.reason, "stopped");
  const { n } = page.values.get("run") as { n: number };
  await pause(60);
  assert.equal((page.values.get("run") as { n: number }).n, n);
  bench.send({ t: "run", cells: [page.key("train")] });
  await bench.is("running", "train");
});

const endless = training.replace("n < 20", "n < 1e5");
const runsOf = (page: Page, name: string) =>
  page.events.filter((event) =>
    event.t === "state" && event.state === "running" && event.cell === page.key(name)
  ).length;

Deno.test("what Stop ended is stale for every page, its dependents are not, and Run goes on with it", async () => {
  await using bench = await Bench.open(endless);
  const { page } = bench;
  await bench.until(() => (page.values.get("run") as { n: number })?.n > 5);
  bench.send({ t: "interrupt" });
  await bench.is("stale", "train");
  assert.equal(page.state("chart"), undefined, "what was drawn of a part is true to it");
  const late = new Page();
  bench.session.attach(late.client);
  assert.deepEqual([late.state("train")?.state, late.state("train")?.reason], ["stale", "stopped"]);
  assert.equal(bench.session.state().cells.stale, 1);
  bench.send({ t: "run" });
  bench.send({ t: "run" });
  await bench.is("running", "train");
  await pause(60);
  assert.equal(runsOf(page, "train"), 2);
});

Deno.test("after Stop, an input that feeds the training and Run train once with it; undone, it stays stopped", async () => {
  await using bench = await Bench.open(endless);
  const { page } = bench;
  await bench.until(() => page.values.has("run"));
  bench.send({ t: "interrupt" });
  await bench.is("stale", "train");
  bench.send({ t: "set", name: "rate", value: 0.25 });
  await bench.until(() => page.state("train")?.reason === "stopped; rate changed");
  bench.send({ t: "set", name: "rate", value: 0.5 });
  await bench.until(() => page.state("train")?.reason === "stopped");
  bench.send({ t: "set", name: "rate", value: 0.25 });
  bench.send({ t: "run" });
  await bench.until(() => (page.values.get("run") as { loss: Float64Array }).loss[0] === 0.25);
  await pause(60);
  assert.equal(page.state("train")?.state, "running");
  assert.equal(runsOf(page, "train"), 2);
});

Deno.test("a training that is stopped before its first value can be run too", async () => {
  await using bench = await Bench.open(endless.replace("setTimeout(r, 5)", "setTimeout(r, 400)"));
  const { page } = bench;
  await bench.is("running", "train");
  bench.send({ t: "interrupt" });
  await bench.is("stale", "train", "chart");
  assert.deepEqual([page.state("train")?.reason, page.state("chart")?.reason], ["stopped", "train stopped"]);
  bench.send({ t: "run" });
  await bench.is("running", "train");
  await bench.until(() => page.values.has("run"));
  await bench.is("idle", "chart");
});

Deno.test("cells of the page stay stale after Run until the first values arrive", async () => {
  await using bench = await Bench.open(
    training.replace("setTimeout(r, 5)", "setTimeout(r, 60)").replace("n < 20", "n < 6"),
  );
  const { page } = bench;
  await bench.is("done", "train", "host");
  bench.send({ t: "set", name: "rate", value: 0.25 });
  bench.send({ t: "run" });
  const firstIs = page.events.length;
  await bench.is("running", "train");
  assert.equal(page.state("chart")?.state, "stale");
  assert.equal(page.state("chart")?.reason, "waits for train");
  await bench.is("idle", "chart");
  const since = page.events.slice(firstIs);
  const fresh = since.findIndex((event) => event.t === "state" && event.state === "idle");
  assert.ok(since.slice(0, fresh).some((event) => event.t === "value" && event.name === "run"));
  assert.equal(page.state("train")?.state, "running", "it is the first value, not the last");
});

const spin = (body: string) =>
  `${head}
// %% n
const n = view(inputs.range([1, 30], { value: 1 }));
// %% source [server]
${ticks("5")}
// %% train [server]
const run = await live(ticks(1));
// %% cheap [server]
const cheap = Deno.pid;
// %% wild [server]
const wild = (() => { if (n === 1) return 1; ${body} return 2; })();
// %% see [browser]
display([run.n, cheap, wild]);
`;

Deno.test("a cell that never ends makes its kernel busy and is killed; the page keeps its values, trainings that are not cached wait for Run, others run again", async () => {
  await using bench = await Bench.open(spin("while (true);"));
  const { page } = bench;
  await bench.is("done", "train", "cheap", "wild");
  await bench.until(() => page.values.has("cheap") && (page.values.get("run") as { n: number })?.n === 5);
  const cache = join(bench.project, ".plateau/notebooks/~notebook/run/cache");
  await bench.until(() =>
    existsSync(cache) && [...Deno.readDirSync(cache)].some(({ name }) => name.endsWith(".bin"))
  );
  const [pid, run] = [page.values.get("cheap"), page.values.get("run")];
  bench.send({ t: "set", name: "n", value: 2 });
  await bench.is("running", "wild");
  const kernel = () => page.kernel() as Extract<Event, { t: "kernel" }>;
  await bench.until(() => kernel().why !== undefined, 60_000);
  assert.equal(kernel().state, "ready");
  assert.match(kernel().why!, /^busy for \d+ s: Stop, or give the cell \[worker\]$/);
  Deno.removeSync(cache, { recursive: true });
  assert.equal(await bench.session.interrupt(), "killed");
  await bench.until(() => kernel().why === undefined && kernel().state === "ready");
  await bench.until(() => page.values.get("cheap") !== pid);
  await bench.until(() => page.state("wild")?.error?.name === "NoAnswer");
  assert.match(page.state("wild")!.error!.message, /^did not answer Stop for 600 ms/);
  await bench.is("stale", "train");
  assert.deepEqual(page.values.get("run"), run);
  bench.send({ t: "set", name: "n", value: 1 });
  await bench.is("done", "wild");
  bench.send({ t: "run" });
  await bench.is("done", "train");
});

Deno.test("a cell that runs out of memory is named and not run again until it is edited", async () => {
  const hungry = spin("const all: unknown[] = []; for (;;) all.push(new Array(1000).fill(all.length));")
    .replace("if (n === 1) return 1;", "");
  await using bench = await Bench.open(hungry, { heap: 96, memory: 400 });
  const { page } = bench;
  await bench.is("done", "cheap");
  await bench.until(() => page.state("wild")?.error?.name === "OutOfMemory");
  const starts = () =>
    page.events.filter((event) => event.t === "kernel" && event.state === "starting").length;
  await bench.until(() => starts() === 2 && (page.kernel() as { state: string }).state === "ready");
  await bench.is("done", "cheap", "train");
  await pause(60);
  assert.equal(starts(), 2, "one kernel that died and one that lives");
  assert.equal(page.state("wild")?.state, "error");
  assert.match(page.state("wild")!.error!.message, /^out of memory: more than/);
  bench.save(hungry.replace("all.push(", "if (all.length > 3) break; else all.push("));
  await bench.is("done", "wild");
});

Deno.test("a kernel that keeps ending is not started for ever; an edit starts it", async () => {
  const mod = "export const k = 1;\n";
  await using bench = await Bench.open(withModule("// %% a [server]\nconst a = k;"), {}, {
    "mod.ts": `${mod}setTimeout(() => Deno.exit(7), 30);\n`,
  });
  await bench.until(() => (bench.page.kernel() as { state: string })?.state === "stopped");
  assert.match((bench.page.kernel() as { why: string }).why, /ended 4 times within 10 s \(exit code 7\)/);
  Deno.writeTextFileSync(join(bench.project, "mod.ts"), mod);
  await bench.until(() => (bench.page.kernel() as { state: string }).state === "ready");
  await bench.is("done", "a");
});

const leaves = [
  ["at once", "self.close();"],
  ["when it is done", "setTimeout(() => Deno.exit(7), 30);"],
];
for (const [when, code] of leaves) {
  Deno.test(`a cell that ends its kernel ${when} is told so and not run again; what else ran is`, async () => {
    const text = `${head}
// %% leaves [server]
const leaves = 1;
${code}
// %% waits [server]
const waits = await new Promise(() => {});
`;
    await using bench = await Bench.open(text);
    await bench.until(() => bench.page.state("leaves")?.error?.name === "KernelEnded");
    await bench.is("running", "waits");
    await bench.is("error", "leaves");
    bench.save(text.replace(code, ""));
    await bench.is("done", "leaves");
  });
}

Deno.test("saving re-runs only what changed; a syntax error keeps the last good version and says where", async () => {
  await using bench = await Bench.open(training);
  const { page } = bench;
  await bench.is("done", "train", "host");
  const runs = (name: string) =>
    page.events.filter((event) =>
      event.t === "state" && event.state === "running" && event.cell === page.key(name)
    ).length;
  bench.save(
    training.replace("// %% host", "// a comment\n\n// %% host").replace(
      "pid: Deno.pid",
      "pid: Deno.pid, more: 1",
    ),
  );
  await bench.until(() => (page.values.get("host") as { more?: number })?.more === 1);
  assert.equal(runs("train"), 1);
  const cells = page.frames.filter((frame) => frame.t === "cells").length;
  bench.save(training.replace("pid: Deno.pid", "pid: = Deno.pid"));
  const problem = () =>
    page.events.findLast((event) => event.t === "problems") as Extract<Event, { t: "problems" }>;
  await bench.until(() => problem()?.loaded === false);
  assert.ok(
    problem().diagnostics.some(({ level, line }) => level === "error" && line === 10),
    JSON.stringify(problem()),
  );
  assert.equal(page.frames.filter((frame) => frame.t === "cells").length, cells);
  assert.equal(page.state("host")?.state, "done");
  bench.save(training);
  await bench.until(() => problem().loaded);
  assert.equal(runs("train"), 1);
});

Deno.test("saving a module re-runs the cells that import it, in the same kernel", async () => {
  const text = `${head}import { answer } from "./answer.ts";
// %% a [server]
const a = { answer: answer(), pid: Deno.pid };
// %% other [server]
const other = { at: performance.now(), pid: Deno.pid };
// %% see [browser]
display([a, other]);
`;
  await using bench = await Bench.open(text, {}, { "answer.ts": "export const answer = () => 41;\n" });
  const { page } = bench;
  await bench.until(() => page.values.has("a") && page.values.has("other"));
  const other = page.values.get("other") as { at: number; pid: number };
  Deno.writeTextFileSync(join(bench.project, "answer.ts"), "export const answer = () => 42;\n");
  await bench.until(() => (page.values.get("a") as { answer: number }).answer === 42);
  assert.deepEqual(page.values.get("other"), other);
  assert.equal((page.values.get("a") as { pid: number }).pid, other.pid);
});

Deno.test("a broken cell is an error with its place, the others live, and mending it runs it", async () => {
  const text = `${head}
// %% fine [server]
const fine = 1;
// %% twice one [server]
const double = 1;
// %% twice two [server]
const double = 2;
// %% see [browser]
display([fine, double]);
`;
  await using bench = await Bench.open(text);
  await bench.is("done", "fine");
  assert.equal(bench.page.state("twice two")?.state, "error");
  assert.ok((bench.page.state("twice two")?.error?.line ?? 0) >= 4);
  assert.ok(bench.session.state().diagnostics.length > 0);
  bench.save(text.replace("const double = 2", "const single = 2"));
  await bench.is("done", "twice one", "twice two");
});

Deno.test("an import that is missing is an error of the cells that use it, at its line", async () => {
  await using bench = await Bench.open(`${head}import { gone } from "./gone.ts";
// %% uses [server]
const uses = gone();
// %% fine [server]
const fine = 1;
// %% see [browser]
display([uses, fine]);
`);
  await bench.is("done", "fine");
  assert.equal(bench.page.state("uses")?.state, "error");
  assert.equal(bench.page.state("uses")?.error?.line, 2);
});

Deno.test("a page that cannot keep up gets the latest, not everything", async () => {
  await using bench = await Bench.open(training);
  const slow = new Page();
  slow.stuck = 5e6;
  bench.session.attach(slow.client);
  await bench.is("done", "train", "host");
  await pause(40);
  assert.deepEqual(slow.frames.map((frame) => frame.t), ["hello", "cells"]);
  slow.stuck = 0;
  await bench.until(() => slow.values.size === 2);
  assert.equal(slow.events.filter((event) => event.t === "value" && event.name === "run").length, 1);
  assert.deepEqual(slow.values.get("run"), bench.page.values.get("run"));
});

Deno.test("an input moved while a training runs does not cut it: it counts when the training has ended", async () => {
  await using bench = await Bench.open(training.replace("setTimeout(r, 5)", "setTimeout(r, 25)"));
  const { page } = bench;
  await bench.until(() => page.values.has("run"));
  bench.send({ t: "set", name: "rate", value: 0.25 });
  await bench.until(() => page.state("chart")?.reason === "rate changed");
  assert.deepEqual([page.state("train")?.state, page.state("train")?.reason], ["running", "rate changed"]);
  await bench.is("stale", "train");
  const { n, loss } = page.values.get("run") as { n: number; loss: Float64Array };
  assert.deepEqual([n, loss[0]], [20, 0.5]);
});

Deno.test("a server that begins again has values, shows and choices at once, and trains nothing unasked", async () => {
  await using bench = await Bench.open(
    training.replace("const host = { pid: Deno.pid };", "const host = { pid: Deno.pid };\ndisplay(rate);"),
  );
  await bench.is("done", "train", "host");
  bench.send({ t: "set", name: "rate", value: 0.25 });
  await bench.is("stale", "train");
  const attach = await bench.reopen();
  attach();
  const { page } = bench;
  assert.equal((page.values.get("run") as { n: number }).n, 20, "before the kernel is there");
  assert.deepEqual(page.shown("host"), [0.25]);
  assert.deepEqual((page.frames[0] as { inputs: unknown }).inputs, { rate: 0.25 });
  assert.equal(page.state("train")?.reason, "rate changed");
  await bench.until(() => page.kernel()?.state === "ready");
  await bench.is("stale", "train");
  await bench.is("done", "host");
  assert.deepEqual([page.state("train")?.reason, runsOf(page, "train")], ["rate changed", 0]);
  bench.send({ t: "run" }, page);
  await bench.until(() => (page.values.get("run") as { loss: Float64Array }).loss[0] === 0.25);
});

Deno.test("a cell that ended its kernel is not run again by the next server either", async () => {
  await using bench = await Bench.open(`// %% eat [server]\nconst eat = Deno.exit(3);\n`);
  await bench.is("error", "eat");
  (await bench.reopen())();
  await bench.until(() => bench.page.kernel()?.state === "ready");
  await bench.is("error", "eat");
  assert.equal(bench.page.state("eat")?.error?.name, "KernelEnded");
  bench.save(`// %% eat [server]\nconst eat = 1;\n`);
  await bench.is("done", "eat");
});

const withModule = (...cells: string[]) => `${head}import { k } from "./mod.ts";\n${cells.join("\n")}\n`;
const one = "// %% one [server]\nconst one = [1]; display(one);";

Deno.test("a module that throws when it is loaded is an error of all; once it is mended, all are what they were", async () => {
  const mod = "export const k = 1;\n";
  await using bench = await Bench.open(withModule(one, "// %% two [server]\ndisplay(k);"), {}, {
    "mod.ts": mod,
  });
  await bench.is("done", "one", "two");
  const save = (text: string) => Deno.writeTextFileSync(join(bench.project, "mod.ts"), text);
  save(`${mod}throw new Error("no module");\n`);
  await bench.is("error", "one", "two");
  save("export const k = 2;\n");
  await bench.is("done", "one", "two");
  assert.deepEqual([bench.page.shown("one"), bench.page.shown("two")], [[[1]], [2]]);
});

Deno.test("a choice that waits for a training reaches the kernel when the training is edited away", async () => {
  const rate = "// %% rate\nconst rate = view(inputs.range([0, 10], { value: 1 }));";
  const cheap = "// %% cheap [server]\ndisplay([Deno.pid > 0, rate]);";
  const train = "// %% train [server]\nconst run = await live((async function* () { for (;;) " +
    "{ yield rate; await new Promise((r) => setTimeout(r, 10)); } })());";
  await using bench = await Bench.open(`${head}${rate}\n${cheap}\n${train}\n`);
  await bench.is("running", "train");
  await bench.is("done", "cheap");
  bench.send({ t: "set", name: "rate", value: 5 });
  await bench.is("stale", "cheap");
  bench.save(`${head}${rate}\n${cheap}\n`);
  await bench.until(() => `${bench.page.shown("cheap")}` === "true,5");
  await bench.is("done", "cheap");
});

Deno.test("what comes while a kernel makes room for the next starts no third; a run folder that a cell removed is made again", async () => {
  const remove = "// %% remove [server]\nDeno.removeSync(Deno.cwd() + " +
    '"/.plateau/notebooks/~notebook/run", { recursive: true });\ndisplay(Deno.pid);';
  await using bench = await Bench.open(withModule(one, remove), {}, { "mod.ts": "export const k = 1;\n" });
  await bench.is("done", "one", "remove");
  const first = bench.page.shown("remove");
  const starts = () =>
    bench.page.events.filter((event) => event.t === "kernel" && event.state === "starting");
  const before = starts().length;
  const restarts = [bench.session.restart(), bench.session.restart(), bench.session.reload()];
  bench.session.run();
  await Promise.all(restarts);
  await bench.until(() => bench.page.shown("remove")?.toString() !== first?.toString());
  await bench.is("done", "one", "remove");
  assert.equal(starts().length - before, 1);
});

Deno.test("what a function holds that a cell made of a file is not known by the cell's text", async () => {
  const made = "// %% made [server]\nconst f = await (async () => " +
    '{ const t = await Deno.readTextFile("data.txt"); return () => t; })();';
  const slow = "// %% slow [server]\nawait new Promise((r) => setTimeout(r, 60));\ndisplay(f());";
  await using bench = await Bench.open(`${head}${made}\n${slow}\n`, {}, { "data.txt": "old" });
  await bench.is("done", "slow");
  Deno.writeTextFileSync(join(bench.project, "data.txt"), "new");
  await bench.session.restart();
  await bench.until(() => `${bench.page.shown("slow")}` === "new");
});

Deno.test("a name that is no more is forgotten by all; one that comes back is whole again", async () => {
  const text = `${head}
// %% made [server]
await new Promise((r) => setTimeout(r, 60)); // long enough to be kept in the cache
const made = new Float64Array(1000).fill(7);
// %% see [browser]
display(made);
`;
  await using bench = await Bench.open(text);
  const { page, session } = bench, values = () => page.events.filter(({ t }) => t === "value").length;
  await bench.until(() => page.values.has("made"));
  bench.save(text.replaceAll("made)", "other)").replace("const made", "const other"));
  await bench.until(() => page.values.has("other"));
  assert.equal(session.value("made"), undefined);
  const before = values(), seen = page.events.length;
  bench.save(text);
  await bench.until(() => values() > before);
  assert.deepEqual(session.value("made"), new Float64Array(1000).fill(7));
  assert.deepEqual(page.values.get("made"), session.value("made"));
  assert.equal(session.value("other"), undefined);
  const kernels = page.events.slice(seen).flatMap((event) => event.t === "kernel" ? [event.state] : []);
  assert.ok(kernels.every((state) => state === "ready"), `it is the same kernel: ${kernels}`);
  const log = join(bench.project, ".plateau/notebooks/~notebook/events.2.bin");
  const names = () => readEventLog(log).flatMap(({ event }) => "name" in event ? [event.name] : []);
  await bench.until(() => names().join() === "made");
});
