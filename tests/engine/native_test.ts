import assert from "node:assert/strict";
import { join } from "node:path";
import { installNative } from "../../lib/engine/native.ts";
import { progressText } from "../../lib/engine/progress_line.ts";
import { downloadCommands, wheelFor } from "../../lib/engine/wheel.ts";

const linux = { os: "linux", arch: "x86_64" };

async function withCache(use: (cache: string) => Promise<void>): Promise<void> {
  const cache = await Deno.makeTempDir();
  try {
    await use(cache);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

Deno.test("a platform without a wheel is one line", async () => {
  await assert.rejects(installNative({ platform: { os: "windows", arch: "x86_64" }, cache: "/nowhere" }), {
    name: "NativeError",
    message:
      "no libtensorflow for windows x86_64 (Linux x86_64 and macOS aarch64; elsewhere set LIBTENSORFLOW_PATH)",
  });
});

Deno.test("without a folder for it nothing is downloaded", async () => {
  const message = "no folder for the library: set HOME or XDG_CACHE_HOME";
  await assert.rejects(installNative({ platform: linux, cache: null }), { message });
});

Deno.test("a wheel that is not the pinned one is refused and leaves nothing behind", async () => {
  await withCache(async (cache) => {
    const wheel = join(cache, "fake.whl");
    await Deno.writeTextFile(wheel, "not a wheel");
    await assert.rejects(installNative({ platform: linux, cache, wheel, log() {} }), (error: Error) => {
      assert.match(
        error.message,
        /^wrong SHA-256 of fake\.whl: [0-9a-f]{64} \(expected 2b847d21[0-9a-f]{56}; try again\)$/,
      );
      return true;
    });
    assert.deepEqual(Array.from(Deno.readDirSync(cache), ({ name }) => name), ["fake.whl"]);
  });
});

Deno.test("what is installed already is not downloaded again", async () => {
  await withCache(async (cache) => {
    const library = join(cache, "libtensorflow-2.21.0", "libtensorflow_cc.so.2");
    await Deno.mkdir(join(cache, "libtensorflow-2.21.0"));
    await Deno.writeTextFile(library, "");
    const lines: string[] = [];
    assert.equal(await installNative({ platform: linux, cache, log: (line) => lines.push(line) }), library);
    assert.deepEqual(lines, [`libtensorflow 2.21.0 is there: ${library}`]);
  });
});

Deno.test("the download names the wheel's Python and platform, and no dependency, build or host", () => {
  const wheel = wheelFor("linux", "x86_64")!;
  for (const command of downloadCommands(wheel, "/folder")) {
    const line = command.join(" ");
    const flags = [
      "--no-deps",
      "--only-binary=:all:",
      "--python-version 3.11",
      "--platform manylinux_2_27_x86_64",
    ];
    for (const flag of ["download tensorflow-cpu==2.21.0", ...flags, "--dest /folder"]) {
      assert.ok(line.includes(flag), `${flag} in ${line}`);
    }
    assert.doesNotMatch(line, /https?:/);
  }
  assert.equal(wheelFor("linux", "aarch64"), null);
});

Deno.test("progress counts megabytes and the time that is left", () => {
  assert.equal(progressText("downloaded", 0, 274e6, 5), "downloaded 0 of 274 MB");
  assert.equal(progressText("downloaded", 137e6, 274e6, 5), "downloaded 137 of 274 MB, 5 s left");
  assert.equal(progressText("unpacked", 900e6, 853e6, 5), "unpacked 853 of 853 MB, 0 s left");
});
