/** The panel that says what differs between the compared runs. */
import { MISSING, thousands } from "../../lib/charts/format.ts";
import { element } from "./element.ts";
import { keyMark } from "./key_mark.ts";
import type { DiffTable } from "./runs_diff.ts";

/** Settings that all share and are named without being asked. */
const NAMED = 24;

export interface ConfigHooks {
  pin(id: string): void;
}

function cell(text: string): HTMLElement {
  const long = text.length > 28;
  const classes = [text === MISSING && "same", long && "long"].filter(Boolean).join(" ");
  return element("td", { class: classes || undefined }, text);
}

function heading({ columns, rows }: DiffTable, pinned: ReadonlySet<string>, hooks: ConfigHooks): HTMLElement {
  const names = columns.map((row) => {
    const button = element("button", {
      type: "button",
      class: "mono",
      "aria-pressed": String(pinned.has(row.id)),
      "aria-label": `Pin ${row.name}`,
      title: row.name,
    }, row.name);
    button.addEventListener("click", () => hooks.pin(row.id));
    return element("th", { scope: "col" }, keyMark(row.kind), button);
  });
  const all = rows.some((row) => row.all !== null) ? element("th", { scope: "col" }, "all compared") : null;
  return element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "differs"), ...names, all));
}

function sameLine(same: readonly string[]): HTMLElement | null {
  if (same.length === 0) return null;
  const line = element(
    "p",
    { class: "meta same-in-all" },
    "The same in all: ",
    same.slice(0, NAMED).join(" · "),
  );
  if (same.length > NAMED) {
    const rest = element(
      "button",
      { type: "button", class: "bare" },
      `and ${thousands(same.length - NAMED)} more`,
    );
    rest.addEventListener("click", () => line.replaceChildren("The same in all: ", same.join(" · ")));
    line.append(" ", rest);
  }
  return line;
}

/** Draws the table in its panel; nothing is there when no run is compared. */
export function drawConfig(
  panel: HTMLElement,
  table: DiffTable,
  pinned: ReadonlySet<string>,
  hooks: ConfigHooks,
): void {
  panel.hidden = table.rows.length === 0 && table.same.length === 0;
  const body = table.rows.map(({ key, values, all }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", class: "meta" }, key),
      ...values.map(cell),
      all && cell(all),
    )
  );
  const words = table.differing === 0
    ? "no key differs"
    : `${thousands(table.differing)} ${table.differing === 1 ? "key differs" : "keys differ"}`;
  panel.replaceChildren(
    element(
      "div",
      { class: "chart" },
      element(
        "header",
        {},
        element("h3", {}, "Config"),
        element("span", {
          class: "meta",
        }, words),
      ),
    ),
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "What differs" },
      element("table", { class: "diff" }, heading(table, pinned, hooks), element("tbody", {}, ...body)),
    ),
    ...[sameLine(table.same)].filter((line) => line !== null),
  );
}
