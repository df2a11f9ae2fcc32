import type { ExportNamedDeclaration, Identifier, Literal } from "acorn";
import { declared } from "./references_declared.ts";

/** A name that a cell exports: what the notebook calls it, and where. */
export interface Export {
  readonly local: string;
  readonly offset: number;
}

/** The names of `export const best = …` and of `export { best as result }`; types are gone. */
export function exportsOf(
  { declaration, specifiers, source }: ExportNamedDeclaration,
): [string, Export][] {
  if (source) return [];
  if (declaration) {
    return declared([declaration]).map(({ name, start }) => [name, { local: name, offset: start }]);
  }
  return specifiers.flatMap(({ local, exported, start }) =>
    local.type === "Identifier" ? [[textOf(exported), { local: local.name, offset: start }]] : []
  );
}

const textOf = (name: Identifier | Literal): string =>
  name.type === "Identifier" ? name.name : String(name.value);
