import assert from "node:assert/strict";
import { Misuse } from "../../lib/command_line.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { leaveAddress } from "../../server/own_address.ts";
import { shareCommand, sharesCommand, type ShareValues, unshareCommand } from "../../server/share_command.ts";
import { openShares } from "../../server/shares.ts";
import { inFolder } from "../in_folder.ts";
import { newRun } from "./runs_fixture.ts";

/** A project with a notebook and a run; what its commands print. */
const withProject = (
  act: (setup: {
    project: string;
    run: string;
    said: string[];
    share(word: string, values?: ShareValues): Promise<number>;
    shares(json?: boolean): Promise<number>;
    unshare(...ids: string[]): Promise<number>;
  }) => Promise<void>,
) =>
  inFolder(async (project) => {
    await Deno.mkdir(`${project}/notebooks`);
    await Deno.mkdir(`${project}/.plateau`);
    await Deno.writeTextFile(`${project}/notebooks/a.ts`, "");
    await Deno.writeTextFile(`${project}/b.ts`, "");
    const store = await openStore(`${project}/.plateau/runs.sqlite`);
    const writer = await store.begin(newRun("first"));
    await writer.release();
    await store.close();
    const said: string[] = [], say = (line: string) => void said.push(line);
    const around = { project, here: (path: string) => `${project}/${path}`, out: say, err: say };
    await act({
      project,
      run: writer.id,
      said,
      share: (word, values = {}) => shareCommand(word, values, around),
      shares: (json) => sharesCommand({ json }, around),
      unshare: (...ids) => unshareCommand(ids, around),
    });
  });

Deno.test("share prints an address that opens, shares lists it, unshare closes it", () =>
  withProject(async ({ project, run, said, share, shares, unshare }) => {
    const links = openShares(`${project}/.plateau/shares.json`);
    assert.equal(await share("notebooks/a.ts"), 0);
    const [address, none, note] = said, key = address.replace("http://127.0.0.1:8000/shared/", "");
    const { share: made } = links.open(key)!;
    assert.deepEqual(made.scope, { notebook: "a.ts" });
    assert.match(none, /^no server runs here: plateau serve starts it/);
    assert.equal(note, `link ${made.id} shows a.ts for 6 d 23 h; plateau unshare ${made.id} closes it`);
    assert.equal(await share("run:first", { expires: "30m", at: "https://lab.example.org/plateau/" }), 0);
    const other = links.open(said[3].replace("https://lab.example.org/plateau/shared/", ""))!.share;
    assert.deepEqual(other.scope, { run });
    said.length = 0;
    await shares();
    assert.deepEqual(
      said.map((line) =>
        line.replace(/\d+ min$/, "n min").replace(/made \d{4}-\d\d-\d\d \d\d:\d\d UTC/, "made then")
      ).sort(),
      [
        `${made.id}  ${"a.ts".padEnd(run.length + 4)}  made then  open for 6 d 23 h`,
        `${other.id}  run:${run}  made then  open for n min`,
      ].sort(),
    );
    said.length = 0;
    await shares(true);
    assert.deepEqual(JSON.parse(said[0]), { shares: links.list() });
    assert.equal(await unshare(made.id, "nothing1"), 1);
    assert.match(said.at(-1)!, /^unknown link: nothing1/);
    assert.ok(links.isOpen(made.id), "none is closed where one is unknown");
    assert.equal(await unshare(made.id, other.id), 0);
    said.length = 0;
    await shares();
    assert.deepEqual(said, ["no links"]);
  }));

Deno.test("a link is below the address of the server that runs, unless another is given", () =>
  withProject(async ({ project, said, share }) => {
    const own = "http://127.0.0.1:8123/plateau", forget = leaveAddress(`${project}/.plateau`, own);
    await share("notebooks/a.ts");
    await share("notebooks/a.ts", { at: "https://lab.example.org" });
    assert.ok(said[0].startsWith(`${own}/shared/`) && said[2].startsWith("https://lab.example.org/shared/"));
    assert.equal(said.length, 4);
    forget();
  }));

Deno.test("what cannot be shared is told in one line, and makes no link", () =>
  withProject(async ({ project, run, said, share }) => {
    const misuses: readonly [string, ShareValues, RegExp][] = [
      ["nothing.ts", {}, /^missing file: nothing\.ts$/],
      ["b.ts", {}, /^not shared: b\.ts \(a notebook of this project's folder notebooks\)$/],
      ["notebooks/a.ts", { expires: "7" }, /^invalid --expires: 7 \(as 30m, 12h or 7d, at most 365d\)$/],
      ["notebooks/a.ts", { at: "ftp://a" }, /^invalid --at: ftp:\/\/a \(as https:/],
      ["notebooks/a.ts", { at: "lab.example.org" }, /^invalid --at: /],
      [`run:${run}`, { expires: "400d" }, /^invalid --expires: 400d/],
    ];
    for (const [word, values, message] of misuses) {
      await assert.rejects(
        share(word, values),
        (error: Error) => error instanceof Misuse && message.test(error.message),
      );
    }
    assert.equal(await share("run:nothing"), 1);
    assert.deepEqual(said, ["unknown run: nothing"]);
    assert.deepEqual(openShares(`${project}/.plateau/shares.json`).list(), []);
  }));

Deno.test("links that came with a copy of the project are said to open nothing", () =>
  withProject(async ({ project, said, share, shares }) => {
    await share("notebooks/a.ts");
    const path = `${project}/.plateau/shares.json`, kept = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify({ ...kept, folder: "1" })); // as a copy has it: another folder's
    said.length = 0;
    assert.equal(await shares(), 0);
    assert.match(said[0], /^1 share link opens nothing: made in another folder, .*\(make new ones\)$/);
    assert.deepEqual(said.slice(1), ["no links"]);
    said.length = 0;
    await share("notebooks/a.ts");
    await shares();
    assert.ok(said.every((line) => !line.includes("opens nothing")));
  }));

Deno.test("links that cannot be kept are told in one line", () =>
  withProject(async ({ project, said, share, shares, unshare }) => {
    await Deno.writeTextFile(`${project}/.plateau/shares.json`, "[", { mode: 0o600 });
    for (const act of [() => share("notebooks/a.ts"), () => shares(), () => unshare("abcdefgh")]) {
      said.length = 0;
      assert.equal(await act(), 1);
      assert.equal(said.length, 1);
    }
  }));
