/**
 * What a power cut would find, which no killed process shows: the order of the calls that make a run durable, as the
 * kernel saw them. Nothing is put in place before it is on the disk, and nothing deleted before its successor is.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WRITER = fileURLToPath(new URL("./write_run.ts", import.meta.url));
const strace = await new Deno.Command("strace", { args: ["-o", "/dev/null", "true"], stderr: "null" })
  .output()
  .then(({ success }) => success, () => false);

/** One call: its name, the path that it is done to, and of a rename the path after it. */
interface Call {
  readonly name: string;
  readonly path: string;
  readonly to: string;
}

const TRACED = "mkdir,openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,unlink";

/** The calls on files below a folder, in order, and those on standard output, which say what is saved. */
async function callsOf(folder: string, run: string): Promise<Call[]> {
  const log = join(folder, "log");
  const { code, stderr } = await new Deno.Command("strace", {
    args: [
      ...["-f", "-y", "-s", "0", "-e", `trace=${TRACED}`, "-o", log],
      ...[Deno.execPath(), "run", "--quiet", "--no-check", "--allow-all", WRITER, run, "15"],
    ],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return Deno.readTextFileSync(log).split("\n").flatMap((line) => {
    const [, name, number, open, given, to = ""] =
      /^\d+ +(\w+)\((?:AT_FDCWD<[^>]*>, )?(?:(\d+)<([^>]*)>|"([^"]*)")(?:, "([^"]*)")?/.exec(line) ?? [];
    if (name === "openat" && !line.includes("O_CREAT")) return [];
    const path = number === "1" ? "stdout" : open ?? given;
    return path === "stdout" || path?.startsWith(folder) ? [{ name, path, to }] : [];
  });
}

const isWrite = ({ name }: Call) => ["write", "pwrite64", "ftruncate"].includes(name);
const isSync = ({ name }: Call) => name === "fsync" || name === "fdatasync";

/** Paths under a folder whose bytes, or whose entries, are not on the disk yet after these calls. */
function unsynced(calls: readonly Call[]): Set<string> {
  const open = new Set<string>(), made = new Set<string>();
  for (const call of calls) {
    if (isWrite(call) && call.path !== "stdout") open.add(call.path);
    if (isSync(call)) open.delete(call.path);
    // a removal may be lost: a checkpoint more is none less
    if (["rename", "mkdir"].includes(call.name)) open.add(dirname(call.to || call.path));
    // a file's first opening makes it; one that is renamed counts from there
    if (call.name === "openat" && !made.has(call.path) && !call.path.endsWith(".tmp")) {
      made.add(call.path);
      open.add(dirname(call.path));
    }
  }
  return open;
}

Deno.test({
  name: `a run is on the disk in the order in which it is needed${
    strace ? "" : " (ignored: strace does not run here)"
  }`,
  ignore: !strace,
  async fn() {
    const folder = Deno.realPathSync(await Deno.makeTempDir()), run = join(folder, "runs", "first");
    try {
      const calls = await callsOf(folder, run), seen = { renames: 0, saved: 0, removed: 0 };
      const checkpoints = join(run, "checkpoints");
      calls.forEach((call, i) => {
        const open = unsynced(calls.slice(0, i));
        open.delete(join(run, "lock")); // means nothing once its owner is gone
        if (call.name === "rename") {
          seen.renames++;
          assert.ok(!open.has(call.path), `${call.path} renamed before it is on the disk`);
          assert.equal(calls[i + 1].path, dirname(call.to), `${call.to} renamed, and its folder not synced`);
          assert.ok(isSync(calls[i + 1]));
          // rows, outcome and result come before the checkpoint that speaks of them
          if (dirname(call.to) === checkpoints) assert.deepEqual([...open], [], `before ${call.to}`);
        }
        if (call.path === "stdout") {
          seen.saved++;
          assert.deepEqual([...open], [], "said to be saved");
        }
        if (call.name === "unlink" && dirname(call.path) === checkpoints) {
          seen.removed++;
          assert.ok(!open.has(checkpoints), `${call.path} removed before its successor is on the disk`);
        }
      });
      assert.deepEqual(seen, { renames: 7, saved: 3, removed: 1 });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
