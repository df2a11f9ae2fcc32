/** Maps and lists of YAML, by their indentation. */
import { isRecord, lenientJson } from "./lenient_json.ts";
import { shortName } from "./mapping.ts";
import type { ReaderWarnings } from "./reader_warnings.ts";
import { yamlScalar } from "./yaml_scalar.ts";

/** A line that is neither empty nor a comment. */
export interface YamlLine {
  readonly indent: number;
  /** without indentation and what follows the last character that is seen */
  readonly text: string;
  /** byte in the file at which it begins */
  readonly offset: number;
}

/** Deeper settings are no settings. Levels. */
const DEEPEST = 32;

/** Tags of what is plain data all the same. */
const plainTags = [
  "!!python/tuple",
  "!!python/unicode",
  "!!python/str",
  "!!float",
  "!!int",
  "!!str",
  "!!bool",
];

/** Reads lines one after the other, each once. */
export class YamlBlocks {
  readonly #lines: YamlLine[];
  readonly #warnings: ReaderWarnings;
  #next = 0;

  constructor(lines: readonly YamlLine[], warnings: ReaderWarnings) {
    this.#lines = [...lines];
    this.#warnings = warnings;
  }

  /** What all lines say; null for none. */
  all(): unknown {
    const value = this.#block(-1, 0);
    while (this.#next < this.#lines.length) this.#skipLine();
    return value;
  }

  /** The block that is indented by more than `outer`; null where there is none. */
  #block(outer: number, depth: number): unknown {
    const first = this.#lines[this.#next];
    if (first === undefined || first.indent <= outer) return null;
    if (depth > DEEPEST) {
      this.#skipBlock(outer, `settings deeper than ${DEEPEST} levels skipped`);
      return null;
    }
    return isItem(first) ? this.#list(first.indent, depth) : this.#map(first.indent, depth);
  }

  #map(indent: number, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (let line = this.#lines[this.#next]; line && line.indent >= indent; line = this.#lines[this.#next]) {
      const found = line.indent === indent && !isItem(line) ? memberOf(line.text) : null;
      if (found === null) {
        this.#skipLine();
        continue;
      }
      this.#next++;
      entries.push([found.key, this.#value(found.rest, indent, depth, line)]);
    }
    return Object.fromEntries(entries);
  }

  #list(indent: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let line = this.#lines[this.#next]; line?.indent === indent; line = this.#lines[this.#next]) {
      if (!isItem(line)) break;
      const text = line.text.slice(1).trimStart();
      if (memberOf(text) || isItem({ text })) {
        // what begins on the line of its dash stands further in by the dash and the gap
        this.#lines[this.#next] = { ...line, text, indent: indent + line.text.length - text.length };
        items.push(this.#block(indent, depth + 1));
        continue;
      }
      this.#next++;
      items.push(this.#value(text, indent, depth, line));
    }
    return items;
  }

  /** What stands after a key or a dash, and further in below. */
  #value(rest: string, indent: number, depth: number, line: YamlLine): unknown {
    const anchored = /^&\S+\s*/.exec(rest)?.[0] ?? "", written = rest.slice(anchored.length);
    if (written.startsWith("!")) return this.#tagged(written, indent, depth, line);
    if (/^[|>][+-]?\d?$/.test(written)) {
      return this.#skipBlock(
        indent,
        `text of several lines skipped: ${JSON.stringify(line.text.slice(0, 40))}`,
      );
    }
    if (written !== "") return this.#scalar(written + this.#continued(indent), line);
    // a list may stand as far out as its key
    const next = this.#lines[this.#next];
    if (next?.indent === indent && isItem(next) && !isItem(line)) return this.#list(indent, depth + 1);
    return this.#block(indent, depth + 1);
  }

  #tagged(written: string, indent: number, depth: number, line: YamlLine): unknown {
    const end = written.indexOf(" "), tag = end < 0 ? written : written.slice(0, end);
    const rest = written.slice(tag.length).trim();
    if (plainTags.includes(tag)) return rest.startsWith("!") ? rest : this.#value(rest, indent, depth, line);
    this.#skipBlock(indent, `fields of ${shortName(tag)} skipped`);
    const next = this.#lines[this.#next];
    if (next?.indent === indent && isItem(next) && !isItem(line)) {
      this.#list(indent, depth + 1);
      this.#warn(`fields of ${shortName(tag)} skipped`, next.offset);
    }
    return tag;
  }

  #scalar(written: string, line: YamlLine): unknown {
    if (/^[\[{]/.test(written)) {
      const flow = flowOf(written);
      if (flow !== undefined) return flow;
    } else if (!written.startsWith("*")) return yamlScalar(written);
    this.#warn(`kept as text: ${JSON.stringify(written.slice(0, 40))}`, line.offset);
    return written;
  }

  /** A long text goes on in lines that are further in. */
  #continued(indent: number): string {
    const more: string[] = [];
    for (let line = this.#lines[this.#next]; line && line.indent > indent; line = this.#lines[this.#next]) {
      more.push(` ${line.text}`);
      this.#next++;
    }
    return more.join("");
  }

  #skipBlock(outer: number, message: string): null {
    const first = this.#lines[this.#next];
    if (first && first.indent > outer) this.#warn(message, first.offset);
    while (this.#next < this.#lines.length && this.#lines[this.#next].indent > outer) this.#next++;
    return null;
  }

  #skipLine(): void {
    const { text, offset } = this.#lines[this.#next++];
    this.#warn(`line skipped: ${JSON.stringify(text.slice(0, 40))}`, offset);
  }

  #warn(message: string, offset: number): void {
    this.#warnings.add("settings that cannot be read", message, offset);
  }
}

const isItem = ({ text }: { readonly text: string }): boolean => text === "-" || text.startsWith("- ");

/** `key: rest`, the key perhaps in quotes; null for a line that is none. */
function memberOf(text: string): { key: string; rest: string } | null {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    let end = 1;
    while (end < text.length && text[end] !== quote) end += quote === '"' && text[end] === "\\" ? 2 : 1;
    const after = /^\s*:(?:\s|$)/.exec(text.slice(end + 1))?.[0];
    if (after === undefined) return null;
    const rest = text.slice(end + 1 + after.length).trim();
    return { key: String(yamlScalar(text.slice(0, end + 1))), rest };
  }
  if ("[{&*!|>%@`#?".includes(quote)) return null;
  for (let colon = text.indexOf(":"); colon > 0; colon = text.indexOf(":", colon + 1)) {
    const next = text[colon + 1] ?? " ";
    if (next === " " || next === "\t") {
      return { key: text.slice(0, colon).trimEnd(), rest: text.slice(colon + 1).trim() };
    }
  }
  return null;
}

/** A list or map in brackets: as JSON, else a list of plain scalars; undefined for what is neither. */
function flowOf(written: string): unknown {
  const json = lenientJson(written);
  if ("value" in json && (isRecord(json.value) || Array.isArray(json.value))) return finite(json.value);
  const inner = written.startsWith("[") && written.endsWith("]") ? written.slice(1, -1) : null;
  if (inner === null || /[\[\]{}"']/.test(inner)) return undefined;
  return inner.split(",").map(yamlScalar);
}

/** JSON data has no NaN: it is a text here too. */
function finite(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(finite);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, finite(inner)]));
}
