import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { makeSite, type SiteOptions } from "../../../server/report/site.ts";
import { sitePage } from "../../../server/report/site_page.ts";
import { reportPage } from "../../../server/pages/report_page.ts";
import { inFolder } from "../../in_folder.ts";
import { drawnRecording } from "../../report/drawn_recording.ts";
import { payloads } from "../../report/payloads.ts";

const { recording: { notebook }, drawn } = await drawnRecording();
const MADE = Date.UTC(2026, 10, 21, 12);
const stills = Object.fromEntries(
  Object.entries(drawn).map(([key, { wide }]) => [key, { wide, narrow: wide }]),
);
const pageOf = (title: string) =>
  reportPage({ notebook: { ...notebook, title }, made: MADE, stills, style: "", sections: "" });

/** Makes a site of reports with these titles, by the names of their notebooks; one without a title fails. */
async function site(
  output: string,
  titles: Readonly<Record<string, string>>,
  more: Partial<SiteOptions> = {},
) {
  const said: string[] = [], faults: string[] = [];
  const failed = await makeSite({
    notebooks: Object.keys(titles).map((name) => `/project/notebooks/${name}`),
    output,
    title: "Reports",
    make(path) {
      const title = titles[path.split("/").at(-1)!];
      if (title === "") return Promise.reject(new Error("out of data"));
      return Promise.resolve({ html: pageOf(title), manifest: { made: MADE }, failed: [] });
    },
    say: (line) => said.push(line),
    fail: (line) => faults.push(line),
    ...more,
  });
  return { failed, said, faults };
}
const filesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const documentOf = (html: string) => parseHTML(html).document;

Deno.test("an index lists the reports: title, finding, day, size and the line that checks it", () =>
  inFolder(async (folder) => {
    const { failed, said } = await site(`${folder}/site`, { "stop.ts": "When to stop?", "b.ts": "Budgets" });
    assert.equal(failed, 0);
    assert.deepEqual(said.map((line) => line.split("  ")[0]), ["stop.html", "b.html", "index.html"]);
    const document = documentOf(Deno.readTextFileSync(`${folder}/site/index.html`));
    const [first, second] = document.querySelectorAll(".books > li");
    assert.equal(first.querySelector("a")!.getAttribute("href"), "stop.html");
    assert.equal(first.querySelector("a")!.textContent, "When to stop?");
    assert.equal(first.querySelector("p")!.textContent, "It stops at 1,200.");
    assert.match(
      first.querySelector(".meta")!.textContent!,
      /^made 21 November 2026\d+ kBdeno task plateau verify stop\.html$/,
    );
    assert.equal(second.querySelector("a")!.textContent, "Budgets");
    assert.equal(document.querySelectorAll("script").length, 0);
    assert.equal(Deno.readTextFileSync(`${folder}/site/b.html`), pageOf("Budgets"));
  }));

Deno.test("reports of one title are told apart by their files, others are not", () =>
  inFolder(async (folder) => {
    await site(`${folder}/site`, { "a.ts": "Budgets", "b.ts": "Budgets", "c.ts": "Curves" });
    const document = documentOf(Deno.readTextFileSync(`${folder}/site/index.html`));
    const files = [...document.querySelectorAll(".books > li")].map((each) =>
      each.querySelector("a + .mono")?.textContent ?? ""
    );
    assert.deepEqual(files, ["a.html", "b.html", ""]);
  }));

Deno.test("a cell that failed is named, and its report is in the index all the same", () =>
  inFolder(async (folder) => {
    const make = () =>
      Promise.resolve({
        html: pageOf("A"),
        manifest: { made: MADE },
        failed: ["cell data at line 2: Error: no"],
      });
    const { failed, faults, said } = await site(`${folder}/site`, { "a.ts": "A" }, { make });
    assert.deepEqual([failed, faults], [1, ["a.ts: cell data at line 2: Error: no"]]);
    assert.deepEqual(said.map((line) => line.split("  ")[0]), ["a.html", "index.html"]);
  }));

Deno.test("a site made again loses the reports that are no longer made, and nothing else", () =>
  inFolder(async (folder) => {
    const output = `${folder}/site`;
    await site(output, { "a.ts": "A", "b.ts": "B", "c.ts": "C" });
    Deno.writeTextFileSync(`${output}/mine.html`, "mine");
    Deno.mkdirSync(`${output}/pictures`);
    const { said } = await site(output, { "c.ts": "C" });
    assert.deepEqual(said.filter((line) => line.endsWith("removed")), ["a.html  removed", "b.html  removed"]);
    const files = [".plateau-site.json", "c.html", "index.html", "mine.html", "pictures"];
    assert.deepEqual(filesIn(output), files);
  }));

Deno.test("a notebook that fails is named; its earlier report stays until the notebook is gone", () =>
  inFolder(async (folder) => {
    const output = `${folder}/site`;
    await site(output, { "a.ts": "A", "b.ts": "B" });
    const { failed, faults } = await site(output, { "a.ts": "", "b.ts": "B" });
    assert.deepEqual([failed, faults], [1, ["a.ts: out of data"]]);
    const { document } = parseHTML(Deno.readTextFileSync(`${output}/index.html`));
    assert.equal(document.querySelectorAll(".books > li").length, 1);
    assert.ok(filesIn(output).includes("a.html"));
    await site(output, { "b.ts": "B" });
    assert.ok(!filesIn(output).includes("a.html"));
  }));

Deno.test("a folder that is no site is left as it is, and a marker cannot name files elsewhere", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/thesis.html`, "mine");
    await assert.rejects(site(folder, { "a.ts": "A" }), {
      name: "NotASite",
      message: `not a site: ${folder} (it has other files: give a new or empty folder)`,
    });
    assert.deepEqual(filesIn(folder), ["thesis.html"]);
    for (const name of ["../thesis.html", "/etc/passwd", "a/b.html", "a.txt", ".."]) {
      const files = { [name]: "0".repeat(64) };
      Deno.writeTextFileSync(`${folder}/.plateau-site.json`, JSON.stringify({ format: 2, files }));
      await assert.rejects(
        site(folder, { "a.ts": "A" }),
        /its \.plateau-site\.json is damaged/,
        name,
      );
    }
    assert.deepEqual(filesIn(folder), [".plateau-site.json", "thesis.html"]);
  }));

Deno.test("a link in the place of an old report is left alone", () =>
  inFolder(async (folder) => {
    const output = `${folder}/site`;
    await site(output, { "a.ts": "A", "b.ts": "B" });
    Deno.writeTextFileSync(`${folder}/outside.html`, "mine");
    Deno.removeSync(`${output}/a.html`);
    Deno.symlinkSync(`${folder}/outside.html`, `${output}/a.html`);
    await site(output, { "b.ts": "B" });
    assert.ok(Deno.lstatSync(`${output}/a.html`).isSymlink);
    assert.equal(Deno.readTextFileSync(`${folder}/outside.html`), "mine");
  }));

Deno.test("a marker from elsewhere removes nothing: only what still is as it was written goes", () =>
  inFolder(async (folder) => {
    const output = `${folder}/site`;
    await site(output, { "a.ts": "A", "b.ts": "B", "c.ts": "C" });
    Deno.writeTextFileSync(`${output}/thesis.html`, "mine");
    Deno.writeTextFileSync(`${output}/b.html`, "edited by hand");
    Deno.removeSync(`${output}/c.html`);
    const marker = JSON.parse(Deno.readTextFileSync(`${output}/.plateau-site.json`));
    marker.files["thesis.html"] = marker.files["a.html"];
    Deno.writeTextFileSync(`${output}/.plateau-site.json`, JSON.stringify(marker));
    const { said } = await site(output, { "d.ts": "D" });
    assert.deepEqual(said.filter((line) => !/ kB$/.test(line)), [
      "a.html  removed",
      "b.html  kept: it is not as it was made",
      "c.html  is gone",
      "thesis.html  kept: it is not as it was made",
    ]);
    const files = [".plateau-site.json", "b.html", "d.html", "index.html", "thesis.html"];
    assert.deepEqual(filesIn(output), files);
    const left = JSON.parse(Deno.readTextFileSync(`${output}/.plateau-site.json`));
    assert.deepEqual(Object.keys(left.files), ["d.html"]);
  }));

Deno.test("what lies ready in the place of a file to be written is not written through", () =>
  inFolder(async (folder) => {
    const output = `${folder}/site`, victim = `${folder}/victim`;
    await site(output, { "a.ts": "A" });
    Deno.writeTextFileSync(victim, "mine");
    Deno.removeSync(`${output}/index.html`);
    for (const name of ["index.html", "index.html.tmp", "a.html.tmp", ".plateau-site.json.tmp"]) {
      Deno.symlinkSync(victim, `${output}/${name}`);
    }
    await site(output, { "a.ts": "A" });
    assert.equal(Deno.readTextFileSync(victim), "mine");
    assert.ok(Deno.lstatSync(`${output}/index.html`).isFile);
  }));

Deno.test("reports have a name each, and none that of the index", () =>
  inFolder(async (folder) => {
    const { said } = await site(`${folder}/site`, { "index.ts": "A", "Index2.ts": "B" });
    assert.deepEqual(said.map((line) => line.split("  ")[0]), [
      "index_notebook.html",
      "Index2.html",
      "index.html",
    ]);
    await assert.rejects(
      site(`${folder}/other`, { "a.ts": "A", "A.ts": "B" }),
      /^Error: two reports of one name: A\.html \(\/project\/notebooks\/a\.ts, \/project\/notebooks\/A\.ts\)$/,
    );
  }));

Deno.test("what ends the making ends it at once, and the same again goes on from there", () =>
  inFolder(async (folder) => {
    const output = `${folder}/site`;
    await assert.rejects(site(output, { "a.ts": "A", "b.ts": "" }, { isEnd: () => true }), /out of data/);
    assert.deepEqual(filesIn(output), [".plateau-site.json", "a.html"]);
    await site(output, { "b.ts": "B" });
    assert.deepEqual(filesIn(output), [".plateau-site.json", "b.html", "index.html"]);
  }));

Deno.test("whatever a title, a finding or a file name says, the index shows it as words", () => {
  for (const payload of payloads) {
    const text = payload.replaceAll("\0", "�");
    const entry = { file: `${payload}.html`, title: payload, finding: payload, made: MADE, bytes: 1 };
    const { document } = parseHTML(sitePage(payload, [entry], ""));
    assert.equal(document.querySelectorAll("main *").length, 12, payload);
    assert.equal(document.querySelectorAll("script, img:not([alt]), iframe, svg").length, 0, payload);
    assert.equal(document.querySelector("li > a")!.textContent!.replaceAll("\0", "�"), text);
    assert.match(document.querySelector("li > a")!.getAttribute("href")!, /^[\w.!~*'()%-]+$/);
  }
});
