/** Which test runs where: most side by side, what would disturb others or be disturbed one after the other. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";

const root = new URL("../", import.meta.url);
const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root))) as {
  tasks: Record<string, string>;
};

/** Every file of tests, from the root. */
function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory) yield* filesIn(`${folder}${name}/`);
    else if (name.endsWith("_test.ts")) yield `${folder}${name}`;
  }
}

/** What a task's command runs of these files: those at or below its paths, less what it ignores. */
function runBy(task: string, files: readonly string[]): string[] {
  const words = tasks[task].split(" ");
  const paths = words.filter((word) => word.startsWith("tests/"));
  const ignored = words.flatMap((word) =>
    word.startsWith("--ignore=") ? word.slice("--ignore=".length).split(",") : []
  );
  for (const path of [...paths, ...ignored]) assert.ok(Deno.statSync(new URL(path, root)), path);
  const below = (file: string) => (path: string) =>
    file === path || file.startsWith(path.endsWith("/") ? path : `${path}/`);
  return files.filter((file) => paths.some(below(file)) && !ignored.some(below(file)));
}

/** What a file says itself, and by way of the files of tests that it imports. */
function textOf(file: URL, seen = new Set<string>()): string {
  if (seen.has(file.href) || !file.href.startsWith(new URL("tests/", root).href)) return "";
  if (!existsSync(file)) return ""; // notebooks that tests make import files of their own
  seen.add(file.href);
  const text = Deno.readTextFileSync(file);
  const imported = [...text.matchAll(/^(?:import|export|\}) .*\bfrom "(\.[^"]+)"/gm)].map(([, path]) =>
    textOf(new URL(path, file), seen)
  );
  return [text, ...imported].join("\n");
}

const PROCESS = /\bDeno\.(?:chdir|env\.(?:set|delete)|memoryUsage|umask)\b/;
const files = [...filesIn("tests/")];

Deno.test("every test is run by one task, and by one alone", () => {
  const runs = ["test-together", "test-alone", "e2e-together", "e2e-alone", "crash", "e2e:fleet", "gpu"]
    .flatMap((
      task,
    ) => runBy(task, files));
  assert.deepEqual(runs.sort(), files.sort());
});

for (const task of ["test", "e2e"]) {
  Deno.test(`the task ${task} runs both halves, and fails when either does`, () => {
    const [together, alone] = ["together", "alone"].map((half) => `deno task --quiet ${task}-${half}`);
    assert.equal(tasks[task], `${together} && failed=0 || failed=1; ${alone} && exit $failed`);
  });
}

// All tests that run side by side share one process: its environment and its memory are of all of them.
Deno.test("what changes or measures the process runs alone", () => {
  for (const task of ["test-together", "e2e-together"]) {
    const touches = runBy(task, files).filter((file) => PROCESS.test(textOf(new URL(file, root))));
    assert.deepEqual(touches, [], task);
  }
  assert.match(
    textOf(new URL("tests/server/serve_test.ts", root)),
    PROCESS,
    "what it looks for can be found",
  );
});

Deno.test("checks of a GPU fail in one line where there is none, and none is ignored quietly", async () => {
  const hidden = { CUDA_VISIBLE_DEVICES: "-1", ROCR_VISIBLE_DEVICES: "-1", PLATEAU_GPU_ENGINE: "" };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "gpu"],
    cwd: root,
    env: hidden,
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stderr).trim();
  assert.deepEqual([code, stdout.length], [1, 0], said);
  assert.match(
    said,
    /^no GPU to check: xla:cuda .+ \(.+\), xla:rocm .+ \(.+\); PLATEAU_GPU_ENGINE=xla:cpu .+$/,
  );
});
