/** A table of any length in a place that scrolls: only the rows in view are in the document. */
import { element } from "./element.ts";

export interface RowWindow {
  /** the rows in view */
  readonly body: HTMLElement;
  /** there are so many rows now, or others: those in view are drawn again */
  show(count: number): void;
  readonly table: HTMLElement;
}

/** What is drawn. */
export interface WindowRows {
  /** heading of the table; it stays */
  readonly head: HTMLElement;
  readonly columns: number;
  /** the element of a row as it is now; the same element for the same row, so that it keeps the focus */
  row(index: number): HTMLElement;
}

/** Rows drawn above and below those in view. */
const AROUND = 12;
/** What a row is high until one was measured, CSS pixels. */
const FIRST_HEIGHT = 29;

/** @param place scrolls; the table is put into it */
export function rowWindow(
  place: HTMLElement,
  { head, columns, row }: WindowRows,
): RowWindow {
  const space = () =>
    element("tbody", { class: "space" }, element("tr", {}, element("td", { colspan: columns })));
  const above = space(), body = element("tbody"), below = space();
  const table = element("table", {}, element("thead", {}, head), above, body, below);
  let count = 0, height = 0, planned = false;

  /** Leaves those that stay where they are: one may have the focus. */
  function draw(): void {
    const one = height || FIRST_HEIGHT, top = place.scrollTop, seen = place.clientHeight || innerHeight;
    const from = Math.max(0, Math.min(count, Math.floor(top / one)) - AROUND);
    const to = Math.min(count, Math.ceil((top + seen) / one) + AROUND);
    const wanted: HTMLElement[] = [];
    for (let index = from; index < to; index++) {
      const node = row(index);
      node.setAttribute("aria-rowindex", String(index + 2));
      wanted.push(node);
    }
    const stays = new Set<Node>(wanted);
    for (const node of [...body.children]) if (!stays.has(node)) node.remove();
    let next = body.firstElementChild;
    for (const node of wanted) {
      if (node === next) next = next.nextElementSibling;
      else body.insertBefore(node, next);
    }
    if (height === 0 && wanted.length > 0) {
      height = wanted[0].getBoundingClientRect().height;
      if (height > 0 && height !== one) return draw();
    }
    room(above, from * one);
    room(below, (count - to) * one);
  }

  place.replaceChildren(table);
  place.addEventListener("scroll", () => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => {
      planned = false;
      draw();
    });
  }, { passive: true });
  new ResizeObserver(() => {
    height = 0; // a narrow page has higher rows
    draw();
  }).observe(place);
  return {
    table,
    body,
    show(now) {
      count = now;
      table.setAttribute("aria-rowcount", String(count + 1));
      draw();
    },
  };
}

function room(body: HTMLElement, height: number): void {
  body.hidden = height <= 0;
  (body.firstElementChild as HTMLElement).style.height = `${height}px`;
}
