/** What `plateau test` takes on its command line. Light: the command line reads it whichever command is asked for. */

/** Options of `plateau test`, as `parseArgs` takes them. */
export const TEST_OPTIONS = {
  filter: { type: "string", default: "" },
  engine: { type: "string", default: "wasm" },
  "device-memory": { type: "string" },
  tf32: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const TEST_HELP: Readonly<Record<keyof typeof TEST_OPTIONS, string>> = {
  filter: "only tests whose name has these words (default all)",
  engine:
    "what trains, where a test trains: auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm or cpu (default wasm)",
  "device-memory": "share of a GPU's memory that is taken at most (default 0.75)",
  tf32: "let a GPU round what it multiplies to 10 bits (default: all bits of float32)",
};

export const TEST_NOTES = `
  A cell titled "test …" is a test: it passes unless it throws. It and the cells that it reads from run, and no other,
  so nothing trains unless a test asks. Such cells are no part of the page or of plateau run; deno run runs them too.

examples
  plateau test notebooks/*.ts
  plateau test notebooks/global_step.ts --filter patience

exit codes
  0    every test passed
  1    a test, or a cell that it needs, failed, or a notebook has errors
  2    used wrongly
  130  ended by Ctrl-C`;
