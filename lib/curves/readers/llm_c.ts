import type { LogReader } from "../logged.ts";
import { textLog } from "./text_log.ts";

/**
 * The main.log of llm.c: `s:250 tel:5.1234` and `s:250 trl:5.2345 lr:0.000300 norm:1.02`. Series by its own short names:
 * `tel` (validation loss), `trl` (training loss of one batch), `eval` (share of HellaSwag that is right), `lr`, `norm`.
 *
 * It counts from 0: `trl` at 0 is the loss of the first update. `tel` and `eval` are measured before the update of their
 * number, so on the model after that many updates, one fewer than `Counting.fromZero` says of them. A step that goes back
 * is a restart.
 */
export const llmC: LogReader = textLog({
  format: "llm.c",
  sign: /(?:^|\s)s:\d+ (?:tel|trl|eval):\S/,
  begins: /(?:^|\s)s:\d+ (?:tel|trl|eval):/,
  forms: [
    {
      pattern: /(?:^|\s)s:(\d+) trl:(\S+)(?: lr:(\S+))?(?: norm:(\S+))?/,
      tags: ["step", "trl", "lr", "norm"],
    },
    { pattern: /(?:^|\s)s:(\d+) tel:(\S+)/, tags: ["step", "tel"] },
    { pattern: /(?:^|\s)s:(\d+) eval:(\S+)/, tags: ["step", "eval"] },
  ],
  counting: { unit: "updates", fromZero: true },
});
