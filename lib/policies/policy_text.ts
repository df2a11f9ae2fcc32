/**
 * A policy as one line of text, and as JSON.
 *
 * ```text
 * Early stopping: any(maxSteps(2000), plateau(validation.loss, min, patience: evaluations(8))); best(validation.loss, min)
 * ```
 *
 * The name stands before the colon: words, or quoted. Then the criterion, then the selection, parted by semicolons;
 * without a selection the lowest validation loss is kept. `kind: patience` and `rule: "as on page 3"` may follow, for how
 * it is drawn and said. Criteria and selections are written as `parseCriterion` and `parseSelection` read them.
 */
import { checkKeys, oneOf } from "../option_checks.ts";
import { asCriterion } from "../criteria/as_criterion.ts";
import { best } from "../criteria/best.ts";
import { nameText } from "../criteria/call_text.ts";
import {
  expect,
  readCriterion,
  type Reader,
  readSelection,
  unexpected,
  whole,
} from "../criteria/parse_text.ts";
import { textOf } from "../criteria/rules.ts";
import { asSelection, selectionText } from "../criteria/select.ts";
import { TextError } from "../criteria/tokens.ts";
import { shown } from "../durations.ts";
import { type Policy, type PolicyKind, policyKinds } from "./policy.ts";

/** Words that need no quotes: each a name, one space apart. */
const words = /^[A-Za-z_][A-Za-z0-9_.\/-]*(?: [A-Za-z_][A-Za-z0-9_.\/-]*)*$/;

/**
 * The one canonical text of a policy; `parsePolicy` reads it back.
 * @example
 * ```ts
 * import { best } from "../criteria/best.ts";
 * import { maxSteps } from "../criteria/max_steps.ts";
 * const text = policyText({ name: "Fixed", stop: maxSteps(500), select: best("validation.loss", "min") });
 * // Fixed: maxSteps(500); best(validation.loss, min)
 * ```
 */
export function policyText({ name, stop, select, kind, rule }: Policy): string {
  const parts = [textOf(stop), selectionText(select)];
  if (kind !== undefined) parts.push(`kind: ${kind}`);
  if (rule !== undefined) parts.push(`rule: ${nameText(rule)}`);
  return `${words.test(name) ? name : JSON.stringify(name)}: ${parts.join("; ")}`;
}

/**
 * The policy that a text says. It is parsed, never evaluated.
 * @throws TextError `unknown criterion: platoo (has maxSteps, …) (1:17)`, with line and column
 * @example
 * ```ts
 * const policy = parsePolicy("Fixed steps: maxSteps(2_000); last()");
 * ```
 */
export const parsePolicy = (text: string): Policy => whole(text, readPolicy);

function readPolicy(reader: Reader): Policy {
  const name = readName(reader);
  expect(reader, ":");
  const stop = readCriterion(reader), said: { kind?: PolicyKind; rule?: string } = {};
  let select = best("validation.loss", "min") as Policy["select"];
  for (let part = 0; reader.peek().type !== "end"; part++) {
    expect(reader, ";");
    const isNamed = reader.peekAfter().text === ":" && reader.peekAfter().type === "mark";
    if (isNamed) readSaid(reader, said);
    else if (part === 0) select = readSelection(reader);
    else throw unexpected(reader.peek(), "kind: or rule:");
  }
  return { name, stop, select, ...said };
}

function readName(reader: Reader): string {
  const first = reader.take();
  if (first.type === "quoted") return first.text;
  if (first.type !== "name") throw unexpected(first, "a policy's name");
  const name = [first.text];
  while (reader.peek().type === "name") name.push(reader.take().text);
  return name.join(" ");
}

function readSaid(reader: Reader, said: { kind?: PolicyKind; rule?: string }): void {
  const option = reader.take(), value = (reader.take(), reader.take());
  if (value.type !== "name" && value.type !== "quoted") throw unexpected(value, "a name");
  const fault = (message: string) => new TextError(message, option.line, option.column);
  if (option.text !== "kind" && option.text !== "rule") {
    throw fault(`unknown option of policy: ${option.text} (has kind, rule)`);
  }
  if (said[option.text] !== undefined) throw fault(`${option.text} given twice`);
  if (option.text === "rule") said.rule = value.text;
  else if ((policyKinds as readonly string[]).includes(value.text)) said.kind = value.text as PolicyKind;
  else throw fault(`invalid kind: ${shown(value.text)} (${policyKinds.join(", ")})`);
}

/**
 * A policy from a value of unknown origin, such as JSON. A policy itself is plain data: `JSON.stringify` writes it.
 * @throws TypeError for what is no policy or has an unknown key, RangeError for a value out of range
 * @example
 * ```ts
 * const policy = asPolicy(JSON.parse('{ "name": "Fixed", "stop": { "kind": "maxSteps", "steps": 500 } }'));
 * ```
 */
export function asPolicy(value: unknown): Policy {
  checkKeys("policy", value, ["name", "stop", "select", "kind", "rule"]);
  const { name, stop, select, kind, rule } = value as Record<string, unknown>;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`invalid name: ${shown(name)} (a policy's name)`);
  }
  if (rule !== undefined && typeof rule !== "string") {
    throw new TypeError(`invalid rule: ${shown(rule)} (a text)`);
  }
  return {
    name,
    stop: asCriterion(stop),
    select: select === undefined ? best("validation.loss", "min") : asSelection(select),
    ...(kind === undefined ? {} : { kind: oneOf("kind", kind, policyKinds) }),
    ...(rule === undefined ? {} : { rule }),
  };
}
