/** The browser runs these folders too, so nothing they import, however far, may need the engine, files or Deno. */
import assert from "node:assert/strict";

const BARE = [
  "criteria",
  "schedules",
  "curves",
  "extrapolation",
  "policies",
  "charts",
  "studies/procedures",
];
const root = new URL("../lib/", import.meta.url);
const packages = ["@observablehq/plot"];

/** What a file imports as values: types leave no trace in what runs. */
function importsOf(source: string): string[] {
  return [...source.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm)]
    .filter(([statement]) => !/^(?:import|export)\s*\{\s*(?:type\s+\w+\s*,?\s*)+\}/.test(statement))
    .map(([, from, bare]) => from ?? bare);
}

/** Why a file cannot run in a browser, by way of what it imports; null when it can. */
function fault(file: URL, seen: Set<string>): string | null {
  if (seen.has(file.href)) return null;
  seen.add(file.href);
  const source = Deno.readTextFileSync(file), name = file.href.slice(root.href.length);
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  if (/\bDeno\.\w/.test(code)) return `${name} uses Deno`;
  for (const specifier of importsOf(source)) {
    if (!specifier.startsWith(".")) {
      if (!packages.includes(specifier)) return `${name} imports ${specifier}`;
      continue;
    }
    // the namespace offers the readers too: a cell that names one runs on the server, and the others do not
    if (name === "curves/mod.ts" && specifier.startsWith("./readers/")) continue;
    const inner = fault(new URL(specifier, file), seen);
    if (inner) return `${name} → ${inner}`;
  }
  return null;
}

for (const folder of BARE) {
  Deno.test(`lib/${folder} runs in a browser`, () => {
    const files = [...Deno.readDirSync(new URL(`${folder}/`, root))].filter(({ name }) =>
      name.endsWith(".ts")
    );
    assert.ok(files.length > 2);
    for (const { name } of files) assert.equal(fault(new URL(`${folder}/${name}`, root), new Set()), null);
  });
}
/** What judges and draws in studies: what they import is held with them. */
const STUDIES = [
  "calibration.ts",
  "drawn.ts",
  "expected_gain.ts",
  "extrapolate_for.ts",
  "extrapolated.ts",
  "filled_study.ts",
  "pruning.ts",
  "spaces_mod.ts",
  "study_record.ts",
  "with_parameters.ts",
];

Deno.test("what draws and judges the trials of a study runs in a browser", () => {
  for (const name of STUDIES) assert.equal(fault(new URL(`studies/${name}`, root), new Set()), null);
});
Deno.test("durations and confusion run in a browser", () => {
  for (const file of ["durations.ts", "training/confusion.ts"]) {
    assert.equal(fault(new URL(file, root), new Set()), null);
  }
});
Deno.test("and training does not: what this test looks for can be found", () => {
  assert.match(
    fault(new URL("training/train.ts", root), new Set()) ?? "",
    /imports node:|imports @tensorflow|uses Deno/,
  );
});
