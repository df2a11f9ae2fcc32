/** What `plateau figure` takes on its command line. Light: the command line reads it whichever command is asked for. */

/** Options of `plateau figure`, as `parseArgs` takes them. */
export const FIGURE_OPTIONS = {
  cell: { type: "string" },
  number: { type: "string" },
  output: { type: "string", short: "o" },
} as const;

/** One line for each option. */
export const FIGURE_HELP: Readonly<Record<keyof typeof FIGURE_OPTIONS, string>> = {
  cell: "the cell that shows the figure",
  number: "which of the cell's figures, from 1; needed where it has several",
  output: "-o: the file to write, .svg or .png; folders are made",
};

export const FIGURE_NOTES = `
  Without -o the figures of the report, or of the cell, are listed. A figure is written as it was drawn for a wide page, in the light
  theme, with its title. SVG needs no style sheet; PNG, of twice the size, is painted by the chromium or chrome on PATH.
  Nothing of the report is run. A file that exists is replaced when the new one is whole.

examples
  plateau figure report.html
  plateau figure report.html --cell curves -o curves.svg
  plateau figure report.html --cell curves --number 2 -o rate.png

exit codes
  0  written, or listed
  1  there is no such figure, the report cannot be read, or there is no browser that paints
  2  used wrongly`;
