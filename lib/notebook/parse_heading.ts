/** The title of a notebook and the paragraph after it. */
export interface Heading {
  readonly title: string;
  readonly dek: string;
}

/**
 * Takes the first `# ` heading of the markdown texts and the first paragraph after it; without a heading the title
 * is the file's name without its extension.
 */
export function heading(texts: readonly string[], file: string): Heading {
  for (const text of texts) {
    const lines = text.split("\n");
    const at = lines.findIndex((line) => line.startsWith("# "));
    if (at < 0) continue;
    const rest = lines.slice(at + 1);
    const first = rest.findIndex((line) => line.trim() !== "");
    const paragraph: string[] = [];
    for (const line of first < 0 ? [] : rest.slice(first)) {
      if (line.trim() === "" || line.startsWith("#")) break;
      paragraph.push(line.trim());
    }
    return { title: lines[at].slice(2).trim(), dek: paragraph.join(" ") };
  }
  return { title: file.replace(/\.[^.]+$/, "").replaceAll("_", " "), dek: "" };
}
