/** Settings beside a log, as YAML that programs write. */
import type { LogWarning } from "../logged.ts";
import { isRecord } from "./lenient_json.ts";
import { Lines } from "./lines.ts";
import { warnLongLine } from "./line_parser.ts";
import { ReaderWarnings } from "./reader_warnings.ts";
import { YamlBlocks, type YamlLine } from "./yaml_blocks.ts";

/**
 * Reads `hparams.yaml` of Lightning, `meta.yaml` of MLflow and files like them: maps and lists by indentation, scalars,
 * quoted texts, `null`, and lists and maps in brackets on one line. A tag such as `!!python/object:torch.nn.ReLU` is kept
 * as text. What is none of this is skipped with a warning.
 *
 * @param bytes the whole file
 * @returns the settings as plain JSON data, and what could not be read
 *
 * @example
 * ```ts
 * import { hparamsYaml } from "./hparams_yaml.ts";
 *
 * const { config } = hparamsYaml(new TextEncoder().encode("batch_size: 20\noptimizer:\n  lr: 0.05\n"));
 * console.assert(config.batch_size === 20);
 * ```
 */
export function hparamsYaml(
  bytes: Uint8Array,
): { config: Record<string, unknown>; warnings: Omit<LogWarning, "file">[] } {
  const warnings = new ReaderWarnings();
  const lines = new Lines((offset) => warnLongLine(warnings, offset));
  const whole = lines.push(bytes), tail = lines.tail();
  const written = [...whole, ...(tail ? [tail] : [])].flatMap(({ text, offset }): YamlLine[] => {
    const bare = withoutComment(text), indent = bare.search(/\S/);
    if (indent < 0 || /^(?:---|\.\.\.)\s*$/.test(bare)) return [];
    return [{ indent, text: bare.slice(indent).trimEnd(), offset }];
  });
  const config = new YamlBlocks(written, warnings).all();
  if (config !== null && !isRecord(config)) warnings.add("no settings", "no settings by name", 0);
  return { config: isRecord(config) ? config : {}, warnings: warnings.list() };
}

/** Cuts off ` # …`, unless it stands in quotes. */
function withoutComment(text: string): string {
  if (!text.includes("#")) return text;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at], before = text[at - 1] ?? " ";
    if (quote !== "") {
      if (character === quote) quote = "";
      else if (quote === '"' && character === "\\") at++;
    } else if (`"'`.includes(character) && " \t[{,".includes(before)) quote = character;
    else if (character === "#" && " \t".includes(before)) return text.slice(0, at);
  }
  return text;
}
