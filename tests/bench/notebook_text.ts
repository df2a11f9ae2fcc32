/** The notebooks that are measured. */

const HEAD = `import * as Plot from "@observablehq/plot";
import { display, inputs, live, view } from "plateau";
`;

/** A chain of cells: an input is its root, each cell adds 1 to the one before and displays its value. */
export function chainText(cells: number, place: "server" | "browser"): string {
  const links = Array.from({ length: cells }, (_, i) => `
// %% v${i} [${place}]
const v${i} = ${i === 0 ? "root" : `v${i - 1}`} + 1;
display(v${i});
`);
  return `import { display, inputs, view } from "plateau";

// %% root
const root = view(inputs.range([0, 1_000_000], { label: "Root", value: 0, step: 1 }));
${links.join("")}`;
}

/** A cell of the server without imports: a kernel that starts, and no more. */
export const BARE = `// %% only [server]
const only = Deno.version.deno;
`;

/** The same, and the library that trains. */
export const ENGINE = `import { train } from "plateau";

// %% only [server]
const only = typeof train;
`;

/** A stream that ends only when it is stopped, beside cells that have nothing to do with it. */
export const ENDLESS = `import { display, live } from "plateau";

// %% born [server]
const born = crypto.randomUUID();
display(born);

// %% endless [server]
async function* counting() {
  for (let step = 0;; step++) {
    yield step;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const count = await live(counting());

// %% reader [server]
display([born, count]);
`;

/** A curve that grows on the server, `pause` milliseconds a value, and its chart in the page with the time of its value. */
export const curveText = (values: number, pause: number): string =>
  `${HEAD}
// %% rounds
const rounds = view(inputs.range([1, 1000], { label: "Rounds", value: 1, step: 1 }));

// %% growing [server auto]
async function* growing(round: number) {
  const values: number[] = [];
  for (let step = 0; step < ${values}; step++) {
    for (let i = 0; i < 10; i++) values.push(Math.sin((round + values.length) / 30));
    yield { at: Date.now(), values: Float64Array.from(values) };
    await new Promise((resolve) => setTimeout(resolve, ${pause}));
  }
}
const curve = await live(growing(rounds));

// %% chart [browser]
const points = Array.from(curve.values, (y, x) => ({ x, y }));
display({
  type: "chart",
  title: "Curve",
  alt: "a curve that grows",
  stops: [],
  options: ({ width }: { width: number }) => ({
    width,
    height: 200,
    marks: [Plot.lineY(points, { x: "x", y: "y", stroke: "var(--ink)" })],
  }),
  text: () => "curve",
});
display(curve.at);
`;

/** A cell of the page that shows a number, and one that shows what is made of it. */
export const savedText = (value: number): string =>
  `import { display, inputs, view } from "plateau";

// %% shift
const shift = view(inputs.range([0, 10], { label: "Shift", value: 2, step: 1 }));

// %% shown [browser]
const shown = ${value};
display(shown);

// %% below [browser]
display(shown + shift / 1000);
`;
