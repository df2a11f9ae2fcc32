import assert from "node:assert/strict";
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { expirySeconds, leftText } from "../../server/expiry.ts";
import { openShares, type Scope, scopeText } from "../../server/shares.ts";
import { BadShares, MOST_SHARES } from "../../server/shares_file.ts";
import { inFolder } from "../in_folder.ts";

const NOTEBOOK: Scope = { notebook: "a.ts" }, RUN: Scope = { run: "3f9a" };
const DAY = 86_400_000;

/** Links in a folder of their own, with a clock that the test sets. */
const withShares = (
  act: (setup: { path: string; clock: { now: number }; shares: ReturnType<typeof openShares> }) => void,
) =>
  inFolder((folder) => {
    const path = `${folder}/.plateau/shares.json`, clock = { now: 1_000_000 };
    act({ path, clock, shares: openShares(path, () => clock.now) });
    return Promise.resolve();
  });

Deno.test("a link opens with its key, and with the cookie that the key is exchanged for", () =>
  withShares(({ shares }) => {
    const { share, key } = shares.add(NOTEBOOK);
    const opened = shares.open(key)!;
    assert.deepEqual(opened.share, share);
    assert.deepEqual(shares.known(share.id, opened.cookie), share);
    assert.equal(shares.open(opened.cookie), null, "the cookie is no key");
    assert.ok(!key.includes(opened.cookie));
    assert.equal(atob(key.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")).length, 32, "256 bits");
  }));

Deno.test("a wrong key opens nothing", () =>
  withShares(({ shares }) => {
    const { share, key } = shares.add(NOTEBOOK), other = shares.add(RUN).key;
    const wrong = ["", ".", share.id, `${share.id}.`, key.slice(0, -1), `${key}a`, key.toUpperCase()];
    for (const each of [...wrong, `${share.id}.${other.split(".")[1]}`, `aaaaaaaa.${key.split(".")[1]}`]) {
      assert.equal(shares.open(each), null, each);
    }
    assert.equal(shares.known(share.id, shares.open(other)!.cookie), null, "the cookie of another link");
  }));

Deno.test("a link is open until it expires, by default for 7 days", () =>
  withShares(({ shares, clock }) => {
    const { share, key } = shares.add(NOTEBOOK), { cookie } = shares.open(key)!;
    const short = shares.add(RUN, 60);
    assert.equal(share.until - share.created, 7 * DAY);
    clock.now = short.share.until - 1;
    assert.ok(shares.open(short.key));
    clock.now++;
    assert.equal(shares.open(short.key), null);
    assert.deepEqual(shares.list(), [share]);
    clock.now = share.until;
    assert.equal(shares.known(share.id, cookie), null);
    assert.equal(shares.isOpen(share.id), false);
    assert.equal(shares.revoke(share.id), false, "there is nothing to revoke any more");
  }));

Deno.test("a time that is none is refused", () =>
  withShares(({ shares }) => {
    for (const seconds of [0, -1, 59, 365 * 86_400 + 1, NaN, Infinity]) {
      assert.throws(
        () => shares.add(NOTEBOOK, seconds),
        /^RangeError: invalid expiry: .*1 minute to 365 days/,
      );
    }
    assert.deepEqual(shares.list(), []);
  }));

Deno.test("what one process makes or revokes another sees at its next look", () =>
  withShares(({ shares, path, clock }) => {
    const other = openShares(path, () => clock.now);
    const { share, key } = other.add(NOTEBOOK), { cookie } = shares.open(key)!;
    assert.deepEqual(shares.list(), [share]);
    const mine = shares.add(RUN);
    clock.now++;
    assert.ok(other.open(mine.key));
    assert.equal(other.revoke(share.id), true);
    assert.equal(shares.open(key), null);
    assert.equal(shares.known(share.id, cookie), null);
    assert.deepEqual(shares.list(), [mine.share], "the other link stands");
  }));

Deno.test("the file is the owner's alone and holds no secret", () =>
  withShares(({ shares, path }) => {
    const { key } = shares.add(NOTEBOOK), { cookie } = shares.open(key)!;
    const text = readFileSync(path, "utf8");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    for (const each of [key, key.split(".")[1], cookie]) assert.ok(!text.includes(each));
    assert.ok(text.includes('"notebook": "a.ts"'));
  }));

Deno.test("a file that others can change, or that is damaged, lets nobody in and is left as it is", () =>
  withShares(({ shares, path, clock }) => {
    const { share, key } = shares.add(NOTEBOOK), good = readFileSync(path, "utf8");
    const bad: readonly [what: () => void, why: RegExp][] = [
      [() => chmodSync(path, 0o644), /others can read or change it/],
      [() => writeFileSync(path, good.slice(1)), /it is no JSON/],
      [() => writeFileSync(path, good.replace('"version": 1', '"version": 2')), /version/],
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
        assert.throws(() => each.add(RUN), BadShares);
        assert.throws(() => each.revoke(share.id), BadShares);
      }
      assert.equal(readFileSync(path, "utf8"), harmed);
      writeFileSync(path, good);
      chmodSync(path, 0o600);
      assert.ok(shares.open(key), "as it was, it serves again");
    }
  }));

Deno.test("a copy of the folder opens nothing", () =>
  withShares(({ shares, path, clock }) => {
    const { key } = shares.add(NOTEBOOK), folder = path.replace(/\/shares\.json$/, "");
    Deno.mkdirSync(`${folder}-copy`);
    Deno.copyFileSync(path, `${folder}-copy/shares.json`);
    assert.equal(openShares(`${folder}-copy/shares.json`, () => clock.now).open(key), null);
    renameSync(folder, `${folder}-moved`);
    assert.ok(openShares(`${folder}-moved/shares.json`, () => clock.now).open(key), "moved, it is the same");
  }));

Deno.test("expired links make room, open ones are at most a thousand", () =>
  withShares(({ path, clock }) => {
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
    writeFileSync(path, JSON.stringify({ version: 1, shares: kept(clock.now + 1) }), { mode: 0o600 });
    assert.throws(() => shares.add(NOTEBOOK), /too many links: 1000 at most/);
    clock.now++;
    assert.ok(shares.add(NOTEBOOK));
    assert.equal(shares.list().length, 1);
  }));

Deno.test("processes that make links at the same time lose none", () =>
  inFolder(async (folder) => {
    const path = `${folder}/shares.json`, module = new URL("../../server/shares.ts", import.meta.url).href;
    const program = `const { openShares } = await import(${JSON.stringify(module)});
      const shares = openShares(${JSON.stringify(path)});
      for (let i = 0; i < 20; i++) shares.add({ notebook: "a.ts" });`;
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
