/** What a loop of a cell in the page throws when it has computed too long without a pause. */
import { cellNamed } from "./cell_named.ts";
import { LOOP_SECONDS } from "./loop_seconds.ts";
import { CellFailure } from "./runtime_error.ts";

export class EndlessLoop extends CellFailure {
  /**
   * @param cell name of the cell in whose text the loop stands
   * @param line of the notebook where the loop begins, and `column`, both from 1
   */
  constructor(readonly cell: string, line: number, column: number) {
    super({
      name: "EndlessLoop",
      message: `${cellNamed(cell)} looped for more than ${LOOP_SECONDS} s without a pause`,
      hint: "Pause with `await new Promise((go) => setTimeout(go))` every now and then, " +
        "or run it on the server: [server].",
      line,
      column,
    });
  }
}
