import assert from "node:assert/strict";
import { leaveAddress, runningAddress } from "../../server/own_address.ts";
import { inFolder } from "../in_folder.ts";

const FIRST = "http://127.0.0.1:8001/plateau", SECOND = "http://[::1]:8002";
const MODULE = new URL("../../server/own_address.ts", import.meta.url).href;

Deno.test("a server's address is there while it runs, and that of the first of several", () =>
  inFolder((folder) => {
    assert.equal(runningAddress(folder), null);
    const forget = leaveAddress(folder, FIRST), second = leaveAddress(folder, SECOND);
    assert.equal(runningAddress(folder), FIRST);
    second();
    assert.equal(runningAddress(folder), FIRST);
    forget();
    assert.equal(runningAddress(folder), null);
    const again = leaveAddress(folder, SECOND);
    assert.equal(runningAddress(folder), SECOND);
    again();
    return Promise.resolve();
  }));

Deno.test("only its owner can read it, and what is no address is none", () =>
  inFolder((folder) => {
    const forget = leaveAddress(folder, FIRST), path = `${folder}/server.json`;
    assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    for (const text of ["", "{", "{}", JSON.stringify({ version: 1, address: "javascript:1" })]) {
      Deno.writeTextFileSync(path, text);
      assert.equal(runningAddress(folder), null, text);
    }
    forget();
    return Promise.resolve();
  }));

Deno.test("the address of a server that was killed is none", () =>
  inFolder(async (folder) => {
    const code = `import { leaveAddress } from ${JSON.stringify(MODULE)};
      leaveAddress(${JSON.stringify(folder)}, ${JSON.stringify(FIRST)});
      console.log("left");
      setInterval(() => {}, 1000);`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", "--no-check", code],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    assert.equal(runningAddress(folder), FIRST);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assert.equal(runningAddress(folder), null);
    assert.ok(Deno.statSync(`${folder}/server.json`).isFile, "it lies there all the same");
    leaveAddress(folder, SECOND)();
  }));
