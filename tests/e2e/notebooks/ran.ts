/** A notebook that was run from the command line, in a process of its own. */
import assert from "node:assert/strict";
import { ROOT } from "./findings.ts";

export interface Ran {
  readonly cells: readonly {
    readonly name: string;
    readonly shown: readonly string[];
    readonly error?: { readonly message: string };
  }[];
  // deno-lint-ignore no-explicit-any -- the names of a notebook have any type
  readonly values: Readonly<Record<string, any>>;
}

/** Runs a notebook as `plateau run --json` does; no cell may fail. */
export async function ran(notebook: string, engine = "wasm"): Promise<Ran> {
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--allow-all", `${ROOT}main.ts`],
      ...["run", `${ROOT}notebooks/${notebook}`, "--engine", engine, "--json"],
    ],
    stdin: "null",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const report = JSON.parse(new TextDecoder().decode(stdout)) as Ran;
  assert.deepEqual(report.cells.flatMap(({ error }) => error?.message ?? []), []);
  return report;
}

/** The sentence in which a notebook answers its question. */
export const finding = ({ cells }: Ran): string => cells.find(({ name }) => name === "finding")!.shown[0];
