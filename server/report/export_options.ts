/** What `plateau export` takes on its command line. Light: the command line reads it whichever command is asked for. */

/** Options of `plateau export`, as `parseArgs` takes them; engine and folders to read come from the command line itself. */
export const EXPORT_OPTIONS = {
  output: { type: "string", short: "o" },
  to: { type: "string" },
  set: { type: "string", multiple: true, default: [] as string[] },
  strict: { type: "boolean", default: false },
  pdf: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const EXPORT_HELP: Readonly<Record<keyof typeof EXPORT_OPTIONS, string>> = {
  output: "-o: the file to write (default the notebook's name with .html, here); folders are made",
  to: "what to write: html, md or ipynb (default by the file's name)",
  set: "name=value: the value of an input, as often as needed",
  strict:
    "write nothing where a cell fails; else the report shows its failure, and the exit code is 1 all the same",
  pdf: "also print the report into this file, by the chromium or chrome on PATH",
  json: "print one JSON object instead of text",
};

export const EXPORT_NOTES = `
  The notebook is run from its beginning, and what its cells give is put into one file that opens anywhere: charts, live
  sliders, recorded streams, sources, and all that is needed to run it again. Inputs that the server's cells read can be
  moved in the file where their states are few and cheap; the file says why others cannot. A file that exists is
  replaced when the new one is whole. md and ipynb are other ways out, for reading and for Jupyter: nothing in them
  moves, and only html can be verified. Paths in cells count from the notebook's project: the nearest folder above it
  with a deno.json, else with a .git, else its own. Cells that fail are named, and so are calls that give another value
  each time (Date.now, Math.random): what shows them differs when the report is checked.

examples
  plateau export notebooks/study.ts -o study.html
  plateau export notebooks/study.ts -o study.html --set patience=8 --pdf study.pdf
  plateau export notebooks/study.ts -o study.ipynb
  plateau verify study.html

exit codes
  0    written
  1    a cell failed (the report is written and shows it, but with --strict), the notebook cannot be recorded, a file
       cannot be written, or there is no browser that prints
  2    used wrongly
  130  ended by Ctrl-C; no file was changed`;

/** What a file can be made as. */
export const EXPORT_KINDS = ["html", "md", "ipynb"] as const;
export type ExportKind = typeof EXPORT_KINDS[number];
