/** Errors of cells as data: one line for a person, and where in the notebook. */
import type { CellError } from "./wire.ts";

/** An error that already is one line of data, thrown as it is into a cell. */
export class CellFailure extends Error {
  override readonly name = "CellFailure";
  constructor(readonly error: CellError) {
    super(error.message);
  }
}

/** Whoever reads `waitsFor` waits, because that failed. */
export const waiting = (waitsFor: string): CellError => ({
  name: "Waits",
  message: `waits for ${waitsFor}, which failed`,
  waitsFor,
});

const FRAME = /^\s*at (?:async )?(?:(.*?) \()?(.+?):(\d+):(\d+)\)?$/;

/**
 * What a cell threw, as data. `modules` are the addresses under which the notebook's own code runs: their line
 * numbers are the notebook's. Never throws: what is thrown may be anything, as a proxy, or an error whose fields throw.
 */
export function cellError(thrown: unknown, modules: readonly string[]): CellError {
  try {
    return readError(thrown, modules);
  } catch {
    return { name: "Error", message: "it threw something that cannot be read" };
  }
}

function readError(thrown: unknown, modules: readonly string[]): CellError {
  if (thrown instanceof CellFailure) return thrown.error;
  if (!(thrown instanceof Error)) return { name: "Error", message: brief(thrown) };
  const name = text(thrown.name);
  const error: CellError = {
    name,
    message: text(thrown.message) || name,
    ...hintOf(thrown),
    ...refusedReading(thrown),
  };
  const frames = String(thrown.stack ?? "").split("\n").map((line) => FRAME.exec(line)).filter((match) =>
    match !== null
  );
  const known = new Set(modules.map(spelled)); // a stack may spell an address with its spaces
  const frame = frames.find(([, , address]) => known.has(spelled(address)));
  if (!frame) return error;
  const within = frames[0][1]?.replace(/^(new |Object\.|Module\.)+/, "");
  return {
    ...error,
    line: Number(frame[3]),
    column: Number(frame[4]),
    ...(within && !/(?:^|\.)cell_|^<anonymous>$|^eval$/.test(within) ? { within } : {}),
  };
}

function spelled(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}

/** A file or folder that the kernel may not read, as Deno names it. */
const READ = /^Requires read access to "(.+)"(?:,|$)/s;

/** Only the owner can allow that: what to allow is said, and the page has a button for it. */
function refusedReading(error: Error): Pick<CellError, "message" | "hint" | "mayNotRead"> | null {
  const path = error.name === "NotCapable" ? READ.exec(error.message)?.[1] : undefined;
  if (path === undefined) return null;
  const mayNotRead = path.length > 1 ? path.replace(/\/+$/, "") : path;
  return {
    message: `reading ${mayNotRead} is not allowed`,
    hint:
      `A notebook reads its project. Allow this too: plateau run or serve with --allow-read=${mayNotRead}`,
    mayNotRead,
  };
}

function hintOf(error: Error): { hint?: string } {
  if (error.name === "NotCapable") {
    return { hint: "A notebook reads its project and writes its run folder, nothing else." };
  }
  if ("hint" in error && typeof error.hint === "string") return { hint: error.hint };
  if (error.name === "EncodeError") return { hint: "Send plain data, or use it in a cell on the same side." };
  return {};
}

/** Characters of a name or a message that are kept. */
const LONGEST = 10_000;

/** A field that should be text, and may be anything. */
const text = (field: unknown): string => (typeof field === "string" ? field : brief(field)).slice(0, LONGEST);

const brief = (thrown: unknown) => {
  try {
    return (typeof thrown === "string" ? thrown : JSON.stringify(thrown) ?? String(thrown)).slice(0, 500);
  } catch {
    return String(thrown);
  }
};
