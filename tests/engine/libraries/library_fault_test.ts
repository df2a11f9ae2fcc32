import assert from "node:assert/strict";
import { headFault, type Platform, versionFault } from "../../../lib/engine/libraries/library_fault.ts";
import { madeLibrary } from "./made_library.ts";

const intel: Platform = { os: "linux", arch: "x86_64" };
const arm: Platform = { os: "linux", arch: "aarch64" };
const apple: Platform = { os: "darwin", arch: "aarch64" };

/** The first words of a Mach-O file: its kind, and its processor. */
function machO(kind: number, processor: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(32));
  view.setUint32(0, kind, true);
  view.setUint32(4, processor, true);
  return new Uint8Array(view.buffer);
}
const text = new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n".repeat(3));
const whole = madeLibrary();

const cases: [title: string, head: Uint8Array, size: number, platform: Platform, fault: string | null][] = [
  ["a whole library", whole, whole.length, intel, null],
  ["one with names for debuggers behind it", whole, whole.length + 200e6, intel, null],
  ["an empty file", new Uint8Array(0), 0, intel, "is empty"],
  ["a text", text, text.length, intel, "is no shared library of 64 bits"],
  ["a program", whole.with(16, 2), whole.length, intel, "is no shared library of 64 bits"],
  ["a few bytes", whole.subarray(0, 20), 20, intel, "is no shared library of 64 bits"],
  [
    "another processor's",
    madeLibrary({ machine: 183 }),
    9e6,
    intel,
    "is for aarch64, and this machine is x86_64",
  ],
  ["ours elsewhere", whole, whole.length, arm, "is for x86_64, and this machine is aarch64"],
  [
    "an unknown one's",
    madeLibrary({ machine: 8 }),
    9e6,
    arm,
    "is for another processor, and this machine is aarch64",
  ],
  ["a cut one", whole, whole.length - 1, intel, "is cut off: 0 of 0 MB"],
  [
    "a library of macOS on Linux",
    machO(0xfeedfacf, 0x0100_000c),
    9e6,
    intel,
    "is no shared library of 64 bits",
  ],
  ["a library of macOS", machO(0xfeedfacf, 0x0100_000c), 9e6, apple, null],
  [
    "Intel's of macOS",
    machO(0xfeedfacf, 0x0100_0007),
    9e6,
    apple,
    "is for x86_64, and this machine is aarch64",
  ],
  ["one for both", machO(0xbebafeca, 0x0200_0000), 9e6, apple, null],
  ["one of Linux on macOS", whole, whole.length, apple, "is no shared library of 64 bits"],
  ["any file where neither is known", text, text.length, { os: "windows", arch: "x86_64" }, null],
];
for (const [title, head, size, platform, fault] of cases) {
  Deno.test(`the head of ${title} says: ${fault ?? "nothing is wrong"}`, () => {
    assert.equal(headFault(head, size, platform), fault);
  });
}

const versions: [version: string, fault: string | null][] = [
  ["2.21.0", null],
  ["2.12.0", null],
  ["2.13.0-rc1", null],
  ["3.0.0", null],
  ["2.11.1", "is TensorFlow 2.11.1, too old"],
  ["1.15.5", "is TensorFlow 1.15.5, too old"],
  ["", "has no version: empty"],
  ["of mine", "has no version: of mine"],
];
for (const [version, fault] of versions) {
  Deno.test(`version "${version}" ${fault ?? "serves"}`, () => assert.equal(versionFault(version), fault));
}
