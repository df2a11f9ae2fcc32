/** Moves what a stream gave on its way, by hand or at its own pace. */
import { clock } from "../../lib/charts/format.ts";
import { progressText } from "../../lib/notebook/progress_text.ts";
import { element } from "./element.ts";
import type { ReportStream } from "./report_streams.ts";

/** A replay of what took longer is faster, so that it takes so long. */
const LONGEST_MS = 20_000;
/** Between two looks at the clock. */
const TURN_MS = 50;

export interface ReportReplay {
  readonly node: HTMLElement;
  /** says that the stream shown is not that of the recording, or that it is again */
  stand(differs: boolean): void;
}

/**
 * A button that plays the stream, and a slider over its values; at rest the last of them is shown. It plays when it is
 * told to, never by itself.
 * @param show called with the values of all names that move
 */
export function reportReplay(
  stream: ReportStream,
  show: (values: ReadonlyMap<string, unknown>) => void,
): ReportReplay {
  const { cell: { name }, times } = stream;
  const end = times.length - 1, duration = times[end] - times[0];
  const speed = Math.max(1, duration / LONGEST_MS);
  const button = element("button", { type: "button" });
  const slider = element("input", { type: "range", min: 0, max: end, step: 1, value: end });
  slider.setAttribute("aria-label", `${name} on its way`);
  const said = element("output", { "aria-live": "off" });
  // values are left out only where it is said
  const kept = `${times.length.toLocaleString("en-US")} of ${stream.of?.toLocaleString("en-US")} values`;
  const left = stream.of === undefined ? [] : [element("small", {}, kept)];
  const node = element("div", { class: "replay tools" }, button, slider, said, ...left);
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    button.textContent = `Replay ${name}`;
  }

  function describe(values: ReadonlyMap<string, unknown>, place: number): void {
    const progress = [...values.values()].map(progressText).find((text) => text !== "");
    const seconds = (at: number) => clock((times[at] - times[0]) / 1000);
    said.textContent = progress ?? `${seconds(place)} of ${seconds(end)}`;
    slider.setAttribute("aria-valuetext", said.textContent);
  }

  function move(place: number): void {
    const values = stream.at(place);
    slider.value = String(place);
    describe(values, place);
    show(values);
  }

  function play(): void {
    const from = Number(slider.value) === end ? 0 : Number(slider.value);
    const began = performance.now(), offset = times[from];
    button.textContent = `Pause ${name}`;
    move(from);
    timer = setInterval(() => {
      const now = offset + (performance.now() - began) * speed;
      const place = times.findLastIndex((at) => at <= now);
      if (place !== Number(slider.value)) move(place);
      if (place === end) stop();
    }, TURN_MS);
  }

  button.addEventListener("click", () => timer === undefined ? play() : stop());
  slider.addEventListener("input", () => {
    stop();
    move(slider.valueAsNumber);
  });
  stop();
  return {
    node,
    stand(differs) {
      if (differs === button.disabled) return;
      stop();
      slider.value = String(end);
      button.disabled = slider.disabled = differs;
      said.textContent = differs ? "Recorded with the inputs as they stood at first." : "";
    },
  };
}
