/** Single values of YAML. */

const whole = /^[+-]?\d+$/;
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...["", "~", "null", "Null", "NULL"].map((word): [string, unknown] => [word, null]),
  ...["true", "True", "TRUE"].map((word): [string, unknown] => [word, true]),
  ...["false", "False", "FALSE"].map((word): [string, unknown] => [word, false]),
  ...[".nan", ".NaN", ".NAN"].map((word): [string, unknown] => [word, "NaN"]),
  ...[".inf", ".Inf", ".INF", "+.inf"].map((word): [string, unknown] => [word, "Infinity"]),
  ...["-.inf", "-.Inf", "-.INF"].map((word): [string, unknown] => [word, "-Infinity"]),
]);

/**
 * What a scalar says, as JSON data: NaN and infinities are texts, as is a whole number that JavaScript cannot hold.
 * @example
 * ```ts
 * import { yamlScalar } from "./yaml_scalar.ts";
 *
 * console.assert(yamlScalar("1.0e-05") === 1e-5 && yamlScalar("'20'") === "20" && yamlScalar("~") === null);
 * ```
 */
export function yamlScalar(written: string): unknown {
  const text = written.trim();
  if (words.has(text)) return words.get(text);
  if (whole.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (decimal.test(text)) return Number.isFinite(Number(text)) ? Number(text) : text;
  if (text.length > 1 && text.startsWith("'") && text.endsWith("'")) {
    return text.slice(1, -1).replaceAll("''", "'");
  }
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) return unescaped(text);
  return text;
}

/** YAML knows more escapes than JSON: of those only `\xE9` is written by programs. Others stay as they are. */
function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted.replaceAll(/\\x([0-9a-fA-F]{2})/g, "\\u00$1"));
  } catch {
    return quoted.slice(1, -1);
  }
}
