/** Draws the cells of a report before anybody opens it, in a process that may do nothing. */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { endChild } from "../../lib/notebook/end_child.ts";
import type { Recording } from "../../lib/report/recording.ts";
import { childInTime } from "./child_in_time.ts";
import type { Drawing, Drawn } from "./prerender_child.ts";

export type { Drawn, DrawnCell } from "./prerender_child.ts";

/** Widths of a report's figures, CSS pixels: on a wide page and on a narrow one. */
export const WIDE = 864, NARROW = 358;

export interface PrerenderOptions {
  /** what a clock shows that a cell looks at, milliseconds since 1970; default 0 */
  readonly now?: number;
  /** seconds until a page has to have come to rest; what a cell shows then is taken, with a word; default 20 */
  readonly seconds?: number;
  /** megabytes that the process may hold; default 1024 */
  readonly memory?: number;
  /** ends it: the promise rejects with the signal's reason */
  readonly signal?: AbortSignal;
}

/** The cells could not be drawn at all. */
export class PrerenderFailed extends Error {
  override readonly name = "PrerenderFailed";
  constructor(readonly reason: string) {
    super(`cannot draw the cells: ${reason}`);
  }
}

const answerSchema = z.union([
  z.strictObject({
    drawn: z.strictObject({
      cells: z.record(
        z.string(),
        z.strictObject({ wide: z.string(), narrow: z.string(), error: z.string().optional() }),
      ),
      styles: z.array(z.string()),
    }),
  }),
  z.strictObject({ failed: z.string() }),
]);

/** Of a busy machine the script may wait so many times as long before it begins. */
const BEGIN_TIMES = 5;
/** Seconds at least beyond those of the page, for the process to begin and to answer. */
const GRACE_SECONDS = 2;
const MOST_BYTES = 256 * 2 ** 20;

/**
 * The cells of a report as HTML: each as it stands on a wide page and on a narrow one, and style that their figures need.
 * A cell that failed, or was still at work when the time was over, says so in `error`. The page's script runs as it does
 * for a reader, in a process without any permission; the same recording gives the same HTML, whatever cells ask of a clock
 * or of chance.
 *
 * @param html of the report's page, with its sections
 * @param client text of its script
 * @throws PrerenderFailed when the script does not begin, or the process needs too long or too much;
 * the reason of `signal` where that ended it
 * @example
 * ```ts ignore
 * const { cells } = await prerender(page, recording, client);
 * cells[key].wide; // '<figure class="chart">…'
 * ```
 */
export async function prerender(
  html: string,
  recording: Pick<Recording, "notebook">,
  client: string,
  { now = 0, seconds = 20, memory = 1024, signal }: PrerenderOptions = {},
): Promise<Drawn> {
  const cells = recording.notebook.cells.filter(({ kind }) => kind === "code");
  const drawing: Drawing = {
    html,
    client,
    names: Object.fromEntries(cells.map(({ key, name }) => [key, name])),
    here: cells.filter(({ place }) => place !== "server").map(({ key }) => key),
    wide: WIDE,
    narrow: NARROW,
    now,
    beginning: 1000 * BEGIN_TIMES * seconds,
    milliseconds: 1000 * seconds,
    memory: memory * 1e6,
  };
  const program = `${await childText()}\nawait prerenderChild.answer(${JSON.stringify(drawing)});\n`;
  signal?.throwIfAborted();
  const answer = await run(
    program,
    seconds + Math.max(GRACE_SECONDS, (BEGIN_TIMES + 1) * seconds),
    memory,
    signal,
  );
  if ("failed" in answer) throw new PrerenderFailed(answer.failed);
  return answer.drawn;
}

let built: Promise<string> | undefined;

/** The process' own modules as one script. The bundler is loaded late: who only reads a report needs none. */
function childText(): Promise<string> {
  return built ??= (async () => {
    const { build } = await import("esbuild");
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("./prerender_child.ts", import.meta.url))],
      bundle: true,
      write: false,
      format: "iife",
      globalName: "prerenderChild",
      platform: "browser",
      target: "es2022",
      legalComments: "none",
      logLevel: "silent",
    });
    return outputFiles[0].text;
  })().catch((error) => {
    built = undefined;
    throw error;
  });
}

/** A Deno that reads its program from stdin, and may read, write, run and reach nothing. */
function spawn(memory: number): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-remote",
      "--no-npm",
      "--no-config",
      "--no-lock",
      "--no-check",
      "--ext=js",
      `--v8-flags=--max-old-space-size=${memory}`,
      "-",
    ],
    clearEnv: true,
    env: { NO_COLOR: "1", TZ: "UTC" }, // times are written alike on every machine
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function run(
  program: string,
  seconds: number,
  memory: number,
  signal: AbortSignal | undefined,
): Promise<z.infer<typeof answerSchema>> {
  const child = spawn(memory);
  const given = Promise.all([
    textOf(child.stdout, () => endChild(child)),
    new Response(child.stderr).text(),
    feed(child.stdin, program),
  ]);
  const late = () => new PrerenderFailed(`no answer within ${seconds} s`);
  const [text, said] = await childInTime(child, given, { seconds, late, signal });
  return readAnswer(text, said);
}

function readAnswer(text: string, said: string): z.infer<typeof answerSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    if (/out of memory|heap limit/i.test(said)) throw new PrerenderFailed("out of memory");
    const line = said.trim().split("\n").find((each) => each !== "") ?? "it wrote no answer";
    throw new PrerenderFailed(line.slice(0, 300));
  }
  const answer = answerSchema.safeParse(json);
  if (!answer.success) throw new PrerenderFailed("its answer is not as it should be");
  return answer.data;
}

async function feed(stdin: WritableStream<Uint8Array>, program: string): Promise<void> {
  try {
    const writer = stdin.getWriter();
    await writer.write(new TextEncoder().encode(program));
    await writer.close();
  } catch {
    // it has ended before it had read all; why is said by what it wrote
  }
}

async function textOf(stream: ReadableStream<Uint8Array>, tooMuch: () => void): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const part of stream) {
    if ((bytes += part.length) > MOST_BYTES) tooMuch();
    else parts.push(decoder.decode(part, { stream: true }));
  }
  return parts.join("");
}
