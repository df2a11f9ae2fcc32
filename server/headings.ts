/** What the index says of notebooks by reading them: parsed once, and again when one of them has changed. */
import { fileURLToPath } from "node:url";
import { type Heading, heading } from "../lib/notebook/parse_heading.ts";
import { keptBuild } from "./kept_build.ts";
import type { NotebookFiles } from "./notebook_files.ts";

export interface NotebookHeading extends Heading {
  /** what is wrong with the file; empty when nothing is */
  readonly problem: string;
}

/** The headings by file name. */
export type Headings = () => Promise<ReadonlyMap<string, NotebookHeading>>;

/** Headings change with these, too. */
const PARSER = fileURLToPath(new URL("../lib/notebook/", import.meta.url));

/**
 * @param project real path of the project's folder; what was parsed is kept in its `.plateau`
 * @example
 * ```ts ignore
 * const headings = createHeadings(project, notebookFiles(project));
 * const { title } = (await headings()).get("first.ts")!;
 * ```
 */
export function createHeadings(project: string, files: NotebookFiles): Headings {
  const build = async () => {
    const { parse } = await import("../lib/notebook/parse.ts");
    const texts: Record<string, string> = {}, inputs = [`${project}/notebooks`, ...parserFiles()];
    for (const file of await files.list()) {
      const path = await files.find(file);
      if (path === null) continue; // gone since
      inputs.push(path);
      const { cells, diagnostics } = parse(await Deno.readTextFile(path), `file://${path}`);
      const prose = cells.filter((cell) => cell.kind === "markdown").map((cell) => cell.markdown);
      const fault = diagnostics.find((problem) => problem.level === "error");
      const problem = fault ? `line ${fault.line}: ${fault.message}` : "";
      texts[file] = JSON.stringify({ ...heading(prose, file), problem } satisfies NotebookHeading);
    }
    return { texts, inputs };
  };
  return async () => {
    const texts = await keptBuild(`${project}/.plateau/headings.json`, build);
    return new Map(Object.entries(texts).map(([file, text]) => [file, JSON.parse(text)]));
  };
}

const parserFiles = (): string[] =>
  [...Deno.readDirSync(PARSER)].filter(({ name }) => name.startsWith("parse")).map(({ name }) =>
    PARSER + name
  );
