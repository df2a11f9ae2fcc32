/** The namespace `inputs` of a notebook: what a page asks its reader. */
export type { Choice, ChoiceOptions, Input, Range, RangeOptions, Text, Toggle } from "./inputs.ts";
export { choice, range, select, text, toggle } from "./inputs.ts";
