/** What the rules of other libraries say while they wait. */
import { countText } from "../../durations.ts";
import type { JsonNumber } from "../json_number.ts";

/** `waited 2 evaluations for a gain on 0.31 (patience 3)`. */
export const waitedText = (
  { patience }: { readonly patience: number },
  { wait, best }: { readonly wait: number; readonly best: JsonNumber | null },
): string =>
  `waited ${countText(wait)} evaluations for a gain on ${best ?? "nothing yet"} (patience ${
    countText(patience)
  })`;
