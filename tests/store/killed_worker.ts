/** A worker in a process of its own that claims a trial and is killed. */
import type { Claim } from "../../lib/store/study_store.ts";

const CLAIMER = new URL("./claimer.ts", import.meta.url).pathname;

/** A living one. */
export async function claimer(place: string, study: string, steps = "") {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", CLAIMER, place, study, steps],
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  for (let part = await lines.read(); !part.done; part = await lines.read()) {
    said += part.value;
    if (said.includes("\n")) break;
  }
  await lines.cancel();
  return {
    claim: JSON.parse(said) as Claim | null,
    pid: child.pid,
    async kill() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

/** The claim that a worker held when it was killed. */
export async function killedClaim(place: string, study: string, steps?: string): Promise<Claim | null> {
  const { claim, kill } = await claimer(place, study, steps);
  await kill();
  return claim;
}
