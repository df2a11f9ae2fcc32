/** Notebooks as a page gets them, made of rendered prose and code cells. */
import type { PageCell, PageNotebook } from "../../../lib/notebook/wire.ts";

/** A string is the markup of a markdown cell; an object is a code cell. */
export function cellsOf(given: readonly (string | Partial<PageCell>)[]): PageNotebook {
  const cells = given.map((each, id): PageCell => ({
    id,
    name: `cell ${id}`,
    kind: typeof each === "string" ? "markdown" : "code",
    hidden: false,
    auto: false,
    worker: false,
    line: id * 10 + 1,
    endLine: id * 10 + 3,
    defines: [],
    reads: [],
    views: [],
    lives: [],
    imports: [],
    async: false,
    place: "browser",
    why: "",
    key: `key${id}`,
    code: ["const a = 1;"],
    readBy: [],
    ...(typeof each === "string" ? { html: each } : each),
  }));
  return { file: "a.ts", title: "Title", dek: "Dek.", edited: 0, cells, toBrowser: [], toServer: [] };
}
