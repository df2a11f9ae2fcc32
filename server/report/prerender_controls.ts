/**
 * Form controls as a browser has them, over a document that knows only their attributes: what a field holds and what a
 * list has chosen is kept in attributes, so that it is read again with the HTML.
 */
import * as linkedom from "linkedom";
import { CANVAS } from "./prerender_canvas.ts";
import { OPTION, SELECT } from "./prerender_lists.ts";
import { extend, method, type Properties, switched, VALID, worded } from "./prerender_property.ts";

/** A slider never stands outside of its track or between its steps. */
function onTrack(input: Element, text: string): string {
  const number = (name: string, otherwise: number) => {
    const value = Number.parseFloat(input.getAttribute(name) ?? "");
    return Number.isFinite(value) ? value : otherwise;
  };
  const min = number("min", 0), max = Math.max(min, number("max", 100));
  const wanted = Number.parseFloat(text);
  const value = Math.min(max, Math.max(min, Number.isFinite(wanted) ? wanted : (min + max) / 2));
  if (input.getAttribute("step") === "any") return String(value);
  const step = number("step", 1) || 1;
  const steps = Math.min(Math.floor((max - min) / step + 1e-9), Math.round((value - min) / step));
  return String(Number((min + steps * step).toPrecision(12)));
}

const INPUT: Properties = {
  ...VALID,
  type: worded("type", "text"),
  value: {
    get() {
      const text = this.getAttribute("value");
      const type = this.getAttribute("type");
      if (type === "range") return onTrack(this, text ?? "");
      return text ?? (type === "checkbox" || type === "radio" ? "on" : "");
    },
    set(given: unknown) {
      const text = given === null ? "" : String(given);
      this.setAttribute("value", this.getAttribute("type") === "range" ? onTrack(this, text) : text);
    },
  },
  defaultValue: worded("value"),
  valueAsNumber: {
    get() {
      const { value } = this as HTMLInputElement;
      return value === "" ? NaN : Number(value);
    },
    set(number: number) {
      (this as HTMLInputElement).value = Number.isNaN(number) ? "" : String(number);
    },
  },
  checked: {
    get() {
      return this.hasAttribute("checked");
    },
    set(on: unknown) {
      if (on && this.getAttribute("type") === "radio") uncheckOthers(this);
      this.toggleAttribute("checked", Boolean(on));
    },
  },
  defaultChecked: switched("checked"),
  min: worded("min"),
  max: worded("max"),
  step: worded("step"),
  readOnly: switched("readonly"),
  required: switched("required"),
  labels: { get: () => [] },
};

/** Of the radio buttons with one name one alone is chosen. */
function uncheckOthers(radio: Element): void {
  let root: ParentNode & Node = radio;
  while (root.parentNode !== null) root = root.parentNode as ParentNode & Node;
  for (const other of root.querySelectorAll("input[type=radio][checked]")) {
    if (other !== radio && other.getAttribute("name") === radio.getAttribute("name")) {
      other.removeAttribute("checked");
    }
  }
}

const FORM: Properties = {
  ...VALID,
  elements: {
    get() {
      return [...this.querySelectorAll("input, select, textarea, button, output")];
    },
  },
  reset: method(() => {}),
  submit: method(() => {}),
  requestSubmit: method(() => {}),
};

const TEXT_AREA: Properties = {
  ...VALID,
  rows: worded("rows"),
  cols: worded("cols"),
  defaultValue: {
    get() {
      return this.textContent ?? "";
    },
    set(text: unknown) {
      this.textContent = String(text);
    },
  },
};

const ANCHOR: Properties = {
  hash: {
    get() {
      return /#.*$/.exec(this.getAttribute("href") ?? "")?.[0] ?? "";
    },
  },
};

const SHOWN: Properties = {
  value: {
    get() {
      return this.textContent ?? "";
    },
    set(text: unknown) {
      this.textContent = String(text);
    },
  },
};

const measuredValue: Properties = {
  value: worded("value", "0"),
  max: worded("max", "1"),
  min: worded("min", "0"),
};

const ROOT: Properties = {
  viewBox: {
    get() {
      const [x = 0, y = 0, width = 0, height = 0] = (this.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(
        Number,
      );
      return { baseVal: { x, y, width, height } };
    },
  },
};

const DETAILS: Properties = { open: switched("open") };
const DIALOG: Properties = { showModal: method(() => {}), show: method(() => {}), close: method(() => {}) };

/** Mends the classes of linkedom for the life of this process. */
export function patchControls(): void {
  extend(linkedom.HTMLInputElement, INPUT);
  extend(linkedom.HTMLSelectElement, SELECT);
  extend(linkedom.HTMLOptionElement, OPTION);
  extend(linkedom.HTMLFormElement, FORM);
  extend(linkedom.HTMLTextAreaElement, TEXT_AREA);
  extend(linkedom.HTMLAnchorElement, ANCHOR);
  extend(linkedom.HTMLOutputElement, SHOWN);
  extend(linkedom.HTMLProgressElement, measuredValue);
  extend(linkedom.HTMLMeterElement, measuredValue);
  extend(linkedom.HTMLCanvasElement, CANVAS);
  extend(linkedom.HTMLDetailsElement, DETAILS);
  extend(linkedom.HTMLElement, { showModal: DIALOG.showModal, close: DIALOG.close });
  extend(linkedom.SVGElement, ROOT);
}
