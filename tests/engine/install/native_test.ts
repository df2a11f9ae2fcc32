import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installNative } from "../../../lib/engine/install/install_native.ts";
import { nativeOffer, offerOf, offerText } from "../../../lib/engine/install/native_offer.ts";
import { progressText } from "../../../lib/engine/install/progress_line.ts";
import { removeNative, sweepCache } from "../../../lib/engine/install/remove_native.ts";
import { bytesToDownload, downloadCommands, packFor } from "../../../lib/engine/install/wheel.ts";
import { type PluginDevice, pluginDevices, pluginPack } from "../../../lib/engine/platforms.ts";
import { inFolder } from "../../in_folder.ts";
import { madeLibrary } from "../libraries/made_library.ts";
import { libtensorflowForTests } from "../libtensorflow_for_tests.ts";

const linux = { os: "linux", arch: "x86_64" };

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

/** Puts two whole libraries where the installation would; the first one's path. */
async function putLibraries(cache: string): Promise<string> {
  const folder = join(cache, "libtensorflow-2.21.0");
  await Deno.mkdir(folder);
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    await Deno.writeFile(join(folder, name), madeLibrary());
  }
  return join(folder, "libtensorflow_cc.so.2");
}

Deno.test("a platform without a wheel is one line", async () => {
  await assert.rejects(installNative({ platform: { os: "windows", arch: "x86_64" }, cache: "/nowhere" }), {
    name: "NativeError",
    message:
      "no libtensorflow for windows x86_64 (Linux x86_64 and macOS aarch64; elsewhere set LIBTENSORFLOW_PATH)",
  });
});

Deno.test("a platform without a plug-in of XLA is one line", async () => {
  const platform = { os: "darwin", arch: "aarch64" };
  await assert.rejects(installNative({ platform, cache: "/nowhere", device: "cpu" }), {
    name: "NativeError",
    message: "no plug-in of XLA for darwin aarch64 (Linux x86_64; elsewhere set PJRT_PLUGIN_PATH)",
  });
});

Deno.test("without a folder for it nothing is downloaded", async () => {
  const message = "no folder for the library: set HOME or XDG_CACHE_HOME";
  await assert.rejects(installNative({ platform: linux, cache: null }), { message });
});

Deno.test("a wheel that is not the pinned one, or not there, is refused and leaves nothing behind", () =>
  inFolder(async (cache) => {
    const wheel = join(cache, "fake.whl");
    await Deno.writeTextFile(wheel, "not a wheel");
    await assert.rejects(installNative({ platform: linux, cache, wheel, log() {} }), (error: Error) => {
      assert.match(
        error.message,
        /^wrong SHA-256 of fake\.whl: [0-9a-f]{64} \(expected 2b847d21[0-9a-f]{56}; try again\)$/,
      );
      return true;
    });
    const missing = installNative({ platform: linux, cache, wheel: join(cache, "gone.whl"), log() {} });
    await assert.rejects(missing, {
      name: "NativeError",
      message: `missing file: ${join(cache, "gone.whl")}`,
    });
    assert.deepEqual(names(cache), ["fake.whl"]);
  }));

Deno.test("where several wheels are needed, a file or a folder without one of them is one line", () =>
  inFolder(async (cache) => {
    const wheels = join(cache, "wheels"), file = join(wheels, "nvidia_cublas-13.10.0.20-py3-none-any.whl");
    await Deno.mkdir(wheels);
    await Deno.writeTextFile(file, "not a wheel");
    const from = (wheel: string) =>
      installNative({ platform: linux, cache, wheel, device: "cuda13", log() {} });
    await assert.rejects(from(file), {
      message: `invalid wheel: ${file} (14 are needed: name a folder of them)`,
    });
    await assert.rejects(from(wheels), {
      message: `missing wheel: jax-cuda13-pjrt==0.12.0.1 in ${wheels}`,
    });
    assert.deepEqual(names(cache), ["wheels"]);
  }));

Deno.test("every pinned wheel is one of a platform, and no two have the same file", () => {
  for (const device of ["cpu", "cuda13", "cuda12", "rocm"] as const) {
    const { wheels, inside } = packFor("linux", "x86_64", device)!;
    for (const { requirement, platform, sha256, members } of wheels) {
      assert.match(requirement, /^[\w-]+==[\d.]+$/);
      assert.match(platform, /^manylinux_2_\d+_x86_64$/);
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.ok(members.every((member) => member.startsWith(inside) && !member.includes("..")), requirement);
    }
    const all = wheels.flatMap(({ members }) => members);
    assert.equal(new Set(all).size, all.length);
    const { file, below } = pluginPack(device);
    assert.equal(all[0].slice(inside.length), join(below, file), "the plug-in is where it is looked for");
  }
});

Deno.test("what is installed already is not downloaded again", () =>
  inFolder(async (cache) => {
    const library = await putLibraries(cache);
    const lines: string[] = [];
    assert.equal(await installNative({ platform: linux, cache, log: (line) => lines.push(line) }), library);
    assert.deepEqual(lines, [`libtensorflow 2.21.0 is there: ${library}`]);
  }));

Deno.test("what is installed and damaged is named, and stays until the new one is there", () =>
  inFolder(async (cache) => {
    const library = await putLibraries(cache), wheel = join(cache, "fake.whl");
    await Deno.truncate(library, 700);
    await Deno.writeTextFile(wheel, "not a wheel");
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    await assert.rejects(installNative({ platform: linux, cache, wheel, log }), { name: "NativeError" });
    assert.deepEqual(lines, [`${library} is cut off: 0 of 0 MB: it is installed again`]);
    assert.deepEqual(names(cache), ["fake.whl", "libtensorflow-2.21.0"]);
  }));

Deno.test("an installation that is stopped leaves nothing behind", () =>
  inFolder(async (cache) => {
    const wheel = join(cache, "big.whl"), stop = new AbortController();
    await Deno.writeFile(wheel, new Uint8Array(5e6));
    stop.abort();
    const stopped = installNative({ platform: linux, cache, wheel, log() {}, signal: stop.signal });
    await assert.rejects(stopped, { name: "AbortError" });
    assert.deepEqual(names(cache), ["big.whl"]);
  }));

Deno.test("removing frees what was installed and touches nothing else; a second time there is nothing", () =>
  inFolder(async (cache) => {
    await putLibraries(cache);
    await Deno.mkdir(join(cache, "python"));
    await Deno.mkdir(join(cache, "compiled", "0123456789abcdef"), { recursive: true });
    await Deno.writeFile(join(cache, "compiled", "0123456789abcdef", "plateau_1"), new Uint8Array(70));
    assert.equal(await removeNative(cache), 2 * madeLibrary().length + 70);
    assert.deepEqual(names(cache), ["python"]);
    assert.equal(await removeNative(cache), null);
    assert.equal(await removeNative(null), null);
  }));

Deno.test("what killed installations left is swept after a day", () =>
  inFolder(async (cache) => {
    for (const name of ["unfinished-1", "removed-2", "libtensorflow-2.21.0"]) {
      await Deno.mkdir(join(cache, name));
    }
    await Deno.writeTextFile(join(cache, "unfinished-file"), "");
    await sweepCache(cache, Date.now() + 23 * 3_600_000);
    assert.equal(names(cache).length, 4);
    await sweepCache(cache, Date.now() + 25 * 3_600_000);
    assert.deepEqual(names(cache), ["libtensorflow-2.21.0", "unfinished-file"]);
  }));

/** The command as its user starts it, in a cache of its own and with the programs of one folder. */
async function started(
  args: string[],
  cache: string,
  programs = "/nowhere",
  more: { cwd?: string; env?: Record<string, string> } = {},
) {
  const env = {
    XDG_CACHE_HOME: cache,
    DENO_DIR: await denoDir,
    PATH: programs,
    HOME: cache,
    NO_COLOR: "1",
    ...more.env,
  };
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--no-check", native, ...args],
    clearEnv: true,
    cwd: more.cwd,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
/** What it has said at its end. */
async function command(...given: Parameters<typeof started>) {
  const { code, stdout, stderr } = await (await started(...given)).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
const native = fileURLToPath(new URL("../../../lib/engine/install/native.ts", import.meta.url));
/** Deno keeps its packages below XDG_CACHE_HOME too, unless it is told where. */
const denoDir = (async () => {
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(info.stdout)).denoDir as string;
})();

const known = "(has --wheel, --device, --path, --remove, --help)";
const neither =
  "cannot download tensorflow-cpu==2.21.0: neither pip nor uv is installed (install one of them)";
const uses: [args: string[], code: number, said: string][] = [
  [["install"], 2, `unknown word: install ${known}`],
  [["--force"], 2, `unknown word: --force ${known}`],
  [["--wheel"], 2, "missing file: --wheel <path>"],
  [["--path", "--remove"], 2, "invalid options: one of --wheel, --path, --remove at a time"],
  [["--path"], 1, "no libtensorflow here (deno task native installs one)"],
  [["--remove"], 0, "nothing to remove: none is installed"],
  [["--device"], 2, "missing device: --device cpu"],
  [["--device", "tpu"], 2, "unknown device: tpu (has cpu, cuda13, cuda12, rocm)"],
  [
    ["--device", "cpu", "--path"],
    1,
    "no plug-in of XLA for CPUs here (deno task native --device cpu installs one)",
  ],
  [
    ["--device", "cuda12", "--path"],
    1,
    "no plug-in of XLA for CUDA 12 here (deno task native --device cuda12 installs one)",
  ],
];
for (const [args, code, said] of uses) {
  Deno.test(`deno task native ${args.join(" ")}: ${said}`, () =>
    inFolder(async (cache) =>
      assert.deepEqual(await command(args, cache), { code, stdout: "", stderr: said })
    ));
}

const onLinux = { ignore: Deno.build.os !== "linux" || Deno.build.arch !== "x86_64" };

Deno.test("the path of the library in use is printed alone", onLinux, () =>
  inFolder(async (cache) => {
    await Deno.mkdir(join(cache, "plateau"));
    const library = await putLibraries(join(cache, "plateau"));
    assert.deepEqual(await command(["--path"], cache), { code: 0, stdout: library, stderr: "" });
    const { code, stderr } = await command(["--remove"], cache);
    assert.deepEqual([code, stderr, names(join(cache, "plateau"))], [
      0,
      "freed 0 MB of libraries and compiled programs",
      [],
    ]);
  }));

Deno.test(
  "of each device its own plug-in's path is printed, and another one's does not stand in",
  onLinux,
  () =>
    inFolder(async (cache) => {
      const put = async (device: PluginDevice) => {
        const { folder, below, file } = pluginPack(device), path = join(cache, "plateau", folder, below);
        await Deno.mkdir(path, { recursive: true });
        await Deno.writeFile(join(path, file), madeLibrary());
        return join(path, file);
      };
      const others = [await put("cpu"), await put("cuda13"), await put("rocm")];
      assert.equal((await command(["--device", "cuda12", "--path"], cache)).code, 1);
      const paths = new Set([...others, await put("cuda12")]), printed = new Set<string>();
      for (const device of pluginDevices) {
        const { code, stdout, stderr } = await command(["--device", device, "--path"], cache);
        assert.deepEqual([code, stderr], [0, ""]);
        assert.ok(stdout.includes(pluginPack(device).folder), `${device}: ${stdout}`);
        printed.add(stdout);
      }
      assert.deepEqual(printed, paths);
    }),
);

Deno.test("a machine without pip and uv gets one line", onLinux, () =>
  inFolder(async (cache) => {
    const { code, stderr } = await command([], cache);
    assert.equal(code, 1);
    assert.equal(stderr.split("\n").at(-1), neither);
    assert.deepEqual(names(join(cache, "plateau")), []);
  }));

const complaints: [title: string, script: string, line: string][] = [
  ["a Python without pip", "echo '/usr/bin/python3: No module named pip' >&2; exit 1", neither],
  [
    "a pip that reaches no index",
    "echo 'WARNING: retrying' >&2; echo 'ERROR: No matching distribution found' >&2; exit 1",
    "cannot download tensorflow-cpu==2.21.0: ERROR: No matching distribution found (check the network)",
  ],
  [
    "a pip without space",
    "echo 'ERROR: Could not install: [Errno 28] No space left on device: a.whl' >&2; exit 1",
    "no space left in CACHE/plateau (1.2 GB is needed for a while)",
  ],
];
for (const [title, script, line] of complaints) {
  Deno.test(`${title} gets one line`, onLinux, () =>
    inFolder(async (cache) => {
      await Deno.writeTextFile(join(cache, "python3"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const { code, stderr } = await command([], cache, cache);
      assert.deepEqual([code, stderr.split("\n").at(-1)], [1, line.replace("CACHE", cache)]);
    }));
}

Deno.test(
  "what a killed installation left is gone at the next one, and what another works on stays",
  onLinux,
  () =>
    inFolder(async (cache) => {
      const at = join(cache, "pid"), kept = join(cache, "plateau");
      const script = `#!/bin/sh\necho $$ > ${at}.new; /bin/mv ${at}.new ${at}; exec /bin/sleep 60\n`;
      await Deno.writeTextFile(join(cache, "python3"), script, { mode: 0o755 });
      const first = await started([], cache, cache);
      while (await Deno.stat(at).catch(() => null) === null) await new Promise((go) => setTimeout(go, 10));
      try {
        const [folder, ...others] = names(kept);
        assert.match(folder, /^unfinished-/);
        assert.deepEqual(others, []);
        await command([], cache);
        assert.deepEqual(names(kept), [folder]);
        first.kill("SIGKILL");
        await first.output();
        assert.deepEqual(names(kept), [folder]);
        await command([], cache);
        assert.deepEqual(names(kept), []);
      } finally {
        Deno.kill(Number(await Deno.readTextFile(at)), "SIGKILL");
      }
    }),
);

const python = await new Deno.Command("python3", { args: ["-c", "import sys; print(sys.executable)"] })
  .output().then(({ stdout }) => new TextDecoder().decode(stdout).trim(), () => null);

Deno.test(
  "a pip.py where the user stands is not run",
  { ignore: onLinux.ignore || python === null },
  () =>
    inFolder(async (cache) => {
      const programs = join(cache, "programs"), here = join(cache, "here"), trace = join(cache, "it was run");
      await Deno.mkdir(programs);
      await Deno.mkdir(here);
      // no index: a pip that is there finds no wheel, at once
      const start = `#!/bin/sh\nexec ${JSON.stringify(python)} "$@"\n`;
      await Deno.writeTextFile(join(programs, "python3"), start, { mode: 0o755 });
      await Deno.writeTextFile(join(here, "pip.py"), `open(${JSON.stringify(trace)}, "w")`);
      const { code } = await command([], cache, programs, { cwd: here, env: { PIP_NO_INDEX: "1" } });
      assert.equal(code, 1);
      await assert.rejects(Deno.stat(trace), Deno.errors.NotFound);
    }),
);

Deno.test("the offer says how much faster and how much to download", async () => {
  const offer = offerOf(bytesToDownload(packFor("linux", "x86_64")!));
  assert.equal(offer.megabytes, 274);
  assert.ok(offer.times > 5 && offer.times < 100, `${offer.times} times`);
  assert.equal(
    offerText(offer),
    `the native engine trains small networks about ${offer.times}× faster (274 MB): deno task native`,
  );
  if (libtensorflowForTests !== null) {
    assert.equal(await nativeOffer(), null, "nothing is offered that is there");
  }
});

Deno.test("the download names the wheel's Python and platform, and no dependency, build or host", () => {
  const [wheel] = packFor("linux", "x86_64")!.wheels;
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
  assert.equal(packFor("linux", "aarch64"), null);
});

Deno.test("progress counts megabytes and the time that is left", () => {
  assert.equal(progressText("downloaded", 0, 274e6, 5), "downloaded 0 of 274 MB");
  assert.equal(progressText("downloaded", 137e6, 274e6, 5), "downloaded 137 of 274 MB, 5 s left");
  assert.equal(progressText("unpacked", 900e6, 853e6, 5), "unpacked 853 of 853 MB, 0 s left");
});

Deno.test("of a device its plug-in alone is removed", () =>
  inFolder(async (cache) => {
    for (const device of ["cpu", "cuda13"] as const) {
      await Deno.mkdir(join(cache, pluginPack(device).folder));
      await Deno.writeFile(join(cache, pluginPack(device).folder, "a.so"), new Uint8Array(7));
    }
    assert.equal(await removeNative(cache, "cuda13"), 7);
    assert.deepEqual(names(cache), [pluginPack("cpu").folder]);
    assert.equal(await removeNative(cache, "cuda13"), null);
  }));

Deno.test("a cache that cannot be made is told in one line, with what to set", onLinux, async () => {
  const file = await Deno.makeTempFile();
  try {
    await assert.rejects(
      installNative({ device: "cpu", cache: join(file, "plateau"), log: () => {} }),
      ({ name, message }: Error) =>
        name === "NativeError" &&
        /^cannot make \/.+\/plateau: .+ \(name another folder by XDG_CACHE_HOME\)$/.test(message),
    );
  } finally {
    await Deno.remove(file);
  }
});
