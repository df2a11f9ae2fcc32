/** What `plateau check` takes on its command line. Light: the command line reads it whichever command is asked for. */

/** Options of `plateau check`, as `parseArgs` takes them. */
export const CHECK_OPTIONS = {
  fix: { type: "boolean", default: false },
  graph: { type: "boolean", default: false },
  svg: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const CHECK_HELP: Readonly<Record<keyof typeof CHECK_OPTIONS, string>> = {
  fix: "put cells that read what stands below them in an order that runs, moving as few as can be",
  graph:
    "also print each cell with where it runs, why, what it reads and what crosses between server and page",
  svg: "also draw that, for one notebook, as an SVG into this file",
  json: "print one JSON object instead of text",
};

export const CHECK_NOTES = `
  Nothing of a notebook is run. Each problem is a line, file:line:column, error or warning, its code, and what it is
  about. --fix writes a notebook only when the order of its cells has to change, and leaves it as it is where a syntax
  error, a ring of cells or a name declared twice hides the order. An --svg file that exists is replaced.

examples
  plateau check notebooks/*.ts
  plateau check --fix notebooks/study.ts
  plateau check --graph --svg study.svg notebooks/study.ts

exit codes
  0  there is no error; there may be warnings
  1  there are errors
  2  used wrongly`;
