/** A chain of cells: each adds 1 to the one before and displays its value; an input is its root. */

/** @param place where the cells run; the input stands in the page */
export function chainText(cells: number, place: "server" | "browser"): string {
  const head = `import { display, inputs, view } from "plateau";

// %% root
const root = view(inputs.range([0, 1_000_000], { label: "Root", value: 0, step: 1 }));
`;
  const links = Array.from({ length: cells }, (_, i) => `
// %% v${i} [${place}]
const v${i} = ${i === 0 ? "root" : `v${i - 1}`} + 1;
display(v${i});
`);
  return [head, ...links].join("");
}
