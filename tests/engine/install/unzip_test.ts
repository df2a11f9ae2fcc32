import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../../in_folder.ts";
import { type Entry, zipOf } from "./zip_of.ts";
import { unzipMember, zipMembers } from "../../../lib/engine/install/unzip.ts";

/** Unpacks every member of a zip into a folder of its own, and answers contents and progress. */
async function unzip(zip: Uint8Array): Promise<{ contents: Record<string, Uint8Array>; bytes: number }> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "test.zip");
    await Deno.writeFile(file, zip);
    const contents: Record<string, Uint8Array> = {};
    let bytes = 0;
    for (const member of await zipMembers(file)) {
      await unzipMember(file, member, join(folder, "out"), { progress: (more) => bytes += more });
      contents[member.name] = await Deno.readFile(join(folder, "out"));
    }
    return { contents, bytes };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const long = Uint8Array.from({ length: 300_000 }, (_, i) => i * i >> 3);
const text = new TextEncoder().encode("libtensorflow");

Deno.test("stored, deflated and empty members come back whole, and progress counts their bytes", async () => {
  const entries: Entry[] = [
    { name: "a/long.bin", content: long },
    { name: "../text", content: text, method: 0 },
    { name: "empty", content: new Uint8Array(0), method: 0 },
  ];
  for (const comment of ["", "a comment at the end"]) {
    const { contents, bytes } = await unzip(zipOf(entries, comment));
    assert.deepEqual(contents, Object.fromEntries(entries.map(({ name, content }) => [name, content])));
    assert.equal(bytes, long.length + text.length);
  }
});

Deno.test("unpacking ends when it is told to", () =>
  inFolder(async (folder) => {
    const file = join(folder, "test.zip");
    await Deno.writeFile(file, zipOf([{ name: "a", content: long }]));
    const [member] = await zipMembers(file), stop = new AbortController();
    stop.abort();
    await assert.rejects(unzipMember(file, member, join(folder, "out"), { signal: stop.signal }), {
      name: "AbortError",
    });
  }));

const damaged: { title: string; zip: Uint8Array; reason: RegExp }[] = [
  { title: "no zip at all", zip: text, reason: /no end of central directory/ },
  {
    title: "a cut zip",
    zip: zipOf([{ name: "a", content: long }]).subarray(0, 900),
    reason: /no end of central/,
  },
  {
    title: "more bytes than declared",
    zip: zipOf([{ name: "a", content: long, claims: { size: 10 } }]),
    reason: /a: longer than its 10 bytes/,
  },
  {
    title: "fewer bytes than declared",
    zip: zipOf([{ name: "a", content: text, claims: { size: 99 } }]),
    reason: /a: 13 bytes of 99/,
  },
  {
    title: "a wrong checksum",
    zip: zipOf([{ name: "a", content: text, claims: { crc: 1 } }]),
    reason: /a: wrong CRC-32/,
  },
  {
    title: "an unknown compression",
    zip: zipOf([{ name: "a", content: text, method: 14 }]),
    reason: /a: compression method 14/,
  },
];
for (const { title, zip, reason } of damaged) {
  Deno.test(`a zip with ${title} is refused`, async () => {
    await assert.rejects(unzip(zip), (error: Error) => {
      assert.equal(error.name, "BadZip");
      assert.match(error.message, /^invalid zip: .*test\.zip \(/);
      assert.match(error.message, reason);
      return true;
    });
  });
}

Deno.test("a damaged byte anywhere is refused or changes nothing that is read", async () => {
  const zip = zipOf([{ name: "a", content: text }]);
  for (let at = 0; at < zip.length; at++) {
    const bad = zip.slice();
    bad[at] ^= 0xff;
    const contents = await unzip(bad).then((found) => Object.values(found.contents), (error) => {
      assert.equal(error.name, "BadZip", `byte ${at}: ${error.message}`);
      return [];
    });
    for (const content of contents) {
      assert.ok(content.length === 0 || new TextDecoder().decode(content) === "libtensorflow");
    }
  }
});
