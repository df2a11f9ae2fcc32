/** The learning rate under the learning curves, on the same x axis. */
import * as Plot from "@observablehq/plot";
import type { Markish, PlotOptions } from "@observablehq/plot";
import { axisValues, rowAt } from "../curves/axis.ts";
import { minmax } from "../curves/downsample.ts";
import type { Axis, Trajectory } from "../curves/trajectory.ts";
import type { PolicyKind } from "../policies/policy.ts";
import { blocks, wrapParts } from "./blocks.ts";
import type { Chart, Size } from "./chart.ts";
import { positionText, rateText } from "./format.ts";
import { frame, MARGIN_LEFT, marginRight, note, pixelOf, xGrid, type XScale, yAxis } from "./frame.ts";
import type { Changed } from "./learning_curves.ts";
import { INK, labelColor, palette } from "./palette.ts";
import type { Line } from "./series.ts";
import { fitText } from "./text_width.ts";
import { type Progress, xScale } from "./x_scale.ts";

export interface RateStripOptions {
  readonly trajectories: readonly Trajectory[];
  readonly changed?: Changed;
  /** default `step` */
  readonly axis?: Axis;
  /** events of trainings that still run: their cap ends the x axis */
  readonly progress?: Progress | readonly Progress[];
}
interface RateLine extends Line {
  readonly name: string;
  readonly kind: PolicyKind | null;
  readonly seed: number;
}
interface Cut {
  readonly x: number;
  readonly factor: number;
  /** the rule would have cut further, had its floor not held it */
  readonly floor: boolean;
}
interface Rates {
  readonly scale: XScale;
  readonly lines: readonly RateLine[];
  /** where the first changed training cut its rate */
  readonly cuts: readonly Cut[];
  readonly log: boolean;
  readonly domain: readonly [number, number];
}

const HEIGHT = 82;
/** Room beyond the lowest and the highest rate of a logarithmic axis. */
const PAD = 1.5;

/**
 * Learning rates by update: the schedule in ink (the seeds share it), the changed trainings in their colour, one
 * line a seed, with the factor at each cut of the first of them, or `floor` where the rule's floor held the cut. Logarithmic where
 * a rate was cut. A narrow strip names the changed trainings in its legend.
 *
 * @example
 * ```ts
 * import { rateStrip } from "./rate_strip.ts";
 * rateStrip({ trajectories: [] }).empty; // "Waiting for the first update."
 * ```
 */
export function rateStrip({ trajectories, changed, axis = "step", progress }: RateStripOptions): Chart {
  const all = [...trajectories, ...(changed?.trajectories ?? [])];
  const rates = ratesOf(trajectories, changed, xScale({ trajectories: all, axis, progress }));
  const { lines, cuts } = rates;
  const own = lines.filter((line) => line.kind !== null);
  const meta = own.length < 2
    ? ""
    : `one line a seed${cuts.length > 0 ? `, cuts of seed ${own[0].seed}` : ""}`;
  const waiting = lines.length === 0;
  const keys = own.slice(0, 1).flatMap(({ kind, name }) => kind === null ? [] : [{ kind, label: name }]);
  return {
    type: "chart",
    title: "Learning rate",
    ...(meta === "" ? {} : { meta }),
    alt: waiting ? "Learning rate: waiting for the first update." : altOf(rates, axis),
    group: `training:${axis}`,
    ...(keys.length === 0 ? {} : { legend: keys }),
    options: (size) => draw(rates, size),
    readout: (x) => waiting ? null : readout(rates, x),
    text: (columns) => waiting ? "Learning rate" : print(rates, columns),
    ...(waiting && progress === undefined ? { empty: "Waiting for the first update." } : {}),
  };
}

function ratesOf(trajectories: readonly Trajectory[], changed: Changed | undefined, scale: XScale): Rates {
  const trained = (runs: readonly Trajectory[]) => runs.filter((run) => run.updates.rate.length > 0);
  const lineOf = (run: Trajectory, name: string, kind: PolicyKind | null): RateLine => (
    { x: axisValues(run.updates, scale.axis), y: run.updates.rate, name, kind, seed: run.seed }
  );
  // Seeds share their schedule: the longest run stands for all.
  const longest = trained(trajectories).reduce<Trajectory[]>(
    (best, run) => best.length > 0 && best[0].updates.rate.length >= run.updates.rate.length ? best : [run],
    [],
  );
  const base = longest.map((run) =>
    lineOf(run, isConstant(run.updates.rate) ? "constant" : "schedule", null)
  );
  const own = changed === undefined
    ? []
    : trained(changed.trajectories).map((run) => lineOf(run, changed.name, changed.kind));
  const lines = [...base, ...own];
  const cuts = base.length === 0 ? [] : withFloor(own.map((line) => cutsOf(line, base[0])));
  let [low, high] = [Infinity, 0];
  for (const { y } of lines) {
    for (const rate of y) {
      if (rate > high) high = rate;
      if (rate > 0 && rate < low) low = rate;
    }
  }
  // A warm-up from near 0 must not take the whole height of a logarithmic axis.
  const log = cuts.length > 0;
  const floor = Math.max(low, high / 1000);
  return {
    scale,
    lines,
    cuts,
    log,
    domain: log ? [floor / PAD, high * PAD] : [0, high > 0 ? high * 1.1 : 1],
  };
}

/** The updates at which a rate left what the schedule gives by a new factor. */
function cutsOf(line: RateLine, base: RateLine): Omit<Cut, "floor">[] {
  const cuts: Omit<Cut, "floor">[] = [];
  let scale = 1;
  for (let update = 0; update < Math.min(line.y.length, base.y.length); update++) {
    if (!(base.y[update] > 0) || !(line.y[update] > 0)) continue;
    const now = line.y[update] / base.y[update];
    if (Math.abs(now / scale - 1) > 1e-6) {
      cuts.push({ x: line.x[update], factor: now / scale });
      scale = now;
    }
  }
  return cuts;
}

/**
 * The cuts of the first training. A rule cuts by one factor: where all cuts but a training's last tell the same one,
 * a last cut that is less deep ended at the floor.
 */
function withFloor(trainings: readonly (readonly Omit<Cut, "floor">[])[]): Cut[] {
  const same = (a: number, b: number) => Math.abs(a / b - 1) < 1e-6;
  const full = trainings.flatMap((cuts) => cuts.slice(0, -1)).map(({ factor }) => factor);
  const one = full.length > 0 && full.every((factor) => factor < 1 && same(factor, full[0]));
  return (trainings[0] ?? []).map((cut, index, { length }) => {
    const { factor } = cut;
    const less = one && factor < 1 && factor > full[0] && !same(factor, full[0]);
    return { ...cut, floor: less && index === length - 1 };
  });
}

/** `× 0.5`, or `floor`. */
function cutText({ factor, floor }: Cut): string {
  return floor ? "floor" : `× ${+factor.toPrecision(2)}`;
}

function draw(rates: Rates, size: Size): PlotOptions {
  const { scale, lines, log, domain } = rates;
  const pixels = Math.max(1, Math.round(size.width - MARGIN_LEFT - marginRight(size)));
  const at = log ? logTicks(domain) : [0, domain[1] / 1.1];
  return frame(size, scale, {
    height: HEIGHT,
    marginTop: 18,
    marginBottom: 6,
    x: { axis: null },
    y: { type: log ? "log" : "linear", domain: [...domain], clamp: true, label: null },
    marks: [
      xGrid(scale, size),
      ...yAxis({ ticks: at, tickFormat: rateText }),
      ...lines.map((line, index) => {
        const { x, y } = corners(line, pixels);
        return Plot.lineY({ length: x.length }, {
          x,
          y: log ? Float64Array.from(y, (rate) => Math.max(rate, domain[0])) : y,
          stroke: line.kind === null ? INK : palette[line.kind].color,
          strokeWidth: line.kind === null ? 1.5 : index > 1 ? 1 : 1.5,
          strokeOpacity: index > 1 ? 0.6 : 1,
          curve: "step-after",
        });
      }),
      ...cutNotes(rates, size),
      ...endNotes(rates, size),
    ],
  });
}

/** The points at which a stepwise line turns, two per pixel column at most: long stretches of one rate need no points. */
function corners({ x, y }: Line, pixels: number): Line {
  const rows: number[] = [];
  for (let row = 0; row < y.length; row++) {
    if (row === 0 || row === y.length - 1 || y[row] !== y[row - 1]) rows.push(row);
  }
  const turned = { x: Float64Array.from(rows, (row) => x[row]), y: Float64Array.from(rows, (row) => y[row]) };
  const kept = minmax(turned.x, turned.y, pixels);
  return {
    x: Float64Array.from(kept, (row) => turned.x[row]),
    y: Float64Array.from(kept, (row) => turned.y[row]),
  };
}

/** `× 0.5` or `floor` above each cut that is not too near to the one before. */
function cutNotes({ cuts, lines, scale }: Rates, size: Size): Markish[] {
  const kind = lines.at(-1)?.kind;
  const top = Math.max(...lines[0]?.y ?? [0]);
  if (size.narrow || kind === undefined || kind === null) return [];
  let last = -Infinity;
  return cuts.flatMap((cut) => {
    const pixel = pixelOf(cut.x, scale, size);
    if (pixel - last < 44) return [];
    last = pixel;
    return [note(cutText(cut), cut.x, top, { fill: labelColor(kind), textAnchor: "start", dx: 3, dy: -9 })];
  });
}

/** The name of each kind of line at its right end; in a narrow strip of the schedule alone, above its line. */
function endNotes({ lines, scale, domain, log }: Rates, size: Size): Markish[] {
  const [low, high] = domain;
  if (size.narrow) {
    return lines.filter(({ kind }) => kind === null).map(({ name, x, y }) =>
      note(name, x.at(-1)!, Math.max(y.at(-1)!, low), { fill: INK, textAnchor: "end", dx: -4, dy: -9 })
    );
  }
  const pixel = (rate: number) => {
    const share = log
      ? Math.log(high / Math.max(rate, low)) / Math.log(high / low)
      : (high - rate) / (high - low);
    return share * (HEIGHT - 24);
  };
  const firsts = lines.filter((line, index) => lines.findIndex(({ name }) => name === line.name) === index);
  const ends = firsts.map((line) => ({ line, y: line.y.at(-1)! })).sort((a, b) => b.y - a.y);
  let last = -Infinity;
  return ends.map(({ line, y }) => {
    // Seeds of one name end at different times on a clock.
    const x = Math.max(...lines.filter(({ name }) => name === line.name).map((other) => other.x.at(-1)!));
    const wanted = pixel(y);
    last = Math.max(wanted, last + 15);
    const room = marginRight(size) - 10 + pixelOf(scale.max, scale, size) - pixelOf(x, scale, size);
    return note(fitText(line.name, room), x, Math.max(y, low), {
      fill: line.kind === null ? INK : labelColor(line.kind),
      textAnchor: "start",
      dx: 8,
      dy: last - wanted,
    });
  });
}

function readout({ lines, scale }: Rates, x: number): string {
  const firsts = lines.filter((line, index) => lines.findIndex(({ name }) => name === line.name) === index);
  const parts = firsts.map((line) => {
    const rate = line.y[Math.max(0, rowAt(line.x, x))];
    return `${line.kind === null ? "rate" : line.name} ${rateText(rate)}`;
  });
  return [positionText(x, scale.axis), ...parts].join("   ");
}

function altOf({ lines, cuts }: Rates, axis: Axis): string {
  const said = lines.slice(0, 1).map(({ name, y }) =>
    `Learning rate, ${name}: ${rateText(y[0])} to ${rateText(y.at(-1)!)}`
  );
  const own = lines.find(({ kind }) => kind !== null);
  if (own !== undefined) {
    const places = cuts.map(({ x }) => positionText(x, axis)).join(", ");
    said.push(
      `${own.name}: ${cuts.length === 0 ? "never cut" : `cut at ${places}`}, ends at ${
        rateText(own.y.at(-1)!)
      }`,
    );
  }
  return `${said.join(". ")}.`;
}

function print({ lines, cuts, scale }: Rates, columns: number): string {
  const firsts = lines.filter((line, index) => lines.findIndex(({ name }) => name === line.name) === index);
  const drawn = firsts.map(({ name, y }) => {
    const [first, last] = [rateText(y[0]), rateText(y.at(-1)!)];
    const room = Math.max(0, Math.min(72, columns - first.length - last.length - name.length - 3));
    return `${first} ${blocks(y, room)} ${last} ${name}`;
  });
  const listed = cuts.map((cut) => `${cutText(cut)} at ${positionText(cut.x, scale.axis)}`);
  return ["Learning rate", ...drawn, ...wrapParts(listed, columns)].join("\n");
}

/** Powers of ten, or the ends to one digit where there are fewer than two between them. */
function logTicks([low, high]: readonly [number, number]): number[] {
  const powers: number[] = [];
  for (let exponent = Math.ceil(Math.log10(low)); 10 ** exponent <= high; exponent++) {
    powers.push(+`1e${exponent}`);
  }
  return powers.length > 1 ? powers : [low * PAD, high / PAD].map((rate) => +rate.toPrecision(1));
}

function isConstant(rates: Float64Array): boolean {
  return rates.every((rate) => rate === rates[0]);
}
