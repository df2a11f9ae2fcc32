/** Asks once for what logs do not say, so that their curves can stand on the axis. */
import type { RunLine } from "../lines_codec.ts";
import { count } from "../pages/words.ts";
import { element } from "./element.ts";
import type { RunsState } from "./runs_state.ts";

type Batches = RunsState["batches"];
type Field = keyof Batches;

const WORDS: Readonly<Record<Field, string>> = {
  batch: "batch size",
  trainingExamples: "training examples",
};

/** What is lacking, and for how many runs. */
export interface Lacking {
  readonly fields: readonly Field[];
  readonly runs: number;
}

/** What the lines say cannot be known; null when nothing is to be asked. */
export function lackingIn(lines: Iterable<RunLine>): Lacking | null {
  const wanting = [...lines].filter(({ missing }) => missing.length > 0);
  if (wanting.length === 0) return null;
  const fields = (["batch", "trainingExamples"] as const).filter((field) =>
    wanting.some(({ missing }) => missing.includes(field))
  );
  return { fields, runs: wanting.length };
}

function numberBox(field: Field, value: number | undefined): HTMLInputElement {
  return element("input", {
    type: "number",
    name: field,
    min: 1,
    step: 1,
    required: true,
    value,
    "aria-label": WORDS[field],
  });
}

/** Shows the form, or hides it with null. What was typed stays while the same is asked. */
export function drawAsk(
  form: HTMLFormElement,
  lacking: Lacking | null,
  known: Batches,
  answer: (batches: Batches) => void,
): void {
  form.hidden = lacking === null;
  const key = JSON.stringify(lacking);
  if (lacking === null || form.dataset.asks === key) return;
  form.dataset.asks = key;
  const boxes = lacking.fields.map((field) => numberBox(field, known[field]));
  const what = lacking.fields.map((field) => WORDS[field]).join(" and ");
  form.replaceChildren(
    element(
      "p",
      {},
      `${count(lacking.runs, "run")} cannot stand on this axis: the log does not say the ${what}.`,
    ),
    ...boxes.map((box, i) => element("label", {}, WORDS[lacking.fields[i]], box)),
    element("button", {}, "Use"),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    answer({ ...known, ...Object.fromEntries(boxes.map((box) => [box.name, Number(box.value)])) });
  };
}
