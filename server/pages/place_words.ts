/** Where a cell runs and why, and what to write to have it run elsewhere. */
import type { PageCell } from "../../lib/notebook/wire.ts";

/**
 * One line for the source panel, as `server: uses Deno · [browser] in its marker moves it`.
 * @param shared for inputs: whether the server reads its value
 */
export function placeWords(cell: Pick<PageCell, "place" | "why" | "views">, shared = false): string {
  const { place, why } = cell;
  if (place === "input") {
    return `input: ${
      shared ? "its value goes to the server, one for all pages" : "each page has its own value"
    }`;
  }
  const where = place === "both" ? "both sides" : place;
  const reason = why === "" ? where : `${where}: ${why}`;
  if (why === "pinned") return `${reason}, drop [${place}] to let it be placed`;
  const flags = place === "server" ? "[browser]" : place === "browser" ? "[server]" : "[server] or [browser]";
  return `${reason}, ${flags} in its marker pins it`;
}
