/** A notebook that puts every attack into every text field that a notebook can put into a page. */
import { payloads } from "../../report/payloads.ts";

/** A file name that is an attack; a disk takes it. */
export const HOSTILE_FILE = `"><img src=x onerror=xss(1)>'&amp;.ts`;
/** One with the letters that a file in a report may have. */
export const REPORTED_FILE = `' onload=xss(1) &lt;img src=x onerror=xss(1)&gt; '.ts`;

/** In one line of a source file: what would end the comment is a space. */
const oneLine = (text: string): string => text.replaceAll(/[\s\0\u2028\u2029]+/g, " ").trim();
/** Lines of prose in a comment. */
const prose = (text: string): string =>
  text.split(/[\n\u2028\u2029]/).map((line) => `// ${line.replaceAll("\0", "")}`).join("\n");

/** Attacks side by side, so many in each. */
function bundles(size: number): string[][] {
  return Array.from(
    { length: Math.ceil(payloads.length / size) },
    (_, at) => payloads.slice(at * size, (at + 1) * size),
  );
}

/** A word before the attack: a marker that begins or ends with brackets has flags there. */
const namedCells = payloads.map((payload, at) => `// %% n${at} ${oneLine(payload)} .\ndisplay(${at});\n`);

const failures = (flag: string, word: string) =>
  bundles(24).map((some, at) =>
    `// %% ${word} ${at}${flag}
{
  const words = ${JSON.stringify(some.join(" "))};
  const failure = { [words]() { throw Object.assign(new Error(words), { name: words, hint: words }); } };
  failure[words]();
}
`
  );

const inputCells = payloads.map((payload, at) => {
  const text = JSON.stringify(payload);
  const kind = [
    `inputs.text({ label: ${text}, value: ${text}, placeholder: ${text} })`,
    `inputs.range([0, 9], { label: ${text}, unit: ${text} })`,
    `inputs.select([${text}, "other"], { label: ${text} })`,
    `inputs.choice([${text}, "other"], { label: ${text} })`,
    `inputs.toggle({ label: ${text} })`,
  ][at % 5];
  return `const input${at} = view(${kind});`;
});

/** Text of the notebook. */
export const hostileNotebook = `import { display, inputs, md, view } from "plateau";
import * as Plot from "@observablehq/plot";

// %% title [markdown]
// # ${oneLine(payloads.join(" "))}
//
// ${oneLine(payloads.toReversed().join(" "))}

// %% prose [markdown]
${payloads.map(prose).join("\n//\n")}

// %% headings [markdown]
${payloads.map((payload) => `// ## ${oneLine(payload)}\n//\n// words`).join("\n//\n")}

// %% block [markdown]
/*
${payloads.map(oneLine).join("\n\n").replaceAll("*/", "* /")}
*/

// %% payloads
const payloads: string[] = ${JSON.stringify(payloads)};

// %% finding
display(md\`Found \${payloads.join(" and ")}.\`);

// %% strings
for (const payload of payloads) display(payload);

// %% texts
for (const payload of payloads) display(md\`\${payload}\`);

// %% lists
display([payloads.slice(0, 15), new Map([[payloads[0], new Set(payloads.slice(0, 15))]])]);
for (const payload of payloads) display({ [payload]: payload });

// %% elements
for (const payload of payloads) display(Object.assign(document.createElement("p"), { textContent: payload }));

// %% table
display({
  type: "table",
  caption: payloads.join(" "),
  columns: [{ label: payloads.join(" "), sortable: true }, { label: "more" }, { label: "state" }],
  rows: payloads.map((payload) => [
    { text: payload, sub: payload, value: payload },
    { text: payload, pips: { done: 1, of: 3 }, policy: "steps" },
    { text: payload, state: payload, mono: true },
  ]),
});
for (const payload of payloads) display({ type: "table", columns: [{ label: payload }], rows: [], empty: payload });

// %% charts
for (let at = 0; at < payloads.length; at += 12) {
  const some = payloads.slice(at, at + 12), words = some.join(" ");
  display({
    type: "chart",
    title: words,
    meta: words,
    alt: words,
    rest: words,
    legend: some.map((label) => ({ kind: "steps", label })),
    readout: () => words,
    stops: [1, 2],
    options: ({ width }) => ({
      width,
      height: 200,
      ariaLabel: words,
      ariaDescription: words,
      x: { label: words },
      y: { label: words, domain: some },
      marks: [
        Plot.text(some, { x: (_, i) => i, y: (text) => text, text: (text) => text, title: (text) => text }),
        Plot.dot(some, {
          x: (_, i) => i,
          y: (text) => text,
          href: (text) => text,
          ariaLabel: (text) => text,
          channels: { more: (text) => text },
          tip: true,
        }),
      ],
    }),
    text: () => words,
  });
  display({ type: "chart", title: words, alt: words, options: () => ({ marks: [] }), text: () => words, empty: words });
}

// %% plots
display(Plot.plot({
  title: payloads.join(" "),
  subtitle: payloads.join(" "),
  caption: payloads.join(" "),
  color: { legend: true, type: "categorical", domain: payloads },
  marks: [Plot.frame()],
}));

// %% inputs
${inputCells.join("\n")}

// %% served [server]
for (const payload of payloads) {
  display(payload);
  console.log(payload);
  console.error(payload);
}
const served = payloads.map((payload) => ({ [payload]: payload }));

// %% received
display(served.map((each) => Object.keys(each)[0]).join("\\n").slice(0, 1500));
for (const payload of payloads) console.log(payload);

${failures(" [server]", "server failure").join("\n")}
${failures("", "page failure").join("\n")}
${namedCells.join("\n")}
// %% last
display("the end of it");
`;

/** A notebook whose faults are attacks: unknown flags, double names, text that is no program. */
export const faultyNotebook = `import { display } from "plateau";

// %% title [markdown]
// # Faults

${
  payloads.map((payload, at) =>
    `// %% flagged ${at} [${oneLine(payload).replaceAll(/[[\]]/g, "")}]\ndisplay(${at});`
  ).join("\n")
}

${
  [0, 1].map(() =>
    payloads.slice(0, 60).map((payload) => `// %% twice ${oneLine(payload)} .\ndisplay(0);`).join("\n")
  ).join("\n")
}

${
  payloads.slice(0, 40).map((payload, at) => `// %% text ${at}\nconst text${at} = ${oneLine(payload)};`).join(
    "\n",
  )
}
`;
