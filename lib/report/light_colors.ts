/** Colours of a style sheet as they are in the light theme, for figures that leave the page. */

/** Values of a sheet's custom properties in the light theme, by name with its dashes. */
export type Tokens = ReadonlyMap<string, string>;

/**
 * Custom properties as a sheet first declares them; of `light-dark(…)` the light one.
 * @example
 * ```ts
 * import { lightTokens } from "./light_colors.ts";
 * lightTokens(":root { --ink: light-dark(#1b1f24, #e6e8eb) }").get("--ink"); // "#1b1f24"
 * ```
 */
export function lightTokens(sheet: string): Tokens {
  const tokens = new Map<string, string>();
  for (const [, name, value] of sheet.matchAll(/(--[\w-]{1,60})\s*:\s*([^;{}]{1,500})/g)) {
    const [, light = value] = /^light-dark\(\s*([^,()]*)\s*,[^()]*\)\s*$/.exec(value) ?? [];
    // of a file from elsewhere: a colour has no address, and ends no attribute
    if (!tokens.has(name) && !/url\(|[\\"'<>]/i.test(light)) tokens.set(name, light.trim());
  }
  return tokens;
}

/**
 * A colour without variables: they are replaced by their values, and a mix in OKLab of two of them is computed. What
 * names no variable stays as it is.
 * @throws RangeError `unknown colour: --p-none`
 * @example
 * ```ts
 * import { lightColor, lightTokens } from "./light_colors.ts";
 * const tokens = lightTokens(":root { --ink: #1b1f24; --p-steps: light-dark(#009e90, #45d6b0) }");
 * lightColor("color-mix(in oklab, var(--p-steps) 55%, var(--ink))", tokens); // "#24615d"
 * ```
 */
export function lightColor(css: string, tokens: Tokens, depth = 0): string {
  const plain = css.replaceAll(/var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*))?\)/g, (_, name, otherwise) => {
    const value = tokens.get(name) ?? otherwise;
    if (value === undefined || depth > 8) throw new RangeError(`unknown colour: ${name}`);
    return lightColor(value, tokens, depth + 1);
  });
  const [, first, share, second] =
    /^color-mix\(\s*in oklab\s*,\s*(#[\da-f]{6})\s+([\d.]+)%\s*,\s*(#[\da-f]{6})\s*\)$/i.exec(plain) ?? [];
  return first === undefined ? plain : mixed(first, second, Number(share) / 100);
}

type Triple = readonly [number, number, number];

/** The mix of two colours in OKLab, `share` of the first. */
function mixed(first: string, second: string, share: number): string {
  const [a, b] = [oklab(first), oklab(second)];
  return hex(a.map((part, i) => share * part + (1 - share) * b[i]) as unknown as Triple);
}

const times = (rows: readonly Triple[], [x, y, z]: Triple): Triple =>
  rows.map((row) => row[0] * x + row[1] * y + row[2] * z) as unknown as Triple;
const each = (triple: Triple, change: (part: number) => number): Triple =>
  triple.map(change) as unknown as Triple;

// The matrices of B. Ottosson, A perceptual color space for image processing (2020), as CSS Color 4 takes them.
const TO_CONES: readonly Triple[] = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: readonly Triple[] = [
  [0.2104542553, 0.7936177850, -0.0040720468],
  [1.9779984951, -2.4285922050, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.8086757660],
];
const FROM_LAB: readonly Triple[] = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.2914855480],
];
const FROM_CONES: readonly Triple[] = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.7076147010],
];

function oklab(color: string): Triple {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255) as unknown as Triple;
  const linear = each(parts, (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return times(TO_LAB, each(times(TO_CONES, linear), Math.cbrt));
}

function hex(lab: Triple): string {
  const linear = times(FROM_CONES, each(times(FROM_LAB, lab), (part) => part ** 3));
  const parts = each(linear, (part) => part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055);
  return `#${
    parts.map((part) => Math.round(255 * Math.min(1, Math.max(0, part))).toString(16).padStart(2, "0")).join(
      "",
    )
  }`;
}
