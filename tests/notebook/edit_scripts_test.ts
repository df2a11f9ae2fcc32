/** Whatever is done to a notebook, what it shows in the end is what a fresh run of its last text shows. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { type Edit, EditScript, editScripts, textOf } from "./edit_script_arbitrary.ts";
import { ReactiveBench, turn } from "./reactive_bench.ts";

/** How many random scripts; `deno task scripts` asks for 5,000. */
const SCRIPTS = Number(Deno.env.get("PLATEAU_SCRIPTS") ?? 200);
/** How long an interrupted cell that goes on waiting is given. */
const GRACE_MILLISECONDS = 250;

/** What a reader of the notebook has in front of them: states, kinds of error, what is shown, the names' values. */
function picture(bench: ReactiveBench) {
  return bench.cells.map((cell) => {
    const { state, detail: { error, reason }, shown } = bench.seen(cell.key);
    const said = { cell: cell.source, state, reason, error: error && kindOf(error) };
    if (error?.waitsFor || state !== "done" && state !== "error") return said;
    return { ...said, shown: [...shown], values: state === "done" ? valuesOf(bench, cell.defines) : [] };
  });
}

const kindOf = ({ name, message, waitsFor }: { name: string; message: string; waitsFor?: string }) =>
  waitsFor ? "waits" : `${name}: ${message}`;

/** A function is told by what it gives. */
function valuesOf(bench: ReactiveBench, names: readonly string[]): unknown[] {
  return names.map((name) => {
    const value = bench.value(name);
    if (!bench.has(name)) return [name, "no value"];
    if (typeof value !== "function") return [name, value];
    try {
      return [name, "gives", value(1)];
    } catch (error) {
      return [name, "throws", String(error)];
    }
  });
}

async function act(bench: ReactiveBench, edit: Edit, cells: EditScript["cells"]) {
  switch (edit.t) {
    case "set": {
      const inputs = bench.cells.flatMap((cell) => cell.views);
      if (inputs.length > 0) bench.set(inputs[edit.at % inputs.length], edit.value);
      return;
    }
    case "interrupt":
      return bench.interrupt();
    case "settle":
      return await bench.settle();
    default:
      await bench.save(textOf(cells));
  }
}

/** Lets everything end, and runs again what Stop ended. */
async function rest(bench: ReactiveBench, interrupted: boolean) {
  await bench.settle();
  if (!interrupted) return;
  if (bench.cells.some((cell) => bench.seen(cell.key).state === "running")) {
    await new Promise((resolve) => setTimeout(resolve, GRACE_MILLISECONDS + 30));
    await bench.settle();
  }
  const stopped = bench.cells.filter((cell) => bench.seen(cell.key).detail.reason === "stopped");
  bench.rerun(stopped.map((cell) => cell.key));
  await bench.settle();
}

async function played(script: EditScript): Promise<ReactiveBench> {
  const bench = new ReactiveBench();
  const versions = script.versions();
  await bench.save(textOf(versions[0]));
  for (const [i, { turns, edit }] of script.steps.entries()) {
    for (let wait = 0; wait < turns; wait++) await turn();
    await act(bench, edit, versions[i + 1]);
  }
  await rest(bench, script.steps.some(({ edit }) => edit.t === "interrupt"));
  return bench;
}

/** The names whose failure a cell may say that it waits for: those of failed cells up its reads, or of no cell. */
function causes(bench: ReactiveBench, key: string): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const queue = [...bench.cells.find((cell) => cell.key === key)!.reads];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const maker = bench.cells.find((cell) => cell.defines.includes(name));
    if (!maker) found.add(name);
    else if (bench.seen(maker.key).state === "error" && !bench.seen(maker.key).detail.error?.waitsFor) {
      found.add(name);
    } else queue.push(...maker.reads);
  }
  return found;
}

Deno.test("after any script of edits a notebook shows what a fresh run of its text shows", async () => {
  await fc.assert(
    fc.asyncProperty(editScripts, async (script) => {
      const bench = await played(script);
      const fresh = await ReactiveBench.of(textOf(script.versions().at(-1)!), bench.chosen);
      try {
        assert.deepEqual(picture(bench), picture(fresh));
        assert.deepEqual(bench.late, []);
        for (const { key } of bench.cells) {
          const { waitsFor } = bench.seen(key).detail.error ?? {};
          if (waitsFor) assert.ok(causes(bench, key).has(waitsFor), `waits for ${waitsFor}`);
        }
      } finally {
        bench.dispose();
        fresh.dispose();
      }
    }),
    { numRuns: SCRIPTS },
  );
  await new Promise((resolve) => setTimeout(resolve, GRACE_MILLISECONDS + 50));
  await stopBundler();
});
