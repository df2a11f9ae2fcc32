import assert from "node:assert/strict";
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { viewerOf } from "../../server/caller.ts";
import { expirySeconds, leftText } from "../../server/expiry.ts";
import { openShares, type Scope, scopeText } from "../../server/shares.ts";
import { BadShares, MOST_SHARES, sharesFile } from "../../server/shares_file.ts";
import { inFolder } from "../in_folder.ts";

const NOTEBOOK: Scope = { notebook: "a.ts" }, RUN: Scope = { run: "3f9a" };
const DAY = 86_400_000;

/** Links in a folder of their own, with a clock that the test sets. */
const withShares = (
  act: (
    setup: { path: string; clock: { now: number }; shares: ReturnType<typeof openShares> },
  ) => Promise<void>,
) =>
  inFolder(async (folder) => {
    const path = `${folder}/.plateau/shares.json`, clock = { now: 1_000_000 };
    await act({ path, clock, shares: openShares(path, () => clock.now) });
  });

Deno.test("a link opens with its key, and with the cookie that the key is exchanged for", () =>
  withShares(async ({ shares }) => {
    const { share, key } = await shares.add(NOTEBOOK);
    const opened = shares.open(key)!;
    assert.deepEqual(opened.share, share);
    assert.deepEqual(shares.known([[share.id, opened.cookie]]), [share]);
    assert.equal(shares.open(opened.cookie), null, "the cookie is no key");
    assert.ok(!key.includes(opened.cookie));
    assert.equal(atob(key.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")).length, 32, "256 bits");
  }));

Deno.test("a wrong key opens nothing", () =>
  withShares(async ({ shares }) => {
    const { share, key } = await shares.add(NOTEBOOK), other = (await shares.add(RUN)).key;
    const wrong = ["", ".", share.id, `${share.id}.`, key.slice(0, -1), `${key}a`, key.toUpperCase()];
    for (const each of [...wrong, `${share.id}.${other.split(".")[1]}`, `aaaaaaaa.${key.split(".")[1]}`]) {
      assert.equal(shares.open(each), null, each);
    }
    assert.deepEqual(
      shares.known([[share.id, shares.open(other)!.cookie]]),
      [],
      "the cookie of another link",
    );
  }));

Deno.test("a link is open until it expires, by default for 7 days", () =>
  withShares(async ({ shares, clock }) => {
    const { share, key } = await shares.add(NOTEBOOK), { cookie } = shares.open(key)!;
    const short = await shares.add(RUN, 60);
    assert.equal(share.until - share.created, 7 * DAY);
    clock.now = short.share.until - 1;
    assert.ok(shares.open(short.key));
    clock.now++;
    assert.equal(shares.open(short.key), null);
    assert.deepEqual(shares.list(), [share]);
    clock.now = share.until;
    assert.deepEqual(shares.known([[share.id, cookie]]), []);
    assert.equal(shares.isOpen(share.id), false);
    assert.equal(await shares.revoke(share.id), false, "there is nothing to revoke any more");
  }));

Deno.test("a time that is none is refused", () =>
  withShares(async ({ shares }) => {
    for (const seconds of [0, -1, 59, 365 * 86_400 + 1, NaN, Infinity]) {
      await assert.rejects(
        shares.add(NOTEBOOK, seconds),
        /^RangeError: invalid expiry: .*1 minute to 365 days/,
      );
    }
    assert.deepEqual(shares.list(), []);
  }));

Deno.test("what one process makes or revokes another sees at its next look", () =>
  withShares(async ({ shares, path, clock }) => {
    const other = openShares(path, () => clock.now);
    const { share, key } = await other.add(NOTEBOOK), { cookie } = shares.open(key)!;
    assert.deepEqual(shares.list(), [share]);
    const mine = await shares.add(RUN);
    clock.now++;
    assert.ok(other.open(mine.key));
    assert.equal(await other.revoke(share.id), true);
    assert.equal(shares.open(key), null);
    assert.deepEqual(shares.known([[share.id, cookie]]), []);
    assert.deepEqual(shares.list(), [mine.share], "the other link stands");
  }));

Deno.test("the file is the owner's alone and holds no secret", () =>
  withShares(async ({ shares, path }) => {
    const { key } = await shares.add(NOTEBOOK), { cookie } = shares.open(key)!;
    const text = readFileSync(path, "utf8");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    for (const each of [key, key.split(".")[1], cookie]) assert.ok(!text.includes(each));
    assert.ok(text.includes('"notebook": "a.ts"'));
  }));

Deno.test("a file that others can change, or that is damaged, lets nobody in and is left as it is", () =>
  withShares(async ({ shares, path, clock }) => {
    const { share, key } = await shares.add(NOTEBOOK), good = readFileSync(path, "utf8");
    const bad: readonly [what: () => void, why: RegExp][] = [
      [() => chmodSync(path, 0o644), /others can read or change it/],
      [() => writeFileSync(path, good.slice(1)), /it is no JSON/],
      [() => writeFileSync(path, good.replace('"version": 2', '"version": 3')), /version/],
      [() => writeFileSync(path, good.replace('"scope"', '"scopes"')), /shares/],
      [() => writeFileSync(path, good + " ".repeat(1_000_001)), /1000000 bytes/],
    ];
    for (const [harm, why] of bad) {
      harm();
      const harmed = readFileSync(path, "utf8"), fresh = openShares(path, () => clock.now);
      for (const each of [shares, fresh]) {
        assert.equal(each.open(key), null, String(why));
        assert.equal(each.isOpen(share.id), false);
        assert.throws(() => each.list(), why);
        await assert.rejects(each.add(RUN), BadShares);
        await assert.rejects(each.revoke(share.id), BadShares);
        assert.match(each.fault()!, /^share links open nothing: cannot use /);
      }
      assert.equal(readFileSync(path, "utf8"), harmed);
      writeFileSync(path, good);
      chmodSync(path, 0o600);
      assert.ok(shares.open(key), "as it was, it serves again");
    }
  }));

Deno.test("a copy of the folder opens nothing, says so, and is a beginning", () =>
  withShares(async ({ shares, path, clock }) => {
    const { key } = await shares.add(NOTEBOOK), folder = path.replace(/\/shares\.json$/, "");
    assert.equal(shares.fault(), null);
    Deno.mkdirSync(`${folder}-copy`);
    Deno.copyFileSync(path, `${folder}-copy/shares.json`);
    const copied = readFileSync(path, "utf8"),
      copy = openShares(`${folder}-copy/shares.json`, () => clock.now);
    assert.equal(copy.open(key), null);
    assert.deepEqual(copy.list(), []);
    assert.match(
      copy.fault()!,
      /^1 share link opens nothing: made in another folder, or before this one was/,
    );
    assert.equal(readFileSync(`${folder}-copy/shares.json`, "utf8"), copied);
    const made = await copy.add(RUN);
    assert.deepEqual([copy.open(key), copy.open(made.key)?.share, copy.fault()], [null, made.share, null]);
    renameSync(folder, `${folder}-moved`);
    assert.ok(openShares(`${folder}-moved/shares.json`, () => clock.now).open(key), "moved, it is the same");
  }));

Deno.test("links stand for themselves: one put into the file of another project opens nothing there", () =>
  withShares(async ({ shares, path, clock }) => {
    const { key } = await shares.add(NOTEBOOK), [kept] = JSON.parse(readFileSync(path, "utf8")).shares;
    const elsewhere = `${path}-other/shares.json`, other = openShares(elsewhere, () => clock.now);
    await other.add(RUN);
    const file = JSON.parse(readFileSync(elsewhere, "utf8"));
    writeFileSync(elsewhere, JSON.stringify({ ...file, shares: [...file.shares, kept] }));
    assert.equal(other.list().length, 2);
    assert.equal(other.open(key), null);
  }));

Deno.test("a process that stops in its turn stops no other: the change is refused, and time goes on", () =>
  withShares(async ({ shares, path }) => {
    await shares.add(NOTEBOOK);
    const before = readFileSync(path, "utf8"), turn = Deno.openSync(`${path}.lock`, { write: true });
    turn.lockSync(true);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await assert.rejects(
      sharesFile(path, 300).change(() => []),
      /another process has been changing it for a while/,
    );
    clearInterval(timer);
    assert.ok(ticks > 10, `${ticks}`);
    assert.equal(readFileSync(path, "utf8"), before);
    turn.close();
    assert.ok(await shares.add(RUN));
  }));

Deno.test("a link in the place of the file or of its turn is not followed", () =>
  withShares(async ({ shares, path }) => {
    const folder = path.replace(/[^/]+$/, ""), victim = `${folder}/victim`;
    Deno.symlinkSync(victim, `${path}.lock`);
    await assert.rejects(shares.add(NOTEBOOK), { name: "BadShares", reason: "it is no file" });
    assert.throws(() => Deno.lstatSync(victim), Deno.errors.NotFound);
    Deno.removeSync(`${path}.lock`);
    const { key } = await shares.add(NOTEBOOK);
    renameSync(path, victim);
    Deno.symlinkSync(victim, path);
    assert.equal(shares.open(key), null);
    assert.throws(() => shares.list(), { name: "BadShares", reason: "it is no file (remove it)" });
  }));

Deno.test("whatever cookies a browser sends, sixteen links at most are looked at, in one reading", () =>
  withShares(async ({ shares }) => {
    const { share, key } = await shares.add(NOTEBOOK), { cookie } = shares.open(key)!;
    const looks: string[][] = [];
    const counted = {
      known(brought: Iterable<readonly [string, string]>) {
        looks.push([...brought].map(([id]) => id));
        return shares.known(brought);
      },
    };
    const bomb = Array.from({ length: 2500 }, (_, i) => `plateau-8000-a${String(i).padStart(7, "0")}=1`);
    const names = [
      "plateau-8000=1",
      "plateau-8000-=1",
      "plateau-8000-ABCDEFGH=1",
      "plateau-8000-abcdefghi=1",
    ];
    const headers = new Headers({
      cookie: [...bomb, ...names, `plateau-8000-${share.id}=${cookie}`].join("; "),
    });
    assert.deepEqual(viewerOf(headers, "plateau-8000", counted), { role: "viewer", shares: [share] });
    assert.deepEqual(looks.map((ids) => ids.length), [16]);
    assert.equal(viewerOf(new Headers({ cookie: bomb.join("; ") }), "plateau-8000", counted), null);
  }));

Deno.test("expired links make room, open ones are at most a thousand", () =>
  withShares(async ({ path, clock }) => {
    const scope = NOTEBOOK, hash = "0".repeat(64);
    const kept = (until: number) =>
      Array.from({ length: MOST_SHARES }, (_, i) => ({
        id: `a${String(i).padStart(7, "0")}`,
        hash,
        scope,
        created: 0,
        until,
      }));
    const shares = openShares(path, () => clock.now);
    await shares.add(RUN);
    writeFileSync(
      path,
      JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), shares: kept(clock.now + 1) }),
      { mode: 0o600 },
    );
    await assert.rejects(shares.add(NOTEBOOK), /too many links: 1000 at most/);
    clock.now++;
    assert.ok(await shares.add(NOTEBOOK));
    assert.equal(shares.list().length, 1);
  }));

Deno.test("processes that make links at the same time lose none", () =>
  inFolder(async (folder) => {
    const path = `${folder}/shares.json`, module = new URL("../../server/shares.ts", import.meta.url).href;
    const program = `const { openShares } = await import(${JSON.stringify(module)});
      const shares = openShares(${JSON.stringify(path)});
      for (let i = 0; i < 20; i++) await shares.add({ notebook: "a.ts" });`;
    const processes = [1, 2, 3].map(() =>
      new Deno.Command(Deno.execPath(), { args: ["eval", "--no-lock", program], stderr: "piped" }).output()
    );
    for (const { code, stderr } of await Promise.all(processes)) {
      assert.equal(code, 0, new TextDecoder().decode(stderr));
    }
    assert.equal(openShares(path).list().length, 60);
  }));

Deno.test("times are written with their unit, and said in words", () => {
  const times: readonly [string, number][] = [["30m", 1800], ["12h", 43_200], ["7d", 604_800], [
    "365d",
    31_536_000,
  ]];
  for (const [text, seconds] of times) assert.equal(expirySeconds(text), seconds);
  for (const text of ["", "7", "d", "0d", "-1d", "366d", "1.5h", "7 d", "7w", "1e2d"]) {
    assert.throws(() => expirySeconds(text), /^RangeError: invalid --expires: /, text);
  }
  const left: readonly [number, string][] = [
    [1, "1 min"],
    [59 * 60_000, "59 min"],
    [7_500_000, "2 h 5 min"],
    [DAY, "1 d"],
    [7 * DAY - 1, "6 d 23 h"],
  ];
  for (const [milliseconds, words] of left) assert.equal(leftText(milliseconds), words);
  assert.deepEqual([NOTEBOOK, RUN].map(scopeText), ["a.ts", "run:3f9a"]);
});
