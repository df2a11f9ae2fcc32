/**
 * The process is killed at, or the kernel refuses, every single call that makes states durable: what is on the disk is
 * whole each time, and the run ends in the same bytes when it is begun again.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readState } from "../../lib/checkpoints/read_state.ts";
import { stateAt } from "../checkpoints/states.ts";

const WRITER = fileURLToPath(new URL("../checkpoints/write_run.ts", import.meta.url));
const LAST = 10;
const FILES = ["result.safetensors", "updates.f64", "evaluations.jsonl"];
/** Calls, and what the kernel may answer. */
const CALLS = { rename: "EACCES", ftruncate: "EIO", fsync: "EIO", pwrite64: "ENOSPC" } as const;

const strace = await new Deno.Command("strace", { args: ["-o", "/dev/null", "true"], stderr: "null" })
  .output()
  .then(({ success }) => success, () => false);

/** Writes a run with one of its calls tampered with: the `when`-th. */
async function write(folder: string, tamper: string | null) {
  const deno = [Deno.execPath(), "run", "--quiet", "--no-check", "--allow-all", WRITER, folder, String(LAST)];
  const [command, ...args] = tamper === null
    ? deno
    : ["strace", "-f", "-o", "/dev/null", "-e", `inject=${tamper}`, ...deno];
  const { code, signal, stdout, stderr } = await new Deno.Command(command, { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    killed: signal === "SIGKILL" || code === 137,
    code,
    saved: text(stdout).trim().split("\n").filter(Boolean).map(Number),
    said: text(stderr),
  };
}

function checkWhole(folder: string, saved: readonly number[]): void {
  let state;
  try {
    state = readState(folder);
  } catch (error) {
    assert.match((error as Error).message, /^unknown state: /);
    return assert.deepEqual(saved, []);
  }
  const { step } = state.position, end = state.end;
  assert.ok(step >= (saved.at(-1) ?? 0), `step ${step} after ${saved} were saved`);
  assert.deepEqual(state, stateAt(step, 0.25, end));
}

for (const [call, fault] of Object.entries(CALLS)) {
  for (const tamper of ["signal=KILL", `error=${fault}`]) {
    Deno.test({
      name: `${tamper} at every ${call}: what is on the disk is whole${
        strace ? "" : " (ignored: strace does not run here)"
      }`,
      ignore: !strace,
      async fn() {
        const folder = await Deno.makeTempDir();
        const uncut = join(folder, "uncut");
        try {
          await write(uncut, null);
          let hits = 0;
          for (let when = 1; when <= 40; when++) {
            const cut = join(folder, String(when));
            const { killed, code, saved, said } = await write(cut, `${call}:${tamper}:when=${when}`);
            if (!killed && code === 0) break; // there is no such call any more
            hits++;
            if (!killed) {
              assert.equal(code, 3, said);
              assert.match(
                said,
                new RegExp(`^StorageFault: storage fault: \\S+ \\([^\\n]*, ${fault}\\)\\n$`),
              );
            }
            checkWhole(cut, saved);
            const again = await write(cut, null);
            assert.equal(again.code, 0, again.said);
            for (const file of FILES) {
              assert.deepEqual(
                Deno.readFileSync(join(cut, file)),
                Deno.readFileSync(join(uncut, file)),
                file,
              );
            }
          }
          assert.ok(hits >= 4, `${hits} calls hit`);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      },
    });
  }
}
