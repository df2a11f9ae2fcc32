/** Which view shows a value: a chart, a table, markdown, an input, a node, or plain text. */
import { markdown } from "../../lib/notebook/markdown.ts";
import { adoptStyles } from "./adopt_styles.ts";
import { chartView, isChart } from "./chart_view.ts";
import { element } from "./element.ts";
import { inputView, isInput } from "./input_view.ts";
import { safeLinks } from "./safe_links.ts";
import { isTable, tableView } from "./table_view.ts";
import { valueText } from "./value_text.ts";
import type { View } from "./view.ts";

function isMarkdown(value: unknown): value is { readonly type: "markdown"; readonly text: string } {
  return typeof value === "object" && value !== null && (value as { type?: unknown }).type === "markdown" &&
    typeof (value as { text?: unknown }).text === "string";
}

function markdownView(text: string): View {
  const node = element("div", { class: "prose" });
  let shown = "";
  const update = (value: unknown) => {
    if (!isMarkdown(value)) return false;
    // The same words are left alone, so that a reader's selection in them stays.
    if (value.text !== shown) node.innerHTML = markdown(value.text);
    shown = value.text;
    return true;
  };
  update({ type: "markdown", text });
  return { node, update };
}

function textView(value: unknown): View {
  const node = element("pre", { class: "value" }, valueText(value));
  return {
    node,
    update(next) {
      if (next instanceof Node || isChart(next) || isTable(next) || isMarkdown(next) || isInput(next)) {
        return false;
      }
      node.textContent = valueText(next);
      return true;
    },
  };
}

function nodeView(value: Node): View {
  const node = value instanceof Element ? value : element("div", {}, value);
  adoptStyles(node);
  safeLinks(node);
  return { node, update: (next) => next === value };
}

/** @param cell the element of the cell that displays the value */
export function valueView(value: unknown, cell: Element): View {
  if (value instanceof Node) return nodeView(value);
  if (isChart(value)) return chartView(value, cell);
  if (isTable(value)) return tableView(value);
  if (isMarkdown(value)) return markdownView(value.text);
  if (isInput(value)) return inputView(value);
  return textView(value);
}
