import assert from "node:assert/strict";
import { openShares } from "../../server/shares.ts";
import { startServer } from "./fixture.ts";

const options = { sanitizeOps: false, sanitizeResources: false }; // the bundler's process goes on

const FOUND = `import { display, md } from "plateau";

// %% [markdown]
// # Found
//
// What it is about.

// %% finding [server]
display(md\`It stops at **\${40 + 2}**.\`);
`;

Deno.test(
  "a link is announced with what its notebook found, also where nobody has it open any more",
  options,
  async () => {
    const running = await startServer([]);
    await Deno.writeTextFile(`${running.project}/notebooks/found.ts`, FOUND);
    const { key } = await openShares(`${running.project}/.plateau/shares.json`).add({ notebook: "found.ts" });
    const said = async (origin: string) => {
      const page = await (await fetch(`${origin}/shared/${key}`)).text();
      return /property="og:description" content="([^"]*)"/.exec(page)?.[1];
    };
    assert.equal(await said(running.origin), "What it is about.", "it never ran");
    const address = `${running.origin.replace("http", "ws")}/notebooks/found.ts/live`;
    const socket = new WebSocket(address, { headers: running.headers } as unknown as string[]);
    const until = Date.now() + 60_000;
    while (await said(running.origin) !== "It stops at 42.") {
      assert.ok(Date.now() < until, "the finding did not come");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    socket.close();
    await running.server.close();

    const again = await running.again();
    assert.equal(await said(again.origin), "It stops at 42.");
    await again.server.close();
    await running.end();
  },
);
