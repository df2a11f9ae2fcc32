import assert from "node:assert/strict";
import { createApp } from "../../../server/app.ts";
import { createKeys } from "../../../server/auth.ts";
import type { ChosenEngine } from "../../../server/engine_process.ts";
import { hostsOf } from "../../../server/guard.ts";
import { createNativeInstall } from "../../../server/native_install.ts";
import type { NativeState } from "../../../server/native_state.ts";
import { nativeRoutes } from "../../../server/routes/native_routes.ts";
import { canInstall, withoutNative } from "../without_native.ts";

const PORT = 8124;
const HERE = `127.0.0.1:${PORT}`;
const wasm: ChosenEngine = {
  name: "wasm",
  version: "4.22.0",
  device: "CPU",
  why: "chosen",
  offer: null,
  settings: {},
};
const offer = { times: 12, megabytes: 274 };
const offered: NativeState = { state: "offered", ...offer };

/** The routes with what is offered, and an installation from a wheel that is not there. */
function setUp(engine: Promise<ChosenEngine> = Promise.resolve({ ...wasm, offer })) {
  const native = createNativeInstall({
    engine,
    choose: () => Promise.resolve({ ...wasm, name: "tensorflow" }),
    wheel: "/nowhere/tensorflow.whl",
  });
  const keys = createKeys(PORT);
  const routes = nativeRoutes(native);
  const app = createApp({ keys, hosts: hostsOf(PORT), routes, report: (error) => assert.fail(error) });
  const cookie = `${keys.cookieName}=${keys.redeem(keys.invite())!.cookie}`;
  const ask = (method: string, body?: string, headers: Record<string, string> = {}) =>
    app.request(
      new Request(`http://${HERE}/native`, {
        method,
        body,
        headers: {
          host: HERE,
          cookie,
          origin: `http://${HERE}`,
          "content-type": "application/json",
          ...headers,
        },
      }),
    );
  const state = async (what?: "install" | "dismiss"): Promise<NativeState> =>
    await (what === undefined ? await ask("GET") : await ask("POST", JSON.stringify({ do: what }))).json();
  return { native, ask, state };
}

Deno.test("the installation is the owner's alone: every request passes the guard", async () => {
  const { ask, state } = setUp();
  const install = `{"do":"install"}`;
  const cases: [status: number, method: string, body: string | undefined, headers: Record<string, string>][] =
    [
      [401, "GET", undefined, { cookie: "" }],
      [401, "POST", install, { cookie: "plateau-8124=wrong" }],
      [403, "POST", install, { origin: "http://evil.example" }],
      [403, "POST", install, { origin: `http://127.0.0.1:9000` }],
      [403, "POST", install, { "sec-fetch-site": "cross-site" }],
      [403, "POST", install, { host: "evil.example" }],
      [415, "POST", install, { "content-type": "text/plain" }],
      [400, "POST", "{", {}],
      [400, "POST", `{"do":"remove"}`, {}],
      [400, "POST", `{"do":"install","wheel":"evil.whl"}`, {}],
      [405, "PUT", install, {}],
    ];
  for (const [status, method, body, headers] of cases) {
    const response = await ask(method, body, headers);
    assert.equal(response.status, status, `${method} ${body} ${JSON.stringify(headers)}`);
    assert.equal((await response.text()).trim().split("\n").length, 1);
  }
  assert.deepEqual(await state(), offered);
});

Deno.test("what is offered can be dismissed, and then nothing is installed", async () => {
  const { state } = setUp();
  assert.deepEqual(await state(), offered);
  assert.deepEqual(await state("dismiss"), { state: "none" });
  assert.deepEqual(await state("install"), { state: "none" });
});

Deno.test("nothing is offered without an offer, and without an engine", async () => {
  const failed = Promise.reject(new Error("tensorflow not installed"));
  failed.catch(() => {});
  for (const engine of [Promise.resolve(wasm), failed]) {
    const { state } = setUp(engine);
    assert.deepEqual([await state(), await state("install")], [{ state: "none" }, { state: "none" }]);
  }
});

Deno.test("the state waits until an engine is chosen", async () => {
  const engine = Promise.withResolvers<ChosenEngine>();
  const { native, state } = setUp(engine.promise);
  const answer = state();
  assert.deepEqual(native.state(), { state: "none" });
  engine.resolve({ ...wasm, offer });
  assert.deepEqual(await answer, offered);
});

const options = { ignore: !canInstall };

Deno.test(
  "one installation runs at a time, ends with one line, and can be tried again",
  options,
  () =>
    withoutNative(async () => {
      const { native, state } = setUp();
      await native.settled();
      const first = native.install();
      assert.deepEqual(first, { state: "installing", doing: "starting", megabytes: 0, of: 0 });
      assert.equal(native.install(), first, "a second press starts nothing");
      assert.equal(native.dismiss(), first, "what runs stays to be seen");
      const ended = async () => {
        for (let round = 0; round < 400; round++) {
          const now = await state();
          if (now.state !== "installing") return now;
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
      };
      const failed: NativeState = { state: "failed", why: "missing file: /nowhere/tensorflow.whl" };
      assert.deepEqual(await ended(), failed);
      assert.equal((await state("install")).state, "installing");
      assert.deepEqual(await ended(), failed);
      assert.deepEqual(await state("dismiss"), { state: "none" });
    }),
);

Deno.test("a server that closes ends the installation", options, () =>
  withoutNative(async () => {
    const { native } = setUp();
    await native.settled();
    native.install();
    await native.close();
    assert.equal(native.state().state, "failed");
  }));
