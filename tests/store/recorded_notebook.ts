/** A project whose notebook trains, run as `plateau run` does, and its store. */
import { join } from "node:path";
import { runNotebook } from "../../lib/notebook/run.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { inFolder } from "../in_folder.ts";

const lib = new URL("../../lib/", import.meta.url).href;
const story =
  `import { criteria, datasets, live, models, optimizers, schedules, steps, train } from "plateau";
// %% train
const data = datasets.blobs({ centers: [[-1, 0], [1, 0]], perClass: 30 });
const run = await live(train({
  model: models.mlp({ layers: [2, 4, 2] }),
  data,
  optimizer: optimizers.sgd(),
  schedule: schedules.constant(0.1),
  batch: 8,
  evaluate: { every: steps(5) },
  stop: criteria.maxSteps(20),
  name: "blobs",
}));
// %% said
console.log("step", run.at.step);
`;

export const inProject = (act: (project: string, file: string) => Promise<void>) =>
  inFolder(async (project) => {
    Deno.writeTextFileSync(
      join(project, "deno.json"),
      JSON.stringify({ imports: { plateau: `${lib}mod.ts` } }),
    );
    Deno.mkdirSync(join(project, "notebooks"));
    const file = join(project, "notebooks", "a.ts");
    Deno.writeTextFileSync(file, story);
    await act(project, file);
  });

export async function withStore(project: string, act: (store: Store) => Promise<void>) {
  const store = await openStore(join(project, ".plateau", "runs.sqlite"));
  await act(store).finally(() => store.close());
}

export async function run(project: string, file: string) {
  let out = "", err = "";
  const code = await runNotebook({
    ...{ file, project, engine: "wasm", terminal: false },
    out: (text) => out += text,
    err: (text) => err += text,
  });
  return { code, out, err };
}
