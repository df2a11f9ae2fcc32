import assert from "node:assert/strict";
import { join } from "node:path";
import { savedAt } from "../../lib/notebook/session_file.ts";
import { SessionWatch, type WatchOptions } from "../../lib/notebook/session_watch.ts";
import { inFolder } from "../in_folder.ts";

/** Looks seldom, so that only the system's watch can be quick; and often, so that a test is. */
const BY_WATCH = { look: 1e9 }, BY_LOOK = { look: 40 };

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** A watch on `work/a.ts` that reads the file at each word of it, as a session does. */
class Watched {
  readonly work: string;
  readonly file: string;
  /** what the file was each time; null when there was none */
  readonly seen: (string | null)[] = [];
  readonly said: string[] = [];
  readonly watch: SessionWatch;

  constructor(folder: string, options: WatchOptions) {
    this.work = join(folder, "work");
    this.file = join(this.work, "a.ts");
    Deno.mkdirSync(this.work);
    this.save("first");
    this.watch = new SessionWatch(() => this.seen.push(this.now()), {
      say: (line) => this.said.push(line),
      ...options,
    });
    this.watch.watch([this.file, join(folder, "module.ts")]);
  }
  save(text: string) {
    Deno.writeTextFileSync(this.file, text);
  }
  now(): string | null {
    try {
      return Deno.readTextFileSync(this.file);
    } catch {
      return null;
    }
  }
  /** Resolves when the last word of the file was that it is so. */
  async sees(text: string | null) {
    for (const late = performance.now() + 60_000; this.seen.at(-1) !== text;) {
      assert.ok(performance.now() < late, `not in time: ${text}; saw ${JSON.stringify(this.seen)}`);
      await pause(5);
    }
  }
}

async function watched(options: WatchOptions, act: (watched: Watched, folder: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const here = new Watched(folder, options);
    await pause(0);
    try {
      await act(here, folder);
    } finally {
      here.watch.close();
    }
  });
}

/** How many of the changes leave the folder as it is. */
const IN_FOLDER = 6;
/** Ways in which a file is saved and lost, each with what it is then. */
const CHANGES: readonly [
  name: string,
  change: (here: Watched, folder: string) => unknown,
  then: string | null,
][] = [
  ["written in place", (here) => here.save("second"), "second"],
  ["replaced by an editor that writes beside it", ({ work, file }) => {
    Deno.writeTextFileSync(join(work, ".a.ts.swp"), "second");
    Deno.renameSync(join(work, ".a.ts.swp"), file);
  }, "second"],
  ["moved away and written anew", ({ file, save }) => {
    Deno.renameSync(file, `${file}~`);
    save.call({ file }, "second");
  }, "second"],
  ["deleted", ({ file }) => Deno.removeSync(file), null],
  ["moved to another folder", ({ file }, folder) => Deno.renameSync(file, join(folder, "b.ts")), null],
  ["replaced by a folder", ({ file }) => {
    Deno.removeSync(file);
    Deno.mkdirSync(file);
  }, null],
  ["deleted with its folder", ({ work }) => Deno.removeSync(work, { recursive: true }), null],
  ["moved with its folder", ({ work }, folder) => Deno.renameSync(work, join(folder, "elsewhere")), null],
];

for (const [name, change, then] of CHANGES) {
  Deno.test(`a file that was ${name} is noticed, and so is what comes after it`, () =>
    watched(BY_LOOK, async (here, folder) => {
      await change(here, folder);
      await here.sees(then);
      await Deno.remove(here.work, { recursive: true }).catch(() => {});
      await here.sees(null);
      Deno.mkdirSync(here.work);
      here.save("back");
      await here.sees("back");
      here.save("and edited");
      await here.sees("and edited");
    }));
}

for (const [name, change, then] of CHANGES.slice(0, IN_FOLDER)) {
  Deno.test(`a file that was ${name} is noticed by the watch alone`, () =>
    watched(BY_WATCH, async (here, folder) => {
      await change(here, folder);
      await here.sees(then);
    }));
}

Deno.test("a folder that another one takes the place of is watched in its stead", () =>
  watched(BY_LOOK, async (here, folder) => {
    const other = join(folder, "other");
    Deno.mkdirSync(other);
    Deno.writeTextFileSync(join(other, "a.ts"), "second");
    Deno.renameSync(here.work, join(folder, "old"));
    Deno.renameSync(other, here.work);
    await here.sees("second");
    here.save("third");
    await here.sees("third");
  }));

Deno.test("two that watch one folder both notice what is saved after it was made anew", () =>
  watched(BY_LOOK, async (here) => {
    const other: (string | null)[] = [];
    const second = new SessionWatch(() => other.push(here.now()), BY_LOOK);
    second.watch([here.file]);
    try {
      Deno.removeSync(here.work, { recursive: true });
      Deno.mkdirSync(here.work);
      here.save("second");
      await here.sees("second");
      here.save("third");
      await here.sees("third");
      for (const late = performance.now() + 60_000; other.at(-1) !== "third"; await pause(5)) {
        assert.ok(performance.now() < late, JSON.stringify(other));
      }
    } finally {
      second.close();
    }
  }));

Deno.test("when other files are watched from now on, the watch still tells of those before", () =>
  watched(BY_WATCH, async (here, folder) => {
    const added = join(folder, "lib");
    Deno.mkdirSync(added);
    here.watch.watch([here.file, join(added, "b.ts")]);
    for (const file of [here.file, join(added, "b.ts")]) {
      const before = here.seen.length, late = performance.now() + 60_000;
      while (here.seen.length === before) {
        assert.ok(performance.now() < late, file);
        Deno.writeTextFileSync(file, "saved");
        await pause(40);
      }
    }
  }));

Deno.test("of saves that follow each other closely the last is seen, and some on the way", () =>
  watched(BY_WATCH, async (here) => {
    for (let i = 1; i <= 70; i++) {
      here.save(`save ${i}`);
      await pause(5);
    }
    await here.sees("save 70");
    assert.ok(here.seen.length > 1, `${here.seen.length} times`);
  }));

Deno.test("what a watch does not concern is not noticed", () =>
  watched(BY_LOOK, async (here, folder) => {
    Deno.writeTextFileSync(join(here.work, "b.ts"), "other");
    Deno.readTextFileSync(here.file);
    await pause(150);
    assert.deepEqual(here.seen, []);
    Deno.writeTextFileSync(join(folder, "module.ts"), "a module");
    await here.sees("first");
  }));

/** What Deno throws where Linux gives no more watches. */
const LIMITS = [
  ['OS file watch limit reached. about ["work"]', "the system's limit of watched folders is reached"],
  ["Too many open files (os error 24)", "the system's limit of watches is reached"],
];
for (const [message, reason] of LIMITS) {
  const watchFolders = () => {
    throw new Error(message);
  };
  Deno.test(`where ${reason}, files are looked at, and that is said once`, () =>
    watched({ ...BY_LOOK, watchFolders }, async (here) => {
      here.save("second one");
      await here.sees("second one");
      Deno.removeSync(here.work, { recursive: true });
      await here.sees(null);
      Deno.mkdirSync(here.work);
      here.save("back");
      await here.sees("back");
      assert.deepEqual(here.said, [`saved files are noticed within 0.04 s only: ${reason}`]);
    }));
}

Deno.test("a notebook that cannot be read says in one line why", () =>
  inFolder(async (folder) => {
    const file = join(folder, "a.ts");
    const line = () => savedAt(file).then(String, ({ message }) => message);
    Deno.writeTextFileSync(file, "1");
    assert.equal(await line(), String(Deno.statSync(file).mtime!.getTime()));
    Deno.removeSync(file);
    assert.equal(await line(), "missing file: a.ts; put it back, or close this page");
    Deno.mkdirSync(file);
    assert.equal(await line(), "not a file: a.ts; a folder has its name");
    Deno.removeSync(file);
    Deno.symlinkSync(file, file);
    assert.equal(await line(), "unreadable file: a.ts (ELOOP)");
  }));
