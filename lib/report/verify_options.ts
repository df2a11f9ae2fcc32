/** What `plateau verify` takes on its command line. Light: the command line reads it whichever command is asked for. */

/** Options of `plateau verify`, as `parseArgs` takes them. */
export const VERIFY_OPTIONS = {
  engine: { type: "string" },
  data: { type: "string" },
  tolerance: { type: "string" },
  timeout: { type: "string" },
  strict: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** One line for each option. */
export const VERIFY_HELP: Readonly<Record<keyof typeof VERIFY_OPTIONS, string>> = {
  engine:
    "what trains: auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm or cpu (default the report's engine where it was made here; else wasm or cpu)",
  data: "folder of data files that the report does not carry (default: they lie beside it)",
  tolerance: "share of a number by which it may differ on another engine or machine (default 0.001)",
  timeout: "seconds until it is given up (default ten times what the report's own run took, and 120)",
  strict: "exit code 1 also for what is the same only within tolerance",
  json: "print one JSON object instead of text",
};

export const VERIFY_NOTES = `
  Checks the hashes in a report, runs its notebook again in an empty folder from the sources in the file, and compares
  every value, cell by cell. The code of a report runs in a kernel: it reads that folder and Plateau's library alone, and
  reaches no network. No permission holds native engines, so that one runs a report's code only where the report was made
  on this machine, or you name one, as --engine xla:cpu: then that code can do whatever you can. Else it runs on wasm.
  Clock readings are left out, and it says which, and what else nobody can check, as the commit. Numbers may differ by a tolerance only where the engine,
  its mode or threads, or a version is another than the report's. A long training may part there from the report's by
  more, and stop at another step: that differs, and its line says what of the machine is another. The last line is the
  verdict: same bytes, same within tolerance (…), or differs: and where.

examples
  plateau verify report.html
  plateau verify report.html --engine wasm --strict
  plateau verify report.html --data ~/downloads --json

exit codes
  0    same bytes, or same within tolerance
  1    differs, or damaged; with --strict also the same within tolerance
  2    used wrongly, no report, or data that is missing
  130  ended by Ctrl-C`;
