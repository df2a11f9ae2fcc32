/** A launched server with a kernel that spins, for what ends them. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { withAssets } from "./fixture.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CHILD = fileURLToPath(new URL("./fixtures/launch_child.ts", import.meta.url));
export const options = {
  sanitizeOps: false,
  sanitizeResources: false,
  ignore: Deno.build.os !== "linux", // processes are read from /proc
};

/** The processes below one, by id, as the system knows them now. */
function below(root: number): number[] {
  const parents = new Map<number, number>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // it ended meanwhile
    }
  }
  const found = [root];
  for (const pid of found) for (const [each, parent] of parents) if (parent === pid) found.push(each);
  return found.slice(1);
}

export function alive(pid: number): boolean {
  try {
    return !/\) Z /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

export const command = (pid: number) => Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");

export async function until(done: () => boolean, milliseconds: number): Promise<boolean> {
  const late = performance.now() + milliseconds;
  while (!done() && performance.now() < late) await new Promise((resolve) => setTimeout(resolve, 50));
  return done();
}

/**
 * A launched server whose notebook is open in a page and spins for ever in its kernel.
 * @param rest milliseconds that a kernel is given to begin to spin
 */
export async function spinning(port: number, env: Record<string, string> = {}, rest = 1200) {
  await Deno.mkdir(`${ROOT}.plateau`, { recursive: true });
  const project = await Deno.makeTempDir({ dir: `${ROOT}.plateau`, prefix: "launch-" });
  await Deno.mkdir(`${project}/notebooks`);
  await withAssets(project);
  await Deno.writeTextFile(
    `${project}/notebooks/spin.ts`,
    "// %% Spin\nconst pid = Deno.pid;\n// %% For ever\nwhile (pid);\n",
  );
  const launcher = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", CHILD, project, String(port)],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = launcher.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("trains on")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server ended: ${said}`);
    said += value;
  }
  const [address] = /http:\S+/.exec(said)!;
  const { origin } = new URL(address);
  const entry = await fetch(address, { redirect: "manual" });
  await entry.body?.cancel();
  const cookie = entry.headers.get("set-cookie")!.split(";")[0];
  const page = await fetch(`${origin}/notebooks/spin.ts`, { headers: { cookie } });
  assert.equal(page.status, 200, await page.text());
  // a page that stays open must not hold up the end
  const socket = new WebSocket(`${origin.replace("http", "ws")}/notebooks/spin.ts/live`, {
    headers: { cookie, origin },
  } as never);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("the socket was refused"));
  });
  const kernelOf = () => below(launcher.pid).find((pid) => command(pid).includes("kernel.ts"));
  assert.ok(await until(() => kernelOf() !== undefined, 60_000), "a kernel runs");
  await new Promise((resolve) => setTimeout(resolve, rest));
  const all = [launcher.pid, ...below(launcher.pid)];
  return {
    launcher,
    all,
    server: all.find((pid) => command(pid).includes("server_process.ts"))!,
    async end() {
      socket.close();
      await reader.cancel();
      const code = (await launcher.status).code;
      await Deno.remove(project, { recursive: true });
      return code;
    },
  };
}

/** @param code of the launcher's end */
export function signalTest(signal: Deno.Signal, code: number): void {
  Deno.test(`${signal} ends launcher, server, bundler and a kernel that spins`, options, async () => {
    const { launcher, all, end } = await spinning(19_300);
    assert.ok(all.length >= 4, `${all.length} processes run: ${all.map(command).join("\n")}`);
    launcher.kill(signal);
    assert.ok(await until(() => !all.some(alive), 60_000), `still there: ${all.filter(alive).map(command)}`);
    assert.equal(await end(), code);
  });
}
