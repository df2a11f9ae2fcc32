import assert from "node:assert/strict";
import type { PjrtClient } from "../../../lib/engine/xla/pjrt_client.ts";
import { PjrtError } from "../../../lib/engine/xla/pjrt_error.ts";
import { warmUp } from "../../../lib/engine/xla/warm_up.ts";
import { clientForTests, xlaTest } from "./plugin_for_tests.ts";

xlaTest("the first product of a process is made on a CPU's client", async () => {
  const client = clientForTests(), { load, compile } = client;
  let made = 0;
  const counted = <T extends unknown[], R>(work: (...given: T) => R) => (...given: T) => {
    made++;
    return work.apply(client, given);
  };
  Object.assign(client, { load: counted(load), compile: counted(compile) });
  try {
    await warmUp(client);
  } finally {
    Object.assign(client, { load, compile });
  }
  assert.ok(made > 0);
});

Deno.test("other devices are left alone", async () => {
  await warmUp({ platform: "cuda" } as PjrtClient);
});

Deno.test("a plug-in that refuses it is not at fault yet; anything else is told", async () => {
  const refusing = (error: Error) =>
    ({
      platform: "cpu",
      plugin: { file: "/gone" },
      devices: [],
      device: { id: 0 },
      compile: () => Promise.reject(error),
    }) as unknown as PjrtClient;
  await warmUp(refusing(new PjrtError("PJRT_Client_Compile", 8, "no memory")));
  await assert.rejects(warmUp(refusing(new TypeError("ours"))), { name: "TypeError" });
});
