/** Where in a value something is. */
export type Path = readonly (string | number)[];

/** A path as people write it: `model.layers[0].f`. */
export function pathText(path: Path): string {
  return path.map((part, i) =>
    typeof part === "number"
      ? `[${part}]`
      : /^(?:[\p{ID_Start}$_][\p{ID_Continue}$]*|(?:key|get)\(.*\))$/u.test(part)
      ? (i ? "." : "") + part
      : `["${part}"]`
  ).join("") || "value";
}
