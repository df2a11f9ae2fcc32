import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { packSection } from "../../lib/report/pack_section.ts";
import { isSealed, sealReport } from "../../lib/report/seal.ts";
import {
  DamagedReport,
  manifestElement,
  NotAReport,
  readSections,
  sectionElement,
  SECTIONS,
  unpackSection,
} from "../../lib/report/sections.ts";

const MANIFEST = `{"sha256":"","title":"a </script><b>"}`;
const page = (elements: readonly string[], text = "") =>
  `<!doctype html>\n<html><body><p title='<p id="plateau-client">'>${text}</p>\n${
    elements.join("\n")
  }\n</body></html>\n`;
const elements = () => [
  ...SECTIONS.map((name) => sectionElement(name, packSection(bytesOf(name)))),
  manifestElement(MANIFEST),
];
const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("what is packed is unpacked as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 50_000 }), async (bytes) => {
      assert.deepEqual(
        await unpackSection("client", packSection(bytes)),
        Uint8Array.from(bytes),
      );
    }),
    { numRuns: 40 },
  );
});

Deno.test("the parts of a page are found, whatever stands beside them", async () => {
  const { manifest, packed } = readSections(
    page(elements(), `<script type="module">a</script>&lt;script id=plateau-client>`),
  );
  assert.deepEqual(JSON.parse(manifest), JSON.parse(MANIFEST));
  for (const name of SECTIONS) assert.deepEqual(await unpackSection(name, packed[name]), bytesOf(name));
});

const one = (name: string) => (html: string) =>
  html.replace(new RegExp(`<script [^>]*plateau-${name}.*\n`), "");
const DAMAGES: Record<string, [damage: (html: string) => string, told: string]> = {
  "no recording": [one("recording"), "damaged report: recording: it is missing"],
  "no manifest": [one("manifest"), "damaged report: manifest: it is missing"],
  "a second part": [
    (html) => html.replace("<p ", `<script type="application/gzip" id="plateau-client">AAAA</script><p `),
    "damaged report: client: it is there 2 times",
  ],
  "a second part in another way of writing": [
    (html) => html.replace("<p ", `<SCRIPT ID = plateau-client>AAAA</SCRIPT><p `),
    "damaged report: client: it is there 2 times",
  ],
  "a part with another tag": [
    (html) => html.replace(`application/gzip" id="plateau-client`, `module" id="plateau-client`),
    "damaged report: client: its tag is not as it was written",
  ],
  "a part that is cut": [
    (html) => html.slice(0, html.indexOf("plateau-manifest") + 60),
    "damaged report: manifest: it does not end",
  ],
};
for (const [name, [damage, told]] of Object.entries(DAMAGES)) {
  Deno.test(`${name} is told in one line`, () => {
    const html = page(elements()), damaged = damage(html);
    assert.notEqual(damaged, html);
    assert.throws(() => readSections(damaged), new DamagedReport(told.split(": ")[1], told.split(": ")[2]));
  });
}

const SCRIPTS = [
  "<script>alert(1)</script>",
  `<SCRIPT type="module">alert(1)</SCRIPT>`,
  `<script title=">" id="plateau-clien">alert(1)</script>`,
  `<script\nsrc="data:,alert(1)"></script>`,
  "<script/x>alert(1)</script>",
  `<svg><script>alert(1)</script></svg>`,
  `<script type="module">1</script><script type="module">2</script>`,
];
for (const script of SCRIPTS) {
  Deno.test(`a report has no script more: ${script.replaceAll("\n", " ")}`, () => {
    const html = page([...elements(), `<script type="module">boot()</script>`]);
    readSections(html);
    assert.throws(
      () => readSections(html.replace("<p ", () => `${script}<p `)),
      /^DamagedReport: damaged report: page: it has a script /,
    );
  });
}

Deno.test("a page without any part is no report", () => {
  assert.throws(() => readSections("<!doctype html><p>Hello"), NotAReport);
});

const BROKEN: Record<string, [packed: string, told: string]> = {
  "nothing": ["", "its base64 is broken"],
  "letters that are none of base64": ["AA!A", "its base64 is broken"],
  "base64 without its end": ["AAA", "its base64 is broken"],
  "base64 with blanks": ["AAAA\nAAA=", "its base64 is broken"],
  "bytes that are no gzip": ["AAAA", "its gzip is broken"],
  "gzip that is cut": [gzipSync("hello").subarray(0, 12).toBase64(), "its gzip is broken"],
  "gzip with something after it": [
    `${Uint8Array.from([...gzipSync("hello"), 1, 2]).toBase64()}`,
    "its gzip is broken",
  ],
  "gzip with another sum": [
    gzipSync("hello").map((byte, i) => i === 17 ? byte ^ 1 : byte).toBase64(),
    "its gzip is broken",
  ],
};
for (const [name, [packed, told]] of Object.entries(BROKEN)) {
  Deno.test(`${name} is damage`, async () => {
    await assert.rejects(unpackSection("client", packed), new DamagedReport("client", told));
  });
}

Deno.test("a part that would fill the memory is refused before it does", async () => {
  const bomb = gzipSync(new Uint8Array(20e6)).toBase64();
  await assert.rejects(unpackSection("sources", bomb, 1e6), /more than 1000000 bytes/);
});

Deno.test("any changed byte of a sealed file is found", () => {
  const html = sealReport(page(elements(), "0.97"));
  assert.ok(isSealed(html));
  fc.assert(fc.property(fc.nat(html.length - 1), fc.constantFrom("a", "0", " ", ""), (at, by) => {
    const changed = html.slice(0, at) + by + html.slice(at + 1);
    if (changed === html) return;
    let sealed = false;
    try {
      sealed = isSealed(changed);
    } catch (error) {
      assert.ok(error instanceof DamagedReport);
    }
    assert.equal(sealed, false);
  }));
});

Deno.test("a file is sealed once, and only with all of its parts", () => {
  const html = page(elements());
  assert.throws(() => sealReport(sealReport(html)), /sealed already/);
  assert.throws(() => sealReport(one("client")(html)), DamagedReport);
});
