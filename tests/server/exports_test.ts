import assert from "node:assert/strict";
import { createExports, type MakeReport } from "../../server/exports.ts";

/** Reports that are made when the test says so. */
function setUp() {
  const asked: Parameters<MakeReport>[0][] = [];
  const made: PromiseWithResolvers<Awaited<ReturnType<MakeReport>>>[] = [];
  const exports = createExports((options) => {
    const report = Promise.withResolvers<Awaited<ReturnType<MakeReport>>>();
    options.signal.addEventListener("abort", () => report.reject(options.signal.reason));
    asked.push(options), made.push(report);
    return report.promise;
  });
  return { asked, made, exports };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("one report at a time is made of each notebook", async () => {
  const { asked, made, exports } = setUp();
  assert.deepEqual(exports.state("a.ts"), { state: "none" });
  assert.equal(exports.begin("a.ts", "/p/a.ts", { patience: 3 }), true);
  assert.equal(exports.begin("a.ts", "/p/a.ts", {}), false);
  assert.equal(exports.begin("b.ts", "/p/b.ts", {}), true);
  assert.deepEqual(asked.map(({ file, values }) => ({ file, values })), [
    { file: "/p/a.ts", values: { patience: 3 } },
    { file: "/p/b.ts", values: {} },
  ]);
  asked[0].progress({ stage: "draw" });
  assert.deepEqual(exports.state("a.ts"), { state: "running", text: "drawing the cells" });
  const file = { bytes: 1, sha256: "0".repeat(64) };
  const data = [{ ...file, path: ".env", inside: true }, {
    ...file,
    path: "big.csv",
    inside: false,
    why: "size",
  }];
  made[0].resolve({ html: "<p>é</p>", failed: ["c: failed"], manifest: { data } });
  await settled();
  assert.deepEqual(exports.state("a.ts"), {
    state: "ready",
    bytes: 9,
    failed: ["c: failed"],
    carried: [".env"],
  });
  assert.equal(exports.html("a.ts"), "<p>é</p>");
  assert.equal(exports.html("b.ts"), undefined);
  await exports.close();
});

Deno.test("a report that cannot be made says why in one line, and another can be begun", async () => {
  const { made, exports } = setUp();
  exports.begin("a.ts", "/p/a.ts", {});
  made[0].reject(new Error("unknown input: x\n  at y"));
  await settled();
  assert.deepEqual(exports.state("a.ts"), { state: "failed", why: "unknown input: x" });
  assert.equal(exports.begin("a.ts", "/p/a.ts", {}), true);
  await exports.close();
});

Deno.test("what is being made can be stopped, and nothing else can", async () => {
  const { exports } = setUp();
  assert.equal(exports.stop("a.ts"), false);
  exports.begin("a.ts", "/p/a.ts", {});
  assert.equal(exports.stop("a.ts"), true);
  await settled();
  assert.deepEqual(exports.state("a.ts"), { state: "none" });
  assert.equal(exports.html("a.ts"), undefined);
});
