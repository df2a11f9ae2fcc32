import assert from "node:assert/strict";
import fc from "fast-check";
import { CellCache, type CellCacheOptions, type Kept } from "../../lib/notebook/kernel_cache.ts";
import { type FileRead, fileState, withHash } from "../../lib/notebook/kernel_reads_file.ts";

/** A folder of its own, which is gone afterwards. */
async function withFolder(test: (folder: string) => unknown) {
  const folder = await Deno.makeTempDir({ prefix: "plateau cache " });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A cache whose cells have read `files`. */
const cacheIn = (
  folder: string,
  { files = [], ...options }: Partial<CellCacheOptions> & { files?: readonly FileRead[] | null } = {},
) =>
  new CellCache({
    folder: `${folder}/cache`,
    stamp: "wasm",
    reads: { begin: () => {}, files: () => Promise.resolve(files ?? undefined) },
    ...options,
  });
const gave = (values: Record<string, unknown>): Kept => ({
  values,
  shown: [],
  seconds: 42,
});
const namesIn = (folder: string) => [...Deno.readDirSync(`${folder}/cache`)].map(({ name }) => name);
const read = async (path: string) => (await withHash(fileState(path)))!;

/** A run of a cell from its beginning to its end. */
async function run(
  cache: CellCache,
  cell: string,
  reads: Record<string, unknown>,
  kept: Kept,
): Promise<boolean> {
  await cache.recall(cell, reads);
  cache.begin(cell);
  return await cache.keep(cell, reads, kept);
}

Deno.test("a cell on the same inputs gives what it gave, also in another process' life", () =>
  withFolder(async (folder) => {
    const kept: Kept = {
      values: { curve: new Float64Array([1, NaN]), at: new Map([["step", 2n]]) },
      shown: ["text", { rows: [1, undefined] }],
      seconds: 0.5,
    };
    assert.ok(await run(cacheIn(folder), "a1", { rate: 0.1 }, kept));
    const later = cacheIn(folder);
    assert.ok(later.has("a1"));
    assert.deepStrictEqual(await later.recall("a1", { rate: 0.1 }), kept);
    assert.ok(!later.has("a2"));
  }));

Deno.test("values are handed out anew each time", () =>
  withFolder(async (folder) => {
    const cache = cacheIn(folder);
    await run(cache, "a1", {}, gave({ list: [1, 2] }));
    const first = (await cache.recall("a1", {}))!.values.list as number[];
    first.push(3);
    assert.deepEqual((await cache.recall("a1", {}))!.values.list, [1, 2]);
  }));

const misses: [string, string, Record<string, unknown>, Partial<CellCacheOptions>][] = [
  ["another version of the cell", "a2", { x: [1, { y: 2 }] }, {}],
  ["another value", "a1", { x: [1, { y: 3 }] }, {}],
  ["another type", "a1", { x: [1, { y: "2" }] }, {}],
  ["another name", "a1", { z: [1, { y: 2 }] }, {}],
  ["a further name", "a1", { x: [1, { y: 2 }], z: undefined }, {}],
  ["another stamp", "a1", { x: [1, { y: 2 }] }, { stamp: "tensorflow" }],
];
for (const [name, cell, reads, options] of misses) {
  Deno.test(`${name} is a miss`, () =>
    withFolder(async (folder) => {
      assert.ok(await run(cacheIn(folder), "a1", { x: [1, { y: 2 }] }, gave({ y: 1 })));
      assert.ok(await cacheIn(folder).recall("a1", { x: [1, { y: 2 }] }));
      assert.equal(await cacheIn(folder, options).recall(cell, reads), undefined);
    }));
}

class Model {}
const refused: [string, Record<string, unknown>, Record<string, unknown>][] = [
  ["a function that it gives", {}, { f: () => 1 }],
  ["a class instance that it gives", {}, { model: new Model() }],
  ["an array of a class of its own", {}, { list: new (class Rows extends Array {})() }],
  ["an object without a prototype", {}, { table: Object.create(null) }],
  ["a function that it reads", { f: () => 1 }, {}],
  ["a class instance that it reads", { model: [new Model()] }, {}],
  ["more than an entry may hold", {}, { big: new Uint8Array(20_000) }],
];
for (const [name, reads, values] of refused) {
  Deno.test(`${name} keeps a cell out of the cache`, () =>
    withFolder(async (folder) => {
      const cache = cacheIn(folder, { entryLimit: 10_000 });
      await run(cache, "a1", reads, gave(values));
      assert.equal(await cache.recall("a1", reads), undefined);
    }));
}

Deno.test("a value that cannot be kept costs only those who need it", () =>
  withFolder(async (folder) => {
    const cache = cacheIn(folder), { signal } = new AbortController();
    assert.ok(await run(cache, "a1", {}, gave({ spec: { signal }, run: { loss: [1] }, f: () => 1 })));
    assert.deepEqual((await cache.recall("a1", {}, ["run"]))?.values, { run: { loss: [1] } });
    assert.equal(await cache.recall("a1", {}, ["run", "spec"]), undefined);
    assert.equal(await cache.recall("a1", {}), undefined);
    assert.equal(await run(cache, "a2", {}, { ...gave({}), shown: [() => 1] }), false);
  }));

Deno.test("functions of a cell that only declares them are known by that cell and by what it reads", () =>
  withFolder(async (folder) => {
    const twice = (x: number) => 2 * x;
    const kept = gave({ y: 4 });
    const within = (key: string, scale: number) =>
      cacheIn(folder, {
        declared: (name) => name === "twice" ? { key, reads: { scale } } : undefined,
      });
    assert.ok(await run(within("f1", 1), "a1", { twice }, kept));
    assert.deepEqual(await within("f1", 1).recall("a1", { twice: () => 0 }), kept);
    assert.equal(await within("f2", 1).recall("a1", { twice }), undefined);
    assert.equal(await within("f1", 2).recall("a1", { twice }), undefined);
  }));

Deno.test("a run is not kept that changed what it read, or of which nobody can tell what it read", () =>
  withFolder(async (folder) => {
    const list = [3, 1, 2];
    const cache = cacheIn(folder);
    await cache.recall("a1", { list });
    list.sort();
    assert.equal(await cache.keep("a1", { list }, gave({})), false);
    assert.equal(await run(cacheIn(folder, { files: null }), "a1", {}, gave({})), false);
    assert.equal(await cache.keep("a2", {}, gave({})), true, "one that was never looked up");
  }));

Deno.test("values are taken as they are when the run ends, not when they are written", () =>
  withFolder(async (folder) => {
    const cache = cacheIn(folder), list = [1];
    await cache.recall("a1", {});
    const keeping = cache.keep("a1", {}, gave({ list }));
    list.push(2);
    assert.ok(await keeping);
    assert.deepEqual((await cache.recall("a1", {}))?.values, { list: [1] });
  }));

const changes: [string, (path: string) => void, boolean][] = [
  ["touched", (path) => Deno.utimeSync(`${path}/a.csv`, 1, 1), true],
  ["written anew with the same content", (path) => Deno.writeTextFileSync(`${path}/a.csv`, "1,2\n"), true],
  ["changed by one byte", (path) => Deno.writeTextFileSync(`${path}/a.csv`, "1,3\n"), false],
  ["longer", (path) => Deno.writeTextFileSync(`${path}/a.csv`, "1,2\n3,4\n"), false],
  ["gone", (path) => Deno.removeSync(`${path}/a.csv`), false],
  ["now a folder", (path) => (Deno.removeSync(`${path}/a.csv`), Deno.mkdirSync(`${path}/a.csv`)), false],
  ["made where none was", (path) => Deno.writeTextFileSync(`${path}/b.csv`, ""), false],
  ["added to a folder", (path) => Deno.writeTextFileSync(`${path}/logs/2.json`, ""), false],
];
for (const [name, change, hit] of changes) {
  Deno.test(`a file that is ${name} is ${hit ? "the same" : "a miss"}`, () =>
    withFolder(async (folder) => {
      const data = `${folder}/data`;
      Deno.mkdirSync(`${data}/logs`, { recursive: true });
      Deno.writeTextFileSync(`${data}/a.csv`, "1,2\n");
      Deno.utimeSync(`${data}/a.csv`, 1e9, 1e9);
      Deno.utimeSync(`${data}/logs`, 1e9, 1e9);
      const files = await Promise.all(["a.csv", "b.csv", "logs"].map((file) => read(`${data}/${file}`)));
      const cache = cacheIn(folder, { files });
      assert.ok(await run(cache, "a1", {}, gave({ y: 1 })));
      assert.ok(await cache.recall("a1", {}));
      change(data);
      assert.equal(await cache.recall("a1", {}) !== undefined, hit);
    }));
}

Deno.test("what a cell gives on changed files takes the place of what it gave before", () =>
  withFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    for (const text of ["1", "22", "333"]) {
      Deno.writeTextFileSync(path, text);
      const cache = cacheIn(folder, { files: [await read(path)] });
      assert.equal(await cache.recall("a1", {}), undefined);
      assert.ok(await cache.keep("a1", {}, gave({ text })));
      assert.deepEqual((await cache.recall("a1", {}))?.values, { text });
    }
    assert.equal(namesIn(folder).length, 1);
  }));

Deno.test("any data comes back as it was", async () => {
  const leaf = fc.oneof(
    fc.double(),
    fc.string(),
    fc.bigInt(),
    fc.constantFrom(null, undefined, true),
    fc.date(),
    fc.float64Array(),
    fc.uint8Array(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("tree")),
      fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), tie("tree"), { noNullPrototype: true }),
      fc.array(fc.tuple(fc.string(), tie("tree"))).map((entries) => new Map(entries)),
      fc.array(leaf).map((items) => new Set(items)),
    ),
  }));
  await withFolder((folder) => {
    const cache = cacheIn(folder);
    return fc.assert(
      fc.asyncProperty(tree, tree, async (x, y) => {
        await run(cache, "a1", { x }, gave({ y }));
        assert.deepStrictEqual((await cache.recall("a1", { x }))?.values, { y });
        const other = cacheIn(folder); // what another life of the cache knows
        assert.deepStrictEqual((await other.recall("a1", { x }))?.values, { y });
      }),
      { numRuns: 60 },
    );
  });
});

Deno.test("any damage to an entry is a miss, and the entry is removed", () =>
  withFolder(async (folder) => {
    await run(cacheIn(folder), "a1", {}, gave({ y: [1, "two"], z: new Float32Array(3) }));
    const [name] = namesIn(folder);
    const path = `${folder}/cache/${name}`;
    const whole = Deno.readFileSync(path);
    const damage = async (bytes: Uint8Array) => {
      Deno.writeFileSync(path, bytes);
      assert.equal(await cacheIn(folder).recall("a1", {}), undefined);
      assert.deepEqual(namesIn(folder), []);
    };
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at] ^= 1 << (at % 8);
      await damage(changed);
    }
    for (const length of [0, 1, 20, 60, whole.length >> 1, whole.length - 1]) {
      await damage(whole.subarray(0, length));
    }
    await damage(new Uint8Array([...whole, 0]));
    Deno.writeFileSync(path, whole);
    assert.ok(await cacheIn(folder).recall("a1", {}));
    Deno.renameSync(path, path.replace("a1.", "b1.")); // a foreign one
    assert.equal(await cacheIn(folder).recall("b1", {}), undefined);
    assert.deepEqual(namesIn(folder), []);
  }));

Deno.test("entries used longest ago go first, and all stay under the limit", () =>
  withFolder(async (folder) => {
    const limit = 20_000;
    const bytesIn = () =>
      namesIn(folder).reduce((sum, name) => sum + Deno.statSync(`${folder}/cache/${name}`).size, 0);
    const age = (cell: string, seconds: number) => {
      for (const name of namesIn(folder)) {
        if (name.startsWith(`${cell}.`)) Deno.utimeSync(`${folder}/cache/${name}`, seconds, seconds);
      }
    };
    const cache = cacheIn(folder, { limit });
    for (const [i, cell] of ["a", "b", "c"].entries()) {
      assert.ok(await run(cache, cell, {}, gave({ y: new Uint8Array(6000) })));
      age(cell, 1000 + i);
    }
    assert.ok(await cache.recall("a", {}));
    assert.ok(await run(cache, "d", {}, gave({ y: new Uint8Array(6000) })));
    assert.deepEqual(["a", "b", "c", "d"].filter((cell) => cache.has(cell)), ["a", "c", "d"]);
    assert.equal(await run(cache, "e", {}, gave({ y: new Uint8Array(30_000) })), false);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(9), fc.nat(15_000)), { maxLength: 6 }), async (steps) => {
        for (const [cell, size] of steps) {
          await run(cache, `k${cell}`, {}, gave({ y: new Uint8Array(size) }));
          assert.ok(bytesIn() <= limit);
        }
      }),
      { numRuns: 20 },
    );
  }));

Deno.test("caches on one folder do not disturb each other", () =>
  withFolder(async (folder) => {
    const caches = [cacheIn(folder), cacheIn(folder)];
    await Promise.all(
      caches.flatMap((cache) => [1, 2, 3].map((x) => run(cache, `c${x}`, { x }, gave({ y: x })))),
    );
    assert.equal(namesIn(folder).length, 3);
    for (const x of [1, 2, 3]) {
      for (const cache of caches) assert.deepEqual((await cache.recall(`c${x}`, { x }))?.values, { y: x });
    }
    for (const name of namesIn(folder)) Deno.removeSync(`${folder}/cache/${name}`);
    assert.equal(await caches[0].recall("c1", { x: 1 }), undefined);
    assert.ok(!caches[0].has("c1"));
  }));

Deno.test("what an ended process left unfinished goes, what is being written stays", () =>
  withFolder((folder) => {
    Deno.mkdirSync(`${folder}/cache`);
    for (const name of ["old.tmp", "new.tmp"]) Deno.writeTextFileSync(`${folder}/cache/${name}`, "");
    Deno.utimeSync(`${folder}/cache/old.tmp`, 1, 1);
    cacheIn(folder);
    assert.deepEqual(namesIn(folder), ["new.tmp"]);
  }));
