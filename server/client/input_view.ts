/** Inputs on the page. Each is a form with its label; what the reader does is told at once. */
import type { Choice, Input, Path, Range, Text, Toggle } from "../../lib/notebook/inputs.ts";
import { element } from "./element.ts";
import type { View } from "./view.ts";

/** An input that can be moved from outside, as when another tab moved it. */
export interface InputView extends View {
  readonly node: HTMLFormElement;
  /** shows a value without telling about it */
  set(value: unknown): void;
  /** @param why said beside an input that is disabled; empty: nothing */
  enable(enabled: boolean, why?: string): void;
}

interface Control {
  readonly parts: readonly HTMLElement[];
  set(value: unknown): void;
}

let made = 0;

export function isInput(value: unknown): value is Input {
  return typeof value === "object" && value !== null && (value as Input).type === "input";
}

/** Places of a slider's track; a logarithmic one moves by equal factors. */
const TRACK = 1_000;

/** Between places of a track, 0 to 1,000, and values. A linear track uses the values themselves. */
export function trackOf({ min, max, step, log }: Range) {
  const clamp = (value: number) => Math.min(max, Math.max(min, value));
  const onGrid = (value: number) => {
    const snapped = step > 0 ? min + Math.round((value - min) / step) * step : value;
    return Number(clamp(snapped).toPrecision(12));
  };
  return {
    /** nearest value that the input allows; on a logarithmic track without steps any value with two digits */
    allowed: (value: number) => log && step === 0 ? clamp(Number(value.toPrecision(2))) : onGrid(value),
    place: (value: number) => log ? TRACK * Math.log(value / min) / Math.log(max / min) : value,
    value: (place: number) => log ? min * (max / min) ** (place / TRACK) : place,
  };
}

function rangeControl(input: Range, id: string, tell: (value: unknown) => void): Control {
  const track = trackOf(input);
  const limits = input.log
    ? { min: 0, max: TRACK, step: 1 }
    : { min: input.min, max: input.max, step: input.step || "any" };
  const slider = element("input", { type: "range", id, ...limits });
  const box = element("input", {
    type: "number",
    min: input.min,
    max: input.max,
    step: input.step || "any",
    "aria-label": input.unit === "" ? input.label : `${input.label}, ${input.unit}`,
  });
  const show = (value: number, typed = false) => {
    slider.value = String(track.place(value));
    slider.setAttribute("aria-valuetext", input.unit === "" ? String(value) : `${value} ${input.unit}`);
    if (!typed) box.value = String(value);
    box.setCustomValidity("");
  };
  slider.addEventListener("input", () => {
    const value = track.allowed(track.value(slider.valueAsNumber));
    show(value);
    tell(value);
  });
  box.addEventListener("input", () => {
    const value = box.valueAsNumber;
    if (!Number.isFinite(value) || value < input.min || value > input.max) return; // still being typed
    const allowed = track.allowed(value);
    show(allowed, true);
    tell(allowed);
  });
  box.addEventListener("change", () => {
    const value = track.allowed(Number.isFinite(box.valueAsNumber) ? box.valueAsNumber : input.value);
    show(value);
    tell(value);
  });
  const unit = element("span", { class: "unit" }, input.unit);
  return { parts: [slider, box, unit], set: (value) => show(Number(value)) };
}

function segmentControl(input: Choice<unknown>, id: string, tell: (value: unknown) => void): Control {
  const radios = input.options.map((option, index) => {
    const radio = element("input", { type: "radio", name: id, id: index === 0 ? id : undefined });
    radio.addEventListener("change", () => tell(option));
    return radio;
  });
  const labels = radios.map((radio, index) => element("label", {}, radio, input.labels[index]));
  const group = element("div", { class: "seg", role: "radiogroup", "aria-label": input.label }, ...labels);
  return {
    parts: [group],
    set: (value) => radios.forEach((radio, index) => radio.checked = Object.is(input.options[index], value)),
  };
}

function selectControl(input: Choice<unknown>, id: string, tell: (value: unknown) => void): Control {
  const options = input.labels.map((label, index) => element("option", { value: index }, label));
  const select = element("select", { id }, ...options);
  select.addEventListener("change", () => tell(input.options[select.selectedIndex]));
  return { parts: [select], set: (value) => select.selectedIndex = input.options.indexOf(value) };
}

function toggleControl(_input: Toggle, id: string, tell: (value: unknown) => void): Control {
  const box = element("input", { type: "checkbox", id });
  box.addEventListener("change", () => tell(box.checked));
  return { parts: [box], set: (value) => box.checked = value === true };
}

function textControl(input: Text | Path, id: string, tell: (value: unknown) => void): Control {
  const field = element("input", { type: "text", id, placeholder: input.placeholder, autocomplete: "off" });
  if (input.kind === "path") field.classList.add("mono", "path");
  // half a path names another place
  field.addEventListener(input.kind === "path" ? "change" : "input", () => tell(field.value));
  return { parts: [field], set: (value) => field.value = String(value ?? "") };
}

function controlOf(input: Input, id: string, tell: (value: unknown) => void): Control {
  if (input.kind === "range") return rangeControl(input, id, tell);
  if (input.kind === "choice") return segmentControl(input, id, tell);
  if (input.kind === "select") return selectControl(input, id, tell);
  if (input.kind === "toggle") return toggleControl(input, id, tell);
  return textControl(input as Text | Path, id, tell);
}

/**
 * Draws an input.
 * @param tell called with each new value that the reader chooses; never for values set from outside
 */
export function inputView(input: Input, tell: (value: unknown) => void = () => {}): InputView {
  const id = `input-${++made}`;
  let last = input.value;
  const control = controlOf(input, id, (value) => {
    if (Object.is(value, last)) return;
    last = value;
    tell(value);
  });
  control.set(input.value);
  const fields = element("div", {}, ...control.parts);
  const note = element("span", { class: "why" });
  const form = element(
    "form",
    { autocomplete: "off" },
    element("label", { for: id }, input.label),
    fields,
    note,
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  return {
    node: form,
    set(value) {
      last = value;
      control.set(value);
    },
    enable(enabled, why = "") {
      note.textContent = why;
      for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) {
        field.disabled = !enabled;
      }
    },
  };
}
