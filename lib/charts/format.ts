/** Numbers as words on charts and in tables: 5,800; 0.846; +0.013; 52%; 3:51; 2k. */
import { axisText } from "../curves/axis.ts";
import type { Axis } from "../curves/trajectory.ts";

/** Stands where there is no number. */
export const MISSING = "–";

/** A whole number with commas; `Intl` would take longer to load than a page of them. */
const grouped = (count: number) => String(BigInt(Math.round(count))).replace(/\B(?=(\d{3})+$)/g, ",");
const exponents: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/** A count: `5,800`. */
export function thousands(count: number | null): string {
  return count === null || !Number.isFinite(count) ? MISSING : grouped(count);
}

/** A loss or another metric: three decimals; four significant digits below 0.01, so that small losses differ; none from 1,000 on. */
export function decimals(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 5e-5)) {
    return value.toExponential(2).replace("-", "−").replace("e+", "e");
  }
  if (size >= 1000) return `${value < 0 ? "−" : ""}${grouped(size)}`;
  return (size > 0 && size < 0.01 ? value.toFixed(4) : value.toFixed(3)).replace("-", "−");
}

/** A difference with its sign, three decimals and a true minus: `+0.013`, `−0.002`, `0.000`. */
export function signed(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value).toFixed(3);
  return Number(size) === 0 ? size : `${value < 0 ? "−" : "+"}${size}`;
}

/** A share as whole per cent: `52%`. */
export function percent(share: number | null): string {
  return share === null || !Number.isFinite(share)
    ? MISSING
    : `${Math.round(share * 100)}%`.replace("-", "−");
}

/** Seconds as `m:ss`, from an hour on `h:mm:ss`. */
export function clock(seconds: number | null): string {
  return seconds === null || !Number.isFinite(seconds) ? MISSING : axisText("seconds", Math.max(0, seconds));
}

/** A tick of a count: `0`, `500`, `2k`, `1.5k`, `1.2M`. */
export function countTick(count: number): string {
  if (Math.abs(count) >= 1e6) return `${+(count / 1e6).toFixed(2)}M`;
  if (Math.abs(count) >= 1e3) return `${+(count / 1e3).toFixed(2)}k`;
  return String(+count.toFixed(2));
}

/** A learning rate: `0.001`, below that `3·10⁻⁴`. */
export function rateText(rate: number): string {
  if (!(rate > 0) || rate >= 1e-3) return String(+rate.toPrecision(2));
  const [digits, exponent] = rate.toExponential(1).split("e");
  const power = `10${[...exponent].map((character) => exponents[character] ?? "").join("")}`;
  return +digits === 1 ? power : `${+digits}·${power}`;
}

/** A position on an axis: `5,800`, `14.8`, `742,400`, `3:51`. */
export function onAxis(value: number | null, axis: Axis): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  return axis === "seconds" ? secondsText(value) : axisText(axis, value);
}

/** A tick on an axis, as short as it can be: `2k`, `20`, `1:30`, `0.5 s`. */
export function axisTick(value: number, axis: Axis): string {
  if (value === 0) return "0";
  if (axis === "seconds") return value < 10 ? `${+value.toFixed(2)} s` : clock(value);
  return axis === "epoch" ? String(+value.toFixed(2)) : countTick(value);
}

/** A position in words: `step 5,800`, `epoch 14.8`, `742,400 examples`, `3:51`. */
export function positionText(value: number | null, axis: Axis): string {
  const text = onAxis(value, axis);
  if (axis === "examples") return `${text} examples`;
  return axis === "seconds" ? text : `${axis} ${text}`;
}

/** Under ten seconds a clock hides what differs: `4.2 s`. */
function secondsText(seconds: number): string {
  return seconds > 0 && seconds < 10 ? `${seconds.toFixed(1)} s` : clock(seconds);
}
