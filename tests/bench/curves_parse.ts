/** A long event file, read whole: by our reader, and by TensorBoard's two, in turns. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Series } from "../../lib/curves/logged.ts";
import { tensorboard } from "../../lib/curves/readers/tensorboard.ts";
import { eventOf, simple, version } from "../curves/readers/event_file.ts";
import { joined } from "../curves/readers/wire_bytes.ts";
import { inFolder } from "../in_folder.ts";
import { type Figure, interleave, median } from "./interleave.ts";
import { installTensorboard } from "./peers/install_tensorboard.ts";
import { PeersError } from "./peers/install_peers.ts";

const POINTS = 200_000, TAG = "loss", ROUNDS = 5, STARTS = 5;
/** What must not get lost: peaks one step wide, and a dip. */
const SPIKES: ReadonlyMap<number, number> = new Map([
  [32_292, 11],
  [38_985, 9],
  [62_446, 10],
  [113_074, 13],
  [124_407, 12],
  [169_387, 8],
  [186_369, 14],
]);
const DIP = 126_003;
/** TensorBoard's, see tensorboard_peer.py. */
const READERS = ["EventAccumulator", "data server"] as const;

/** Times from the file on the disk to all its points in hand. */
export async function curvesParse(): Promise<Figure[]> {
  return await inFolder(async (folder) => {
    const file = join(folder, "events.out.tfevents.1700000000.bench");
    await Deno.writeFile(file, eventFile());
    const sum = checkedSum(read(file));
    const first: number[] = [];
    for (let start = 0; start < STARTS; start++) first.push(await firstParse(file));
    const figure = (what: string, value: number, goal?: string): Figure => ({
      bench: "curves",
      what: `200,000 points of an event file, ${what}`,
      value,
      unit: "ms",
      goal,
    });
    const peer = await startPeer();
    try {
      const contestants: Record<string, () => unknown> = { ours: () => read(file) };
      for (const reader of peer ? READERS : []) contestants[reader] = () => peer!.ask(reader, folder, sum);
      const { ours, ...theirs } = await interleave(contestants, ROUNDS);
      return [
        figure("ours", ours, "at most 500"),
        figure("ours, first in its process", median(first), "at most 500"),
        ...Object.entries(theirs).map(([reader, ms]) => figure(`TensorBoard's ${reader}`, ms)),
      ];
    } finally {
      await peer?.stop();
    }
  });
}

/** A loss that falls, with noise, spikes and a dip; the same each time. */
function valueAt(step: number): number {
  if (step === DIP) return -1.5;
  const noise = Math.sin(step * 12.9898) * 43758.5453;
  return SPIKES.get(step) ?? 0.3 + 2 * Math.exp(-step / 30_000) + 0.1 * (noise - Math.floor(noise) - 0.5);
}

function eventFile(): Uint8Array {
  const records = Array.from({ length: POINTS }, (_, step) => eventOf(step, [simple(TAG, valueAt(step))]));
  return joined(
    version,
    ...records.reduce<Uint8Array[][]>(
      (chunks, record) => {
        if (chunks.at(-1)!.push(record) === 1000) chunks.push([]);
        return chunks;
      },
      [[]],
    ).map((chunk) => joined(...chunk)),
  );
}

function read(file: string): Series {
  const parser = tensorboard.parser({ path: file, head: new Uint8Array(0) });
  parser.push(Deno.readFileSync(file));
  const [{ segments, warnings }] = parser.result();
  if (warnings.length > 0) throw new Error(warnings[0].message);
  return segments[0].series[TAG];
}

/** The sum of all values, of which none may be missing. */
function checkedSum({ step, value }: Series): number {
  const isRight = value.length === POINTS && step.every((step, i) => step === i) &&
    value.every((value, step) => value === Math.fround(valueAt(step)));
  if (!isRight) throw new Error("the points are not those that were written");
  return value.reduce((sum, value) => sum + value, 0);
}

async function firstParse(file: string): Promise<number> {
  const program = fileURLToPath(new URL("first_parse.ts", import.meta.url));
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--no-check", program, file],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("first_parse.ts failed");
  return Number(new TextDecoder().decode(stdout));
}

/** TensorBoard's readers in a Python process that lives on; null, and told, where they cannot be installed. */
async function startPeer() {
  let python: string;
  try {
    python = await installTensorboard();
  } catch (error) {
    if (!(error instanceof PeersError)) throw error;
    console.error(error.message);
    return null;
  }
  const program = fileURLToPath(new URL("peers/tensorboard_peer.py", import.meta.url));
  const child = new Deno.Command(python, {
    args: [program],
    stdin: "piped",
    stdout: "piped",
    stderr: "null", // gRPC and TensorBoard tell there what they do without
  }).spawn();
  const asking = child.stdin.getWriter(),
    answers = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    /** Ends when it has read all; throws unless that is what was written. */
    async ask(reader: typeof READERS[number], folder: string, sum: number): Promise<void> {
      const question = { reader, folder, tag: TAG, last: POINTS - 1 };
      await asking.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`));
      let answer = "";
      while (!answer.endsWith("\n")) {
        const { value, done } = await answers.read();
        if (done) throw new Error(`${reader} of tensorboard_peer.py failed`);
        answer += value;
      }
      const found = JSON.parse(answer);
      if (found.points !== POINTS || Math.abs(found.sum - sum) > 1e-6 * sum) {
        throw new Error(`${reader} read ${found.points} points, in sum ${found.sum} (not ${sum})`);
      }
    },
    async stop(): Promise<void> {
      await asking.close();
      await answers.cancel();
      await child.status;
    },
  };
}
