/** What `plateau site` takes on its command line. Light: the command line reads it whichever command is asked for. */

/** Options of `plateau site`, as `parseArgs` takes them; engine and folders to read come from the command line itself. */
export const SITE_OPTIONS = {
  output: { type: "string", short: "o" },
  title: { type: "string", default: "Reports" },
} as const;

/** One line for each option. */
export const SITE_HELP: Readonly<Record<keyof typeof SITE_OPTIONS, string>> = {
  output: "-o: the folder to write; a new or empty one, or an earlier site",
  title: "what the first page is called (default Reports)",
};

export const SITE_NOTES = `
  Each notebook, and each of a folder given, is run and made into one report, and index.html lists them: title, finding,
  when it was made, its size, and the line that checks it. Links are relative and no page needs a server or scripts, so
  the folder can be put anywhere. Each file is replaced when the new one is whole. A report that an earlier run made of a
  notebook that is no longer given is removed, unless it was changed since; a folder with other files, that is no such site, is refused.

examples
  plateau site notebooks/ -o site/
  plateau site notebooks/study.ts notebooks/rates.ts -o site/ --title "When to stop"

exit codes
  0    every report was made
  1    a notebook could not be made into one, or a cell in one failed (each is named, the others are made), or the
       folder cannot be written
  2    used wrongly
  130  ended by Ctrl-C; files that were written are whole`;
