/** Columns for what a progress bar before a record shows: no key of a record has such a name. */
export const BAR_STEP = "\u0000bar", BAR_TOTAL = "\u0000of";
