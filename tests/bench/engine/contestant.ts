/** A contestant as a process of its own, which answers a line for a line. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { complaint } from "../complaint.ts";
import type { Question } from "./answer_blocks.ts";
import type { System } from "./systems.ts";
import type { Told } from "./told.ts";

/** It cannot do this; one line. The comparison goes on without it. */
export class ContestantFails extends Error {
  override readonly name = "ContestantFails";
}

export type Answer<Asked extends Question> = Asked extends { about: true } ? Told
  : Asked extends { run: true } ? { readonly msPerUpdate: number }
  : { readonly loss: number };

export interface Contestant {
  /** @throws ContestantFails when it says so, ends, or says nothing within `seconds` */
  readonly ask: <Asked extends Question>(question: Asked, seconds: number) => Promise<Answer<Asked>>;
  readonly end: () => Promise<void>;
}

/** @param python runs those that need it */
export function startContestant(
  { peer, program: [file, ...rest], env: own }: System,
  python: string,
): Contestant {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const [command, args] = peer === null
    ? [Deno.execPath(), ["run", "--quiet", "--allow-all", "--cached-only", at(file), ...rest]]
    : [python, [at(`../peers/${file}`), ...rest]];
  // plain text in complaints, and no compiled Python beside the sources
  const env = { ...process.env, NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1", ...own };
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env });
  let complaints = "";
  const cannotStart = new Promise<null>((resolve) =>
    child.once("error", ({ message }) => {
      complaints += message;
      resolve(null);
    })
  );
  const ended = Promise.race([once(child, "close"), cannotStart]);
  child.stderr!.setEncoding("utf8").on(
    "data",
    (text: string) => complaints = (complaints + text).slice(-4000),
  );
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();

  const ask = async (question: Question, seconds: number) => {
    child.stdin!.write(JSON.stringify(question) + "\n");
    const { value: line } = await within(seconds, Promise.race([lines.next(), cannotStart])) ?? {};
    if (line === undefined) {
      await ended;
      throw new ContestantFails(complaint(complaints) || "it ended");
    }
    const answer = JSON.parse(line);
    if (answer.fails !== undefined) throw new ContestantFails(answer.fails);
    return answer;
  };
  return {
    ask,
    async end() {
      child.kill("SIGKILL"); // it holds nothing that would need saving
      await ended;
    },
  };
}

async function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ContestantFails(`no answer within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
