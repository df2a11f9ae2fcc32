import assert from "node:assert/strict";
import type { Surroundings } from "../../../lib/engine/libraries/library.ts";
import { findPlugin } from "../../../lib/engine/xla/plugin.ts";

const so = "libpjrt_cpu.so", pack = "fastatomstruct_xla_cpu";
const cached = `/home/ada/.cache/plateau/xla-cpu-2026.6.23/${so}`;
const installed = `/venv/lib/python3.12/site-packages/${pack}/${so}`;

const around = (variables: Record<string, string>, files: readonly string[], python: string | null) => ({
  os: "linux",
  variable: (name: string) => variables[name],
  isFile: (path: string) => files.includes(path),
  list: (folder: string) => folder === "/venv/lib" ? ["python3.12"] : [],
  askPython: (asked: string) => Promise.resolve(asked === pack || asked === cuda12 ? python : null),
} satisfies Surroundings);

const cuda12 = "jax_plugins/xla_cuda12", cudaSo = "xla_cuda_plugin.so";
const home = { HOME: "/home/ada" };
const cases: [
  string,
  Record<string, string>,
  string[],
  string | null,
  [file: string, from: string] | null,
][] = [
  ["nothing", home, [], null, null],
  ["a named file first", { ...home, PJRT_PLUGIN_PATH: "/opt/x.so" }, ["/opt/x.so", cached], null, [
    "/opt/x.so",
    "PJRT_PLUGIN_PATH",
  ]],
  ["a named folder", { PJRT_PLUGIN_PATH: "/opt" }, [`/opt/${so}`], null, [
    `/opt/${so}`,
    "PJRT_PLUGIN_PATH",
  ]],
  ["a virtual environment before the cache", { ...home, VIRTUAL_ENV: "/venv" }, [installed, cached], null, [
    installed,
    "Python environment",
  ]],
  ["what python3 knows", home, [`/py/${so}`], "/py", [`/py/${so}`, "Python environment"]],
  ["the cache, without asking python3", home, [`/py/${so}`, cached], "/py", [cached, "cache"]],
];
for (const [title, variables, files, python, finds] of cases) {
  Deno.test(`the plug-in of XLA is found: ${title}`, async () => {
    const found = await findPlugin("cpu", around(variables, files, python));
    assert.deepEqual(found, finds && { file: finds[0], from: finds[1] });
  });
}

Deno.test("a named plug-in that is not there is no other one", async () => {
  await assert.rejects(findPlugin("cpu", around({ ...home, PJRT_PLUGIN_PATH: "/gone" }, [cached], null)), {
    name: "BadLibraryPath",
    message: "no plug-in of XLA at PJRT_PLUGIN_PATH: /gone (name the library or its folder, or unset it)",
  });
});

const inCache = (pack: string, version: string) =>
  `/home/ada/.cache/plateau/xla-${pack}-${version}/jax_plugins/xla_${pack}/${cudaSo}`;
const ofCuda: [string, Record<string, string>, string[], string | null, string | null][] = [
  ["none", home, [cached], null, null],
  [
    "the newer CUDA of a virtual environment",
    { ...home, VIRTUAL_ENV: "/venv" },
    [
      `/venv/lib/python3.12/site-packages/jax_plugins/xla_cuda12/${cudaSo}`,
      `/venv/lib/python3.12/site-packages/jax_plugins/xla_cuda13/${cudaSo}`,
    ],
    null,
    `/venv/lib/python3.12/site-packages/jax_plugins/xla_cuda13/${cudaSo}`,
  ],
  [
    "what python3 knows of CUDA 12",
    home,
    [`/py/${cudaSo}`],
    "/py",
    `/py/${cudaSo}`,
  ],
  [
    "the cache",
    home,
    [inCache("cuda12", "0.12.0.1"), inCache("cuda13", "0.12.0.1")],
    null,
    inCache("cuda13", "0.12.0.1"),
  ],
];
/** CUDA's versions that drivers serve, and the plug-in that is taken of both in the cache. */
const ofDrivers: [number | null, "cuda12" | "cuda13"][] = [
  [12_040, "cuda12"],
  [13_000, "cuda13"],
  [14_000, "cuda13"],
  [null, "cuda13"],
];
for (const [serves, takes] of ofDrivers) {
  Deno.test(`of two plug-ins for CUDA ${takes} is taken where the driver serves ${serves}`, async () => {
    const both = [inCache("cuda12", "0.12.0.1"), inCache("cuda13", "0.12.0.1")];
    const driver = { cudaVersion: () => serves };
    const found = await findPlugin("cuda", around(home, both, null), driver);
    assert.equal(found!.file, inCache(takes, "0.12.0.1"));
    const other = both.filter((file) => file !== found!.file);
    assert.equal((await findPlugin("cuda", around(home, other, null), driver))!.file, other[0]);
  });
}

for (const [title, variables, files, python, file] of ofCuda) {
  Deno.test(`a plug-in for CUDA is found: ${title}`, async () => {
    assert.equal(
      (await findPlugin("cuda", around(variables, files, python), { cudaVersion: () => null }))?.file ?? null,
      file,
    );
  });
}
