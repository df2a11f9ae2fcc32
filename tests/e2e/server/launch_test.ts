import assert from "node:assert/strict";
import { alive, command, options, signalTest, spinning, until } from "../../server/spinning.ts";

signalTest("SIGINT", 130);
signalTest("SIGKILL", 137);

Deno.test("a server that is killed leaves no kernel behind, even one that spins", options, async () => {
  const { server, all, end } = await spinning(19_300);
  Deno.kill(server, "SIGKILL");
  assert.ok(await until(() => !all.some(alive), 60_000), `still there: ${all.filter(alive).map(command)}`);
  assert.equal(await end(), 137);
});

Deno.test("the server is given no secret of the environment it was launched in", options, async () => {
  const { server, launcher, all, end } = await spinning(19_300, { MY_SECRET: "x1" }, 0);
  for (const pid of all.filter((pid) => pid !== launcher.pid)) {
    assert.ok(!Deno.readTextFileSync(`/proc/${pid}/environ`).includes("MY_SECRET"), command(pid));
  }
  assert.ok(Deno.readTextFileSync(`/proc/${server}/environ`).includes("PATH="));
  launcher.kill("SIGTERM");
  await end();
});
