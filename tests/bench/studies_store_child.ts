/** One process of the bench of a fleet's store. Arguments: what it does, address of the store, milliseconds. */
import { openStore } from "../../lib/store/open_store.ts";
import { trialQueue } from "../../lib/studies/trial_queue.ts";
import { newRun, points, span } from "../store/fixture.ts";

const [what, place, time] = Deno.args;
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
const store = await openStore(place), { studies } = store;
const END = { state: "done", because: "", step: 1, best: null } as const;

/** Claims what is delivered and ends it at once. */
async function queued(): Promise<void> {
  const control = new AbortController();
  Deno.stdin.readable.pipeTo(new WritableStream()).finally(() => control.abort());
  await studies.enrol({ host: "bench", engine: "none" });
  say("ready");
  await trialQueue(store, place, async ({ study, trial }) => {
    const claim = await studies.claim(study, trial);
    if (claim) await studies.finish(claim, END);
  }, control.signal);
}

/** The same without a queue. */
async function claimed(): Promise<void> {
  await studies.enrol({ host: "bench", engine: "none" });
  say("ready");
  await Deno.stdin.read(new Uint8Array(1));
  for (let claim = await studies.claim("claimed"); claim; claim = await studies.claim("claimed")) {
    await studies.finish(claim, END);
  }
}

/** Updates of an append, as a training makes some in a tenth of a second. */
const TOGETHER = 100;

/** Appends of updates and one evaluation. */
async function appended(): Promise<void> {
  const writer = await store.begin(newRun({ key: null }));
  say("ready");
  await Deno.stdin.read(new Uint8Array(1));
  const until = performance.now() + Number(time);
  let count = 0;
  while (performance.now() < until) {
    const updates = points(span(TOGETHER * count + 1, TOGETHER * (count + 1))),
      evaluation = points([TOGETHER * ++count]);
    await writer.append({
      ...{ "training.loss": updates, rate: updates },
      ...{ "validation.loss": evaluation, "validation.accuracy": evaluation },
    });
  }
  say(String(count));
}

await ({ queued, claimed, appended } as const)[what as "queued" | "claimed" | "appended"]();
await store.close();
Deno.exit(0);
