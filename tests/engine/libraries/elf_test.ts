import assert from "node:assert/strict";
import fc from "fast-check";
import { loadedPart } from "../../../lib/engine/install/loaded_part.ts";
import { ELF_HEAD, readElf, segmentsEnd } from "../../../lib/engine/libraries/elf.ts";
import { madeLibrary } from "./made_library.ts";

const head = (bytes: Uint8Array) => bytes.subarray(0, ELF_HEAD);

Deno.test("the head of a library tells its processor and its segments", () => {
  const elf = readElf(madeLibrary({ machine: 183 }))!;
  assert.deepEqual([elf.type, elf.machine, elf.segments.map(({ type }) => type)], [3, 183, [
    1,
    2,
    0x6474e551,
  ]]);
  assert.equal(segmentsEnd(elf), madeLibrary().length);
});

Deno.test("what is no ELF file of 64 bits, low byte first, is none", () => {
  const library = madeLibrary();
  const changed = (at: number, value: number) => library.with(at, value);
  const others = [
    new Uint8Array(0),
    new TextEncoder().encode("#!/bin/sh\n".repeat(20)),
    library.subarray(0, 63),
    changed(0, 0), // another first byte
    changed(4, 1), // 32 bits
    changed(5, 2), // high byte first
    changed(54, 40), // program headers of another length
    changed(57, 40), // more of them than the file holds
    changed(32, 8), // that lie in the header
  ];
  for (const other of others) assert.equal(readElf(other), null);
});

Deno.test("no bytes at all make the reader fail or cut within the segments", () => {
  const library = madeLibrary({ behind: 500 });
  const damage = fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { maxLength: 8 });
  fc.assert(fc.property(damage, fc.nat(library.length), (changes, length) => {
    const bytes = library.slice();
    for (const [at, value] of changes) bytes[at] = value;
    const part = loadedPart(head(bytes.subarray(0, length)), length);
    if (part === null) return;
    assert.ok(part.bytes < length);
    assert.equal(part.bytes, segmentsEnd(readElf(bytes)!));
  }));
});

Deno.test("the loaded part ends with the last segment and names no sections", () => {
  const library = madeLibrary({ behind: 5_000 });
  const part = loadedPart(head(library), library.length)!;
  assert.equal(part.bytes, madeLibrary().length);
  assert.deepEqual(part.head, head(madeLibrary()));
});

for (
  const [title, bytes] of [
    ["a library that ends with its last segment", madeLibrary()],
    ["a program", madeLibrary({ behind: 9 }).with(16, 2)],
    ["what is no library", new Uint8Array(10_000)],
  ] as const
) {
  Deno.test(`${title} is kept whole`, () => assert.equal(loadedPart(head(bytes), bytes.length), null));
}
