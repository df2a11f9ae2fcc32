import assert from "node:assert/strict";
import { join } from "node:path";
import { keptBuild } from "../../server/kept_build.ts";
import { inFolder } from "../in_folder.ts";

const LONG_AGO = new Date("2020-01-01");

/** Builds twice from one file, with something done in between; how often it was built, and what the second gave. */
async function twice(
  folder: string,
  between: (input: string, kept: string) => Promise<void> | void,
  saved = LONG_AGO,
): Promise<{ builds: number; text: string }> {
  const input = join(folder, "main.ts"), kept = join(folder, "under", "assets.json");
  await Deno.writeTextFile(input, "one");
  await Deno.utime(input, saved, saved);
  let builds = 0;
  const build = async () => {
    builds++;
    return { texts: { script: await Deno.readTextFile(input) }, inputs: [input] };
  };
  await keptBuild(kept, build);
  await between(input, kept);
  const { script: text } = await keptBuild(kept, build);
  return { builds, text };
}

const cases: Record<string, [between: Parameters<typeof twice>[1], builds: number, text: string]> = {
  "as it was": [() => {}, 1, "one"],
  "of another size": [
    async (input) => {
      await Deno.writeTextFile(input, "three");
      await Deno.utime(input, LONG_AGO, LONG_AGO);
    },
    2,
    "three",
  ],
  "saved since": [(input) => Deno.writeTextFile(input, "two"), 2, "two"],
  "kept in a file that is half there": [(_, kept) => Deno.truncate(kept, 10), 2, "one"],
  "kept in a file of something else": [(_, kept) => Deno.writeTextFile(kept, `{"texts":{}}`), 2, "one"],
  "kept in a file that is gone": [(_, kept) => Deno.remove(kept), 2, "one"],
};
for (const [what, [between, builds, text]] of Object.entries(cases)) {
  Deno.test(`a build ${what} is made ${builds === 1 ? "once" : "again"}`, () =>
    inFolder(async (folder) => {
      assert.deepEqual(await twice(folder, between), { builds, text });
    }));
}

Deno.test("a file that was saved while it was built is built again", () =>
  inFolder(async (folder) => {
    const { builds } = await twice(folder, () => {}, new Date(Date.now() + 60_000));
    assert.equal(builds, 2);
  }));

Deno.test("where nothing can be kept, each start builds", () =>
  inFolder(async (folder) => {
    const { builds } = await twice(folder, async (_, kept) => {
      await Deno.remove(kept);
      await Deno.mkdir(kept);
    });
    assert.equal(builds, 2);
  }));
