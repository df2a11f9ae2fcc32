/** The namespace `inputs` of a notebook: what a page asks its reader. */
export type {
  Choice,
  ChoiceOptions,
  Input,
  Path,
  Range,
  RangeOptions,
  Text,
  TextOptions,
  Toggle,
  ToggleOptions,
} from "./inputs.ts";
export { choice, path, range, select, text, toggle } from "./inputs.ts";
