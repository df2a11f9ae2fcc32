/**
 * The process is killed at, or the kernel refuses, every call by which a session's log grows and is rewritten: what was
 * recorded is there for the next life. A power cut, which loses what the disk had not taken, is not tried here.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder } from "../in_folder.ts";

const WRITER = fileURLToPath(new URL("event_log_writer.ts", import.meta.url));
const GROWTH = 2000, EVENTS = 24;
const strace = await new Deno.Command("strace", { args: ["-o", "/dev/null", "true"], stderr: "null" })
  .output()
  .then(({ success }) => success, () => false);

interface Begun {
  /** values of the curve that the log held, and the last of them */
  readonly length: number;
  readonly last: number;
  readonly lines: readonly string[];
}

/** One life of the writer, with one of its calls on the log tampered with. */
async function life(path: string, events: number, tamper?: string, later?: "later") {
  const deno = [Deno.execPath(), "run", "--quiet", "--no-check", "--allow-all", WRITER];
  const args = [path, String(GROWTH), String(events), ...(later ? [later] : [])];
  // only calls on the log and on what takes its place count
  const only = ["-P", path, "-P", `${path}.00000000.tmp`];
  const [command, ...rest] = tamper === undefined
    ? [...deno, ...args]
    : ["strace", "-f", "-o", "/dev/null", ...only, "-e", `inject=${tamper}`, ...deno, ...args];
  const { code, signal, stdout, stderr } = await new Deno.Command(command, { args: rest }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const [begun, ...said] = text(stdout).trim().split("\n");
  return {
    killed: signal === "SIGKILL" || code === 137,
    begun: begun ? JSON.parse(begun) as Begun : undefined,
    /** how many values were recorded when it last spoke */
    recorded: Math.max(0, ...said.filter((line) => /^\d+$/.test(line)).map(Number)),
    lines: said.at(-1)?.startsWith("[") ? JSON.parse(said.at(-1)!) as string[] : [],
    stderr: text(stderr),
  };
}

const CALLS: readonly [call: string, whens: readonly number[]][] = [
  ["write", [1, 2, 5, 11, 12, 13, 20]],
  ["rename", [1, 2]],
  ["fsync", [1, 2, 3]],
];

for (const [call, whens] of CALLS) {
  Deno.test({
    name: `a log whose writer is killed at a ${call} has all that was recorded${
      strace ? "" : " (ignored: no strace)"
    }`,
    ignore: !strace,
    fn: () =>
      inFolder(async (folder) => {
        let hits = 0;
        for (const when of whens) {
          const path = join(folder, `${when}.bin`);
          const cut = await life(path, EVENTS, `${call}:signal=KILL:when=${when}`);
          if (!cut.killed) continue;
          hits++;
          const { begun, recorded, stderr } = await life(path, 3);
          assert.ok(begun, stderr);
          assert.ok(begun.length >= cut.recorded, `${begun.length} of ${cut.recorded} at ${when}`);
          assert.ok(begun.length <= cut.recorded + 1);
          assert.equal(begun.last, begun.length);
          assert.deepEqual(begun.lines, []);
          assert.equal(recorded, begun.length + 3);
          assert.deepEqual(
            [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /tmp|damaged/.test(name)),
            [],
          );
        }
        assert.ok(hits >= 2, `${hits} calls hit`);
      }),
  });
}

const FAULTS: readonly [fault: string, said: RegExp][] = [
  [
    "write:error=ENOSPC:when=5",
    /^not recorded: storage fault: \S+ \(no space left, ENOSPC\); a server that starts/,
  ],
  [
    "rename:error=EACCES:when=1",
    /^not recorded: storage fault: \S+ \(permission denied, EACCES\); a server that/,
  ],
  [
    "fsync:error=EIO:when=2",
    /^not recorded: storage fault: \S+ \(input\/output error, EIO\); a server that starts/,
  ],
];

for (const [fault, said] of FAULTS) {
  Deno.test({
    name: `${fault}: the page is told once and has everything, and the log has what came before`,
    ignore: !strace,
    fn: () =>
      inFolder(async (folder) => {
        const path = join(folder, "events.bin"), cut = await life(path, EVENTS, fault);
        assert.equal(cut.recorded, EVENTS, cut.stderr);
        assert.equal(cut.lines.length, 1);
        assert.match(cut.lines[0], said);
        const { begun } = await life(path, 0);
        assert.ok(begun!.length > 0 && begun!.length < EVENTS, `${begun!.length}`);
        assert.equal(begun!.last, begun!.length);

        // once the storage does what it is asked, all is recorded anew
        const again = join(folder, "again.bin");
        await life(again, EVENTS, fault, "later");
        const healed = await life(again, 0);
        assert.deepEqual([healed.begun!.length, healed.begun!.last], [EVENTS, EVENTS]);
        assert.match(healed.begun!.lines.join(), said);
      }),
  });
}
