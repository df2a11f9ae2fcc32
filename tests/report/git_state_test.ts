import assert from "node:assert/strict";
import { join } from "node:path";
import { gitCommit } from "../../lib/report/git_commit.ts";
import { gitState } from "../../lib/report/git_state.ts";
import { inFolder } from "../in_folder.ts";
import { writeFiles } from "./report_by_hand.ts";

async function git(folder: string, ...args: string[]): Promise<string> {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b.test", "-c", "commit.gpgsign=false"];
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["-C", folder, ...identity, ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** A folder whose files are committed. */
async function inCommitted(act: (project: string, commit: string) => Promise<void>): Promise<void> {
  await inFolder(async (project) => {
    await writeFiles(project, { "a.ts": "1", "b.ts": "2", "deep/er/c.ts": "3" });
    await git(project, "init", "--quiet");
    await git(project, "add", "a.ts");
    await git(project, "commit", "--quiet", "-m", "a");
    await act(project, await git(project, "rev-parse", "HEAD"));
  });
}

Deno.test("the commit is told, and whether what was run is in it", async () => {
  await inCommitted(async (project, commit) => {
    const files = ["a.ts"];
    assert.deepEqual(await gitState(project, files), { commit, dirty: false });
    assert.deepEqual(await gitState(project, [...files, "b.ts"]), { commit, dirty: true });
    await Deno.writeTextFile(join(project, "a.ts"), "3");
    assert.deepEqual(await gitState(project, files), { commit, dirty: true });
  });
});

Deno.test("without a work tree or a commit there is none", async () => {
  await inFolder(async (project) => {
    assert.equal(await gitState(project, ["a.ts"]), null);
    await git(project, "init", "--quiet");
    assert.equal(await gitState(project, ["a.ts"]), null);
  });
});

const PLACES: Record<string, (project: string) => Promise<string>> = {
  "in a folder of the work tree": (project) => Promise.resolve(join(project, "deep/er")),
  "when git has packed its names": async (project) => {
    await git(project, "pack-refs", "--all", "--prune");
    return project;
  },
  "at a commit that no branch names": async (project) => {
    await git(project, "checkout", "--quiet", "--detach");
    return project;
  },
  "in a linked work tree": async (project) => {
    await git(project, "worktree", "add", "--quiet", "-b", "other", join(project, "linked"));
    return join(project, "linked");
  },
};
for (const [name, moved] of Object.entries(PLACES)) {
  Deno.test(`the commit is read from git's files ${name}`, async () => {
    await inCommitted(async (project, commit) => {
      assert.deepEqual(gitCommit(await moved(project)), { commit });
    });
  });
}

const UNKNOWN: Record<string, string> = {
  "a head that is none": "nonsense\n",
  "a head that leads out": "ref: refs/../../../secret\n",
  "a head that leads to itself": "ref: refs/heads/round\n",
};
for (const [name, head] of Object.entries(UNKNOWN)) {
  Deno.test(`${name} is not known`, async () => {
    await inFolder(async (project) => {
      await writeFiles(project, { ".git/HEAD": head, ".git/refs/heads/round": "ref: refs/heads/round\n" });
      assert.equal(gitCommit(project), "unknown");
    });
  });
}

Deno.test("who may not run git knows the commit, not whether it was changed; who may not look above knows neither", async () => {
  await inCommitted(async (project, commit) => {
    const script = `
      import { gitState } from ${
      JSON.stringify(new URL("../../lib/report/git_state.ts", import.meta.url).href)
    };
      console.log(JSON.stringify([await gitState(Deno.args[0], ["a.ts"])]));`;
    const file = join(project, "ask.ts");
    await Deno.writeTextFile(file, script);
    const state = async (folder: string, read: string) => {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--no-check",
          "--quiet",
          "--no-config",
          `--allow-read=${read}`,
          file,
          folder,
        ],
      }).output();
      assert.equal(new TextDecoder().decode(stderr), "");
      return JSON.parse(new TextDecoder().decode(stdout))[0];
    };
    assert.deepEqual(await state(project, project), { commit, dirty: null });
    const deep = join(project, "deep/er");
    assert.equal(await state(deep, deep), "unknown");
  });
});
