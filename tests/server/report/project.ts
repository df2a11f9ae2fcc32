/** A project with one notebook, in the checkout so that its packages are found. */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface Project {
  readonly project: string;
  /** path of the notebook */
  readonly file: string;
  end(): Promise<void>;
}

/** @param text of the notebook, which is named study.ts */
export async function projectWith(text: string): Promise<Project> {
  await Deno.mkdir(`${ROOT}.plateau`, { recursive: true });
  const project = await Deno.makeTempDir({ dir: `${ROOT}.plateau`, prefix: "test-" });
  await Deno.mkdir(`${project}/notebooks`);
  const file = `${project}/notebooks/study.ts`;
  await Deno.writeTextFile(file, text);
  return {
    project,
    file,
    async end() {
      await (await import("esbuild")).stop();
      await Deno.remove(project, { recursive: true });
    },
  };
}

/** A notebook that reads a file on the server and draws in the page, in no time. */
export const STUDY = `import { display, inputs, md, view } from "plateau";

// %% [markdown]
// # A study
//
// Of very little.

// %% inputs
const shift = view(inputs.range([0, 10], { label: "Shift", value: 2 }));
const base = view(inputs.select([10, 20], { label: "Base" }));

// %% sums [server]
const sums = Float64Array.from([1, 2, 3], (each) => each + base + Deno.readTextFileSync("notebooks/study.ts").length * 0);

// %% finding
display(md\`The sum is **\${sums[0] + shift}**.\`);

// %% table
display({ type: "table", columns: [{ label: "n" }], rows: [...sums].map((n) => [{ text: String(n + shift) }]) });
`;
