/** Lists to choose from, as a browser has them: what is chosen is marked at the option, and read with the HTML. */
import { method, type Properties, switched, VALID } from "./prerender_property.ts";

const optionsOf = (select: Element): Element[] => [...select.querySelectorAll("option")];
const isMultiple = (select: Element): boolean => select.hasAttribute("multiple");
const optionValue = (option: Element): string => option.getAttribute("value") ?? option.textContent ?? "";

/** A list from which one is chosen shows its first where none is. */
function chosen(select: Element): Element[] {
  const options = optionsOf(select), marked = options.filter((option) => option.hasAttribute("selected"));
  if (isMultiple(select)) return marked;
  return marked.length > 0 ? [marked.at(-1)!] : options.slice(0, 1);
}

function choose(select: Element, option: Element | undefined): void {
  for (const each of optionsOf(select)) each.toggleAttribute("selected", each === option);
}

/** Of a list. */
export const SELECT: Properties = {
  ...VALID,
  options: {
    get() {
      return optionsOf(this);
    },
  },
  length: {
    get() {
      return optionsOf(this).length;
    },
  },
  multiple: switched("multiple"),
  selectedOptions: {
    get() {
      return chosen(this);
    },
  },
  selectedIndex: {
    get() {
      return optionsOf(this).indexOf(chosen(this)[0]);
    },
    set(index: number) {
      choose(this, optionsOf(this)[index]);
    },
  },
  value: {
    get() {
      const [option] = chosen(this);
      return option === undefined ? "" : optionValue(option);
    },
    set(value: unknown) {
      choose(this, optionsOf(this).find((option) => optionValue(option) === String(value)));
    },
  },
  add: method(function (option: Element) {
    this.append(option);
  }),
  item: method(function (index: number) {
    return optionsOf(this)[index] ?? null;
  }),
};

/** Of what can be chosen in it. */
export const OPTION: Properties = {
  value: {
    get() {
      return optionValue(this);
    },
    set(value: unknown) {
      this.setAttribute("value", String(value));
    },
  },
  text: {
    get() {
      return (this.textContent ?? "").trim();
    },
    set(text: unknown) {
      this.textContent = String(text);
    },
  },
  label: {
    get() {
      return this.getAttribute("label") ?? this.textContent ?? "";
    },
  },
  index: {
    get() {
      const select = this.closest("select");
      return select === null ? 0 : optionsOf(select).indexOf(this);
    },
  },
  selected: {
    get() {
      const select = this.closest("select");
      return select === null ? this.hasAttribute("selected") : chosen(select).includes(this);
    },
    set(on: unknown) {
      const select = this.closest("select");
      if (on && select !== null && !isMultiple(select)) choose(select, this);
      else this.toggleAttribute("selected", Boolean(on));
    },
  },
  defaultSelected: switched("selected"),
};
