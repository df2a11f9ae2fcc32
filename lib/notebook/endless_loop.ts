/** What a loop of a cell in the page throws when it has computed too long without a pause. */
import { LOOP_SECONDS } from "./loop_seconds.ts";

export class EndlessLoop extends Error {
  override readonly name = "EndlessLoop";
  readonly hint =
    "Pause with `await new Promise((go) => setTimeout(go))` every now and then, or run it on the server: [server].";

  /** @param cell name of the cell in whose text the loop stands */
  constructor(readonly cell: string) {
    super(`cell ${cell} looped for more than ${LOOP_SECONDS} s without a pause`);
  }
}
