/** Ctrl-C while a site is made. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { inFolder } from "../../in_folder.ts";
import { projectWith, STUDY } from "../../server/report/project.ts";

const CHILD = fileURLToPath(new URL("./site_child.ts", import.meta.url));
const LONG = `// %% [server]
await new Promise((resolve) => setTimeout(resolve, 600_000));
`;

/** Ids of the processes below one, and of those below them. */
function below(pid: number): number[] {
  const own = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean)
    .map(Number);
  return [...own, ...own.flatMap(below)];
}
const lives = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/s.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false; // there is none
  }
};

Deno.test({
  name: "an interrupted site leaves whole reports, no half of a file and no process",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const study = await projectWith(STUDY), output = `${folder}/site`;
      try {
        await Deno.writeTextFile(`${study.project}/notebooks/studylong.ts`, LONG);
        const site = new Deno.Command(Deno.execPath(), {
          args: ["run", "--quiet", "--allow-all", "--no-check", CHILD, study.project, output],
          stdin: "null",
          stdout: "null",
          stderr: "piped",
        }).spawn();
        const reader = site.stderr.pipeThrough(new TextDecoderStream()).getReader();
        let said = "";
        while (!/studylong\.ts/.test(said)) {
          const { value, done } = await reader.read();
          assert.ok(!done, said);
          said += value;
        }
        const kernel = (pid: number) => Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("--no-prompt");
        while (!below(site.pid).some(kernel)) await new Promise((resolve) => setTimeout(resolve, 50));
        const processes = below(site.pid);
        site.kill("SIGINT");
        while (!(await reader.read()).done);
        assert.equal((await site.status).code, 130);
        const until = Date.now() + 20_000;
        while (processes.some(lives) && Date.now() < until) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        assert.deepEqual(processes.filter(lives), []);
        assert.deepEqual([...Deno.readDirSync(output)].map(({ name }) => name).sort(), [
          ".plateau-site.json",
          "study.html",
        ]);
        assert.match(await Deno.readTextFile(`${output}/study.html`), /<\/html>\s*$/);
      } finally {
        await study.end();
      }
    }),
});
