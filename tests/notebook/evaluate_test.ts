import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { evaluate } from "../../lib/notebook/evaluate.ts";
import { InvalidInput } from "../../lib/notebook/inputs.ts";
import { inFolder } from "../in_folder.ts";

const lib = new URL("../../lib/", import.meta.url).href;

const story = `import assert from "node:assert/strict";
import { criteria, display, inputs, live, md, signal, view } from "plateau";
import { InvalidInput } from "${lib}notebook/inputs.ts";
import { made } from "./local.ts";
// %% rate
const rate = view(inputs.range([0, 1], { value: 0.5, step: 0.25 }));
// %% halved
export const halved = (value: number) => value / 2;
// %% counted
async function* ticks() { for (let i = 1; i <= 3 && !signal.aborted; i++) yield i; }
const counted = await live(ticks());
// %% made here
const list = made(counted);
display(md\`**\${list.length}**\`);
display(halved(rate));
// %% other
const other = list.map(halved);
// %% never
const never = ((): number => { throw new Error("nobody asked for this"); })();
console.log(never);
// %% refused
const refused = () => {
  throw new InvalidInput("rate", 2, "0 to 1");
};
// %% capped
const capped = criteria.maxSteps(3);
// %% bad
const bad = halved(rate).toFixed(
  500,
);
// %% test halves
assert.equal(halved(rate), 0.25);
// %% test fails
{
  assert.equal(halved(3), 2);
}
`;

/** The story in a folder of its own, beside a module that it imports. */
const inProject = (act: (file: string) => Promise<void>) =>
  inFolder(async (project) => {
    Deno.writeTextFileSync(
      join(project, "local.ts"),
      "export const made = (length: number) => Array.from({ length }, (_, i) => i);\n",
    );
    Deno.writeTextFileSync(join(project, "a.ts"), story);
    await act(join(project, "a.ts"));
  });

const lineOf = (words: string) => story.slice(0, story.indexOf(words)).split("\n").length;

Deno.test("only the cells that a name needs run, in file order, and what they display is kept", () =>
  inProject(async (file) => {
    const { values, displayed, ran } = await evaluate(file, ["other"]);
    assert.deepEqual(values, { other: [0, 0.5, 1] });
    assert.deepEqual(ran, ["rate", "halved", "counted", "made here", "other"]);
    assert.deepEqual(displayed["made here"], [{ type: "markdown", text: "**3**" }, 0.25]);
    assert.deepEqual(displayed.rate, []);
  }));

Deno.test("a name of functions alone runs one cell", () =>
  inProject(async (file) => {
    const { values, ran } = await evaluate(pathToFileURL(file), ["halved"]);
    assert.equal(values.halved(3), 1.5);
    assert.deepEqual(ran, ["halved"]);
  }));

Deno.test("an export is found by the name that importers say", () =>
  inFolder(async (project) => {
    const file = join(project, "a.ts");
    Deno.writeTextFileSync(join(project, "own.ts"), "export const three = 3;\n");
    Deno.writeTextFileSync(
      file,
      `import { three } from "./own.ts";
// %% a
const a = 1, c = 2;
// %% names
export { a as b, c as a, three as drei };
`,
    );
    const { values, ran } = await evaluate(file, ["b", "a", "drei", "c"]);
    const module = await import(pathToFileURL(file).href);
    assert.deepEqual(values, { ...module, c: 2 });
    assert.deepEqual(ran, ["a"]);
    await assert.rejects(evaluate(file, ["dre"]), /unknown name: dre of a\.ts \(did you mean drei\?\)/);
  }));

Deno.test("inputs take given values, signal ends what looks at it", () =>
  inProject(async (file) => {
    const { displayed } = await evaluate(file, ["list"], { inputs: { rate: 1 } });
    assert.equal(displayed["made here"][1], 0.5);
    await assert.rejects(evaluate(file, ["counted"], { signal: AbortSignal.abort() }), /without a value/);
  }));

Deno.test("a test cell runs by its title, its failure names the notebook's own line and column", () =>
  inProject(async (file) => {
    assert.deepEqual((await evaluate(file, ["test halves"])).values, {});
    await assert.rejects(evaluate(file, ["test fails"]), (error: Error) => {
      assert.equal(error.name, "AssertionError");
      assert.ok(
        error.stack!.includes(`${pathToFileURL(file).href}:${lineOf("equal(halved(3), 2)")}:10`),
        error.stack,
      );
      return true;
    });
    await assert.rejects(evaluate(file, ["bad"]), (error: Error) => {
      assert.equal(error.name, "RangeError");
      assert.ok(error.stack!.includes(`${pathToFileURL(file).href}:${lineOf("toFixed(")}:26`), error.stack);
      return true;
    });
  }));

Deno.test("imports are the modules of this process: its classes are the notebook's", () =>
  inProject(async (file) => {
    const { refused, capped } = (await evaluate(file, ["refused", "capped"])).values;
    assert.throws(refused, InvalidInput);
    const { criteria } = await import("../../lib/mod.ts");
    assert.equal(Object.getPrototypeOf(capped), Object.getPrototypeOf(criteria.maxSteps(3)));
  }));

const wrong: [string, string[], Record<string, unknown>, RegExp][] = [
  ["a name that there is not", ["haved"], {}, /^unknown name: haved of a\.ts \(did you mean halved\?\)$/],
  [
    "an input that there is not",
    ["halved"],
    { rat: 1 },
    /^unknown input: rat of a\.ts \(did you mean rate\?\)$/,
  ],
  [
    "a value that an input cannot have",
    ["list"],
    { rate: 2 },
    /^invalid value: 2 \(rate: 0 to 1 in steps of 0\.25\)$/,
  ],
  ["a cell that throws", ["other", "never"], {}, /^nobody asked for this$/],
];
for (const [name, wanted, inputs, message] of wrong) {
  Deno.test(`${name} is one line`, () =>
    inProject(async (file) => {
      await assert.rejects(evaluate(file, wanted, { inputs }), { message });
    }));
}

Deno.test("a notebook with errors is not evaluated, and says which", () =>
  inFolder(async (folder) => {
    const file = join(folder, "a.ts");
    Deno.writeTextFileSync(file, "// %% a\nconst a = 1;\n// %% b\nconst a = 2;\n");
    await assert.rejects(evaluate(file, ["a"]), {
      message:
        `${file}:4:7  error duplicate-name  duplicate name: a (cell a, line 2, cell b, line 4): rename one`,
    });
    await assert.rejects(evaluate(join(folder, "b.ts"), ["a"]), { message: `missing file: ${folder}/b.ts` });
  }));

Deno.test("exports of a notebook of this project are typed, and nothing trains", async () => {
  const notebook = new URL("../../notebooks/global_step.ts", import.meta.url);
  const { values, ran } = await evaluate<typeof import("../../notebooks/global_step.ts")>(notebook, [
    "compared",
  ]);
  const trajectory = {
    updates: { loss: Float64Array.of(1, NaN), rate: Float64Array.of(0.1, 0.1) },
    evaluations: { metrics: { "validation.loss": Float64Array.of(2) } },
  } as unknown as Parameters<typeof values.compared>[0];
  assert.deepEqual(values.compared(trajectory, trajectory), { numbers: 5, differ: 0 });
  assert.deepEqual(ran, ["compare"]);
});
