import assert from "node:assert/strict";
import { join } from "node:path";
import { unpackedBytes, unpackWheel } from "../../../lib/engine/install/unpack_wheel.ts";
import { inFolder } from "../../in_folder.ts";
import { madeLibrary } from "../libraries/made_library.ts";
import { bytesOf, zipOf } from "./zip_of.ts";

const library = madeLibrary(), words = new TextEncoder().encode("ptxas");
const members = ["nvidia/cu13/lib/libcudart.so.13", "nvidia/cu13/bin/ptxas"];
const wheel = { requirement: "nvidia==1", platform: "any", bytes: 0, sha256: "", members };
const zip = zipOf([
  { name: members[0], content: bytesOf([library, new Uint8Array(500)]) },
  { name: "nvidia/cu13/include/cuda.h", content: words },
  { name: members[1], content: words },
]);

Deno.test("a wheel's members are unpacked to their places, libraries as far as they are loaded", () =>
  inFolder(async (folder) => {
    const file = join(folder, "nvidia.whl"), into = join(folder, "ready"), seen: number[] = [];
    await Deno.writeFile(file, zip);
    await unpackWheel(file, wheel, into, { progress: (bytes) => seen.push(bytes) });
    assert.equal((await Deno.stat(join(into, members[0]))).size, library.length);
    assert.deepEqual(await Deno.readFile(join(into, members[1])), words);
    assert.equal((await Deno.stat(join(into, members[1]))).mode! & 0o111, 0o111, "a program may be run");
    assert.equal(seen.at(-1), await unpackedBytes(file, wheel));
    assert.deepEqual(Array.from(Deno.readDirSync(join(into, "nvidia/cu13")), ({ name }) => name).sort(), [
      "bin",
      "lib",
    ]);
    await unpackWheel(file, { ...wheel, members: [members[0]] }, into, {
      inside: "nvidia/cu13/lib/",
      progress() {},
    });
    assert.equal((await Deno.stat(join(into, "libcudart.so.13"))).size, library.length);
  }));

Deno.test("a wheel without one of its members is one line", () =>
  inFolder(async (folder) => {
    const file = join(folder, "nvidia.whl");
    await Deno.writeFile(file, zip);
    const lacking = { ...wheel, members: [...members, "nvidia/gone"] };
    await assert.rejects(unpackedBytes(file, lacking), {
      name: "NativeError",
      message: `missing in wheel: ${lacking.members}`,
    });
  }));
