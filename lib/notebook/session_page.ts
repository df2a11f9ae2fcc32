/** A notebook as its page needs it: prose rendered, source highlighted. */
import { highlight } from "./highlight.ts";
import { markdown } from "./markdown.ts";
import type { Notebook } from "./notebook.ts";
import type { PageCell, PageNotebook } from "./wire.ts";

/** `edited`: when the file was last saved, milliseconds since 1970. */
export function pageNotebook(notebook: Notebook, edited: number): PageNotebook {
  const { file, title, dek, toBrowser, toServer } = notebook;
  const cells = notebook.cells.map(({ source, markdown: text, ...cell }): PageCell => ({
    ...cell,
    ...(cell.kind === "markdown" ? { html: markdown(text) } : {}),
    code: highlight(source),
    readBy: notebook.cells
      .filter((other) => other.id !== cell.id && other.reads.some((name) => cell.defines.includes(name)))
      .map((other) => other.name),
  }));
  return { file, title, dek, edited, cells: plain(cells), toBrowser, toServer };
}

/** Only what the contract names: the parser's own fields stay here. */
function plain(cells: readonly PageCell[]): PageCell[] {
  return cells.map((cell) => {
    const {
      id,
      name,
      kind,
      hidden,
      auto,
      worker,
      line,
      endLine,
      defines,
      reads,
      views,
      lives,
      imports,
      async,
      place,
      why,
      key,
      html,
      code,
      readBy,
    } = cell;
    const kept = {
      id,
      name,
      kind,
      hidden,
      auto,
      worker,
      line,
      endLine,
      defines,
      reads,
      views,
      lives,
      imports,
      async,
      place,
      why,
      key,
    };
    return { ...kept, ...(html === undefined ? {} : { html }), code, readBy };
  });
}
