import assert from "node:assert/strict";
import { join } from "node:path";
import {
  findLibrary,
  libraryNames,
  nativeFolder,
  type Surroundings,
  userCache,
} from "../../../lib/engine/libraries/library.ts";
import { inFolder } from "../../in_folder.ts";
import { runChild } from "../run_child.ts";

const so = "libtensorflow_cc.so.2";
const cached = `/home/ada/.cache/plateau/libtensorflow-2.21.0/${so}`;
const inEnvironment = `/venv/lib/python3.12/site-packages/tensorflow/${so}`;
const inPython = `/usr/lib/python3/dist-packages/tensorflow/${so}`;

interface Case {
  title: string;
  variables: Record<string, string>;
  files: string[];
  /** where Python says that its tensorflow is; null: it has none */
  python?: string | null;
  os?: string;
  finds: [file: string, from: string] | null;
}
const home = { HOME: "/home/ada" };
const cases: Case[] = [
  { title: "nothing", variables: {}, files: [], finds: null },
  {
    title: "a named file",
    variables: { LIBTENSORFLOW_PATH: "/opt/x.so" },
    files: ["/opt/x.so", cached],
    finds: ["/opt/x.so", "LIBTENSORFLOW_PATH"],
  },
  {
    title: "a named folder",
    variables: { LIBTENSORFLOW_PATH: "/opt" },
    files: [`/opt/${so}`],
    finds: [`/opt/${so}`, "LIBTENSORFLOW_PATH"],
  },
  {
    title: "the C release in a named folder",
    variables: { LIBTENSORFLOW_PATH: "/opt" },
    files: ["/opt/libtensorflow.so.2"],
    finds: ["/opt/libtensorflow.so.2", "LIBTENSORFLOW_PATH"],
  },
  {
    title: "a virtual environment before the cache",
    variables: { ...home, VIRTUAL_ENV: "/venv" },
    files: [inEnvironment, cached],
    finds: [inEnvironment, "Python environment"],
  },
  {
    title: "what python3 knows before the cache",
    variables: home,
    files: [inPython, cached],
    python: "/usr/lib/python3/dist-packages/tensorflow",
    finds: [inPython, "Python environment"],
  },
  {
    title: "the cache when Python's package has no library",
    variables: home,
    files: [cached],
    python: "/elsewhere/tensorflow",
    finds: [cached, "cache"],
  },
  {
    title: "the cache of XDG_CACHE_HOME",
    variables: { ...home, XDG_CACHE_HOME: "/big" },
    files: [`/big/plateau/libtensorflow-2.21.0/${so}`],
    python: null,
    finds: [`/big/plateau/libtensorflow-2.21.0/${so}`, "cache"],
  },
  {
    title: "macOS names",
    variables: { LIBTENSORFLOW_PATH: "/opt" },
    files: ["/opt/libtensorflow_cc.2.dylib"],
    os: "darwin",
    finds: ["/opt/libtensorflow_cc.2.dylib", "LIBTENSORFLOW_PATH"],
  },
];

function surroundings({ variables, files, python, os }: Omit<Case, "title" | "finds">): Surroundings {
  return {
    os: os ?? "linux",
    variable: (name) => variables[name],
    isFile: (path) => files.includes(path),
    list: (folder) => folder === "/venv/lib" ? ["pkgconfig", "python3.12"] : [],
    askPython: python === undefined ? null : () => Promise.resolve(python),
  };
}
for (const { title, finds, ...given } of cases) {
  Deno.test(`the search for libtensorflow finds ${title}`, async () => {
    const found = await findLibrary(surroundings(given));
    assert.deepEqual(found, finds === null ? null : { file: finds[0], from: finds[1] });
  });
}

Deno.test("a variable that names no library is not passed over", async () => {
  const around = surroundings({ variables: { ...home, LIBTENSORFLOW_PATH: "/gone" }, files: [cached] });
  await assert.rejects(findLibrary(around), {
    name: "BadLibraryPath",
    message: "no libtensorflow at LIBTENSORFLOW_PATH: /gone (name the library or its folder, or unset it)",
  });
});

Deno.test("the cache needs a variable that names it", () => {
  assert.equal(userCache(() => undefined), null);
  assert.equal(nativeFolder("/c"), "/c/libtensorflow-2.21.0");
  assert.equal(libraryNames("linux")[0], so);
});

Deno.test("a folder named tensorflow where the user stands is not taken for Python's package", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(join(folder, "tensorflow"));
    await Deno.writeTextFile(join(folder, "tensorflow", "__init__.py"), "");
    const program = `
      import { thisMachine } from "lib/engine/libraries/library.ts";
      console.log((await thisMachine().askPython("tensorflow")) ?? "none");`;
    const { stdout, stderr } = await runChild(["--allow-run=python3", "--allow-env"], program, {}, folder);
    assert.equal(stderr, "");
    assert.notEqual(stdout, join(await Deno.realPath(folder), "tensorflow"));
  }));
