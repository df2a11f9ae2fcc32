import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { type CellOutput, cellOutputs } from "../../lib/report/cell_outputs.ts";
import { figureSvg } from "../../lib/report/figure_svg.ts";
import { lightColor, lightTokens } from "../../lib/report/light_colors.ts";
import { drawnRecording } from "./drawn_recording.ts";
import { payloads } from "./payloads.ts";

const SHEET = await Deno.readTextFile(new URL("../../server/client/tokens.css", import.meta.url));
const TOKENS = lightTokens(SHEET);

const figureOf = (outputs: readonly CellOutput[]) =>
  outputs.find((output): output is CellOutput & { kind: "figure" } => output.kind === "figure")!.figure;

Deno.test("a figure's file has its title, the light theme's colours, and nothing that runs or is fetched", async () => {
  const { recording, drawn } = await drawnRecording();
  const svg = figureSvg(figureOf(cellOutputs(drawn[recording.notebook.cells[4].key].wide)), TOKENS);
  assert.match(svg, />Validation &lt;loss&gt;<\/text>/);
  assert.match(svg, /stroke="#eceef0"/);
  assert.match(svg, />5 {2}&lt; 6<\/text>/);
  assert.match(svg, /<clipPath id="c">.*clip-path="url\(#c\)"/);
  assert.doesNotMatch(svg, /xss|leak|script|var\(|color-mix|currentColor|class=/);
});

Deno.test("whatever stands in a drawing, its file keeps only drawing", () => {
  for (const payload of payloads) {
    const drawing =
      `<figure class="chart"><header><h3></h3></header><svg class="plot" width="9" height="9">` +
      `<g>${payload}</g></svg></figure>`;
    const outputs = cellOutputs(drawing);
    const figure = outputs.find((output) => output.kind === "figure");
    if (figure?.kind !== "figure") continue;
    const file = figureSvg({ ...figure.figure, title: payload, meta: payload, alt: payload }, TOKENS);
    const { document } = parseHTML(`<body>${file}</body>`);
    for (const element of document.querySelectorAll("body *")) {
      assert.doesNotMatch(
        element.localName,
        /^(script|foreignobject|style|a|animate|set|iframe|img)$/i,
        payload,
      );
      for (const { name, value } of [...element.attributes]) {
        assert.doesNotMatch(name, /^on/i, payload);
        if (/href$/.test(name)) assert.match(value, /^(#|data:image\/)/, payload);
        if (!/^aria-label$/.test(name)) assert.doesNotMatch(value, /url\((?!["']?#)/, payload);
      }
    }
  }
});

Deno.test("colours are those of the light theme", () => {
  const cases: readonly [string, string][] = [
    ["var(--ink)", "#1b1f24"],
    ["var(--p-oracle)", "#1b1f24"],
    ["var(--none, red)", "red"],
    ["#abcdef", "#abcdef"],
    ["none", "none"],
    ["color-mix(in oklab, var(--p-steps) 55%, var(--ink))", "#24615d"],
    // as chromium computes them
    ["color-mix(in oklab, var(--p-budget) 55%, var(--ink))", "#543f89"],
    ["color-mix(in oklab, var(--p-patience) 55%, var(--ink))", "#6f3525"],
    ["color-mix(in oklab, #ff0000 50%, #ff0000)", "#ff0000"],
    ["color-mix(in srgb, var(--ink) 50%, red)", "color-mix(in srgb, #1b1f24 50%, red)"],
  ];
  for (const [css, light] of cases) assert.equal(lightColor(css, TOKENS), light, css);
  assert.throws(() => lightColor("var(--p-none)", TOKENS), {
    name: "RangeError",
    message: "unknown colour: --p-none",
  });
  assert.throws(
    () => lightColor("var(--a)", lightTokens(":root { --a: var(--b); --b: var(--a) }")),
    RangeError,
  );
});

Deno.test("tokens are read from a sheet that was made small, too", () => {
  const small = SHEET.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/\s*([{};:,])\s*/g, "$1");
  for (const [name, value] of TOKENS) {
    if (value.startsWith("#")) assert.equal(lightTokens(small).get(name), value, name);
  }
});
