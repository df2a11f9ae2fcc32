import assert from "node:assert/strict";
import { childInTime, type ChildLimits } from "../../../server/report/child_in_time.ts";

const late = () => new Error("late");

/** Runs a shell's line: what it wrote by its end, and how it ended. */
async function ran(line: string, limits: Omit<ChildLimits, "late">) {
  const child = new Deno.Command("sh", { args: ["-c", line], stdin: "null", stdout: "piped" }).spawn();
  const given = new Response(child.stdout).text();
  const came = await childInTime(child, given, { late, ...limits }).catch((error: Error) => error.message);
  const { code, signal } = await child.status;
  await given; // nothing that it began is left behind
  return { came, code, signal };
}

Deno.test("what a process gives in its time is taken", async () => {
  assert.deepEqual(await ran("echo here", { seconds: 20 }), { came: "here\n", code: 0, signal: null });
});

Deno.test("a process that has ended, but not its output, is late, and no fault in a timer", async () => {
  const { came, code } = await ran("sleep 1 & exit 3", { seconds: 0.3 });
  assert.deepEqual({ came, code }, { came: "late", code: 3 });
});

Deno.test("a process that is late, or is not wanted any more, is gone afterwards", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("not wanted")), 100);
  const cases: readonly [limits: Omit<ChildLimits, "late">, came: string][] = [
    [{ seconds: 0.2 }, "late"],
    [{ seconds: 60, signal: stop.signal }, "not wanted"],
    [{ seconds: 60, signal: AbortSignal.abort(new Error("never wanted")) }, "never wanted"],
  ];
  const ends = await Promise.all(cases.map(([limits]) => ran("exec sleep 60", limits)));
  assert.deepEqual(ends, cases.map(([, came]) => ({ came, code: 137, signal: "SIGKILL" })));
});
