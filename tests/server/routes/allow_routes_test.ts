/** What a notebook may be allowed to read: what the page shows, all of it, and nothing that would break its kernel. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openSession, type Session } from "../../../lib/notebook/session.ts";
import { createApp } from "../../../server/app.ts";
import { createKeys } from "../../../server/auth.ts";
import { createGrants } from "../../../server/grants.ts";
import { hostsOf } from "../../../server/guard.ts";
import { allowRoutes } from "../../../server/routes/allow_routes.ts";
import { createSessions } from "../../../server/sessions.ts";
import { inFolder } from "../../in_folder.ts";

const PORT = 8126, HERE = `127.0.0.1:${PORT}`;
/** Each is asked for as a cell may ask, whether or not there is such a file. */
const ASKED = [
  "/",
  "/nowhere/a  <b>b</b>",
  '/nowhere/c"d',
  "/nowhere/../nowhere/e/",
  "/nowhere/a,b",
  "/nowhere/a\0b",
  `/nowhere/${"n".repeat(5000)}`,
  "/nowhere/a\u202egol",
  "/nowhere/a\nb",
  "/nowhere/\u200b",
];
const notebook = ASKED.map((path, i) =>
  `// %% cell_${i} [server]
const c${i} = (() => { throw Object.assign(new Error(${said(path)}), { name: "NotCapable" }); })();
`
).join("");
function said(path: string): string {
  return JSON.stringify(`Requires read access to "${path}", run again`);
}

async function withNotebook(
  act: (
    session: Session,
    get: (path: string, headers?: object) => Promise<Response>,
    answer: (ticket: string, answer: string) => Promise<Response>,
  ) => Promise<void>,
) {
  await inFolder(async (project) => {
    const file = join(project, "a.ts");
    Deno.writeTextFileSync(file, notebook);
    const sessions = createSessions((_, path) => openSession({ file: path, project, engine: "wasm" }));
    const keys = createKeys(PORT);
    const routes = allowRoutes(sessions, createGrants());
    const app = createApp({ keys, hosts: hostsOf(PORT), routes, report: (error) => assert.fail(error) });
    const cookie = `${keys.cookieName}=${keys.redeem(keys.invite())!.cookie}`;
    const browser = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    try {
      const session = await sessions.open("a.ts", file);
      for (let i = 0; i < 100 && session.askedToRead().length < ASKED.length; i++) await wait(100);
      const get = async (path: string, headers: object = {}) =>
        await app.request(
          new Request(`http://${HERE}/notebooks/a.ts/allow?read=${encodeURIComponent(path)}`, {
            headers: { host: HERE, cookie, ...browser, ...headers },
          }),
        );
      const answer = async (ticket: string, answer: string) =>
        await app.request(
          new Request(`http://${HERE}/allow`, {
            ...{ method: "POST", body: new URLSearchParams({ ticket, answer }) },
            headers: { host: HERE, origin: "null" },
          }),
        );
      await act(session, get, answer);
    } finally {
      await sessions.closeAll();
      await (await import("esbuild")).stop();
    }
  });
}
const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const ticketOf = (page: string) => /name="ticket" value="([\w-]{43})"/.exec(page)?.[1];

Deno.test("the page shows what is granted, and a grant that cannot be is refused before it is asked for", () =>
  withNotebook(async (session, get, answer) => {
    assert.equal(session.askedToRead().length, ASKED.length);
    const shows: [path: string, code: string][] = [
      ["/", "/"],
      ["/nowhere/a  <b>b</b>", "/nowhere/a  &lt;b&gt;b&lt;/b&gt;"],
      ['/nowhere/c"d', "/nowhere/c&quot;d"],
      ["/nowhere/../nowhere/e", "/nowhere/e"],
    ];
    for (const [path, code] of shows) {
      const page = await (await get(path)).text();
      assert.ok(page.includes(`<code>${code}</code>`), path);
      assert.ok(ticketOf(page));
      assert.equal(/every file on this machine/.test(page), path === "/");
    }
    for (const path of ASKED.slice(4)) {
      const response = await get(path);
      assert.equal(response.status, 400, path.slice(0, 20));
      assert.match(await response.text(), /^cannot be allowed/);
    }
    assert.equal((await get("/etc")).status, 404);
    assert.equal((await get("/", { "sec-fetch-dest": "iframe" })).status, 403);
    assert.equal((await get("/", { "sec-fetch-mode": "cors" })).status, 403);
    assert.equal((await get("/", { cookie: "" })).status, 401);

    const ticket = ticketOf(await (await get(shows[1][0])).text())!;
    assert.equal((await answer(ticket, "allow")).status, 200);
    assert.equal((await answer(ticket, "allow")).status, 403);
    assert.equal((await answer("guess", "allow")).status, 403);
  }));

Deno.test("what no kernel can be granted leaves the notebook as it was", () =>
  withNotebook(async (session) => {
    for (const path of ["/a,b", "/a\0b", `/${"n".repeat(5000)}`]) {
      await assert.rejects(session.allowReading(path), /^RangeError: invalid path: /);
    }
    await session.restart();
    for (let i = 0; i < 100 && session.askedToRead().length < ASKED.length; i++) await wait(100);
    assert.equal(session.askedToRead().length, ASKED.length);
  }));
