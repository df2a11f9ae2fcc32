import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { ipynb } from "../../lib/report/ipynb.ts";
import { lightTokens } from "../../lib/report/light_colors.ts";
import { drawnRecording } from "./drawn_recording.ts";
import { payloads } from "./payloads.ts";

const TOKENS = lightTokens(
  await Deno.readTextFile(new URL("../../server/client/tokens.css", import.meta.url)),
);
const { recording, drawn } = await drawnRecording();

interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, readonly string[]>>;
}
interface Json {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly metadata: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly cells: readonly {
    readonly id: string;
    readonly cell_type: string;
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly source: readonly string[];
    readonly outputs?: readonly Output[];
    readonly execution_count?: null;
  }[];
}
const read = (text: string) => JSON.parse(text) as Json;
const made = read(ipynb(recording, drawn, TOKENS));

Deno.test("an .ipynb has what nbformat 4.5 asks of it", () => {
  assert.deepEqual([made.nbformat, made.nbformat_minor], [4, 5]);
  assert.deepEqual([made.metadata.kernelspec.name, made.metadata.language_info.name], ["deno", "typescript"]);
  const ids = made.cells.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const cell of made.cells) {
    assert.match(cell.id, /^[a-zA-Z0-9-_]{1,64}$/);
    const code = ["cell_type", "execution_count", "id", "metadata", "outputs", "source"];
    const prose = ["cell_type", "id", "metadata", "source"];
    assert.deepEqual(Object.keys(cell).sort(), cell.cell_type === "code" ? code : prose);
    for (const line of cell.source.slice(0, -1)) assert.match(line, /\n$/);
  }
});

Deno.test("cells keep their order, names and texts, and what they showed in each form that it has", () => {
  assert.deepEqual(made.cells.map(({ metadata }) => metadata.name), [
    "setup",
    "title",
    "rate",
    "rows",
    "curves",
    "finding",
    "quiet",
    "broken",
  ]);
  assert.deepEqual(made.cells[3].source, [
    "const rows = [1, 2].filter((row) => row < 3 && row > 0);\n",
    'console.log("two rows");\n',
    "display(rows);",
  ]);
  const forms = (at: number) =>
    made.cells[at].outputs!.map(({ output_type, data }) =>
      data === undefined ? output_type : Object.keys(data).join()
    );
  assert.deepEqual(made.cells.map((_, at) => made.cells[at].outputs === undefined ? [] : forms(at)), [
    [],
    [],
    ["text/plain"],
    ["stream", "text/plain", "text/html,text/plain"],
    ["image/svg+xml,text/plain"],
    ["text/markdown,text/plain"],
    [],
    ["error"],
  ]);
  assert.match(
    made.cells[3].outputs![2].data!["text/html"].join(""),
    /<td>Fixed &lt;20&gt; 20 epochs<\/td><td style="text-align: right">\+0\.013/,
  );
  assert.deepEqual(made.cells[2].outputs![0].data!["text/plain"], [
    "Rate: 0.5 per step\n",
    "Kind: two\n",
    "Data: moons",
  ]);
  assert.deepEqual(made.cells[6].metadata.jupyter, { source_hidden: true });
});

Deno.test("a cell that was not drawn says so", () => {
  const { cells } = recording.notebook;
  const { [cells[4].key]: _, ...rest } = drawn;
  const output = read(ipynb(recording, rest, TOKENS)).cells[4].outputs![0];
  assert.deepEqual(output, {
    output_type: "error",
    ename: "NotDrawn",
    evalue: "it was left out",
    traceback: ["it was left out"],
  });
});

Deno.test("whatever a table says, its HTML is a table of words", () => {
  const { cells } = recording.notebook;
  const page = parseHTML("<body></body>").document;
  const place = page.createElement("div"), table = page.createElement("table");
  place.className = "scroll";
  place.append(table);
  const put = (parent: Element, name: string, text = "") => {
    const made = page.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  };
  put(table, "caption", payloads.join(" "));
  const head = put(put(table, "thead"), "tr"), body = put(table, "tbody");
  put(head, "th", payloads.join(" "));
  for (const payload of payloads) put(put(body, "tr"), "td", payload.replaceAll("\0", ""));
  const attacked = { ...drawn, [cells[3].key]: { wide: place.outerHTML } };
  const html = read(ipynb(recording, attacked, TOKENS)).cells[3].outputs![1].data!["text/html"].join("");
  const { document } = parseHTML(`<body>${html}</body>`);
  const names = new Set([...document.querySelectorAll("body *")].map(({ localName }) => localName));
  assert.deepEqual([...names], ["table", "caption", "thead", "tr", "th", "tbody", "td"]);
  const words = (text: string) => text.replaceAll(/[\s\p{Cc}]+/gu, "");
  const shown = [...document.querySelectorAll("td")].map((cell) => words(cell.textContent!));
  assert.deepEqual(shown, payloads.map(words));
});

/** `PLATEAU_PYTHON` names another one than the system's. */
const PYTHON = Deno.env.get("PLATEAU_PYTHON") ?? "python3";
const missing = (() => {
  try {
    const { success } = new Deno.Command(PYTHON, { args: ["-c", "import nbformat"], stderr: "null" })
      .outputSync();
    return success ? "" : "python3 has no package nbformat";
  } catch {
    return "no python3";
  }
})();

Deno.test({
  name: `Python's nbformat finds an .ipynb valid${missing && ` (ignored: ${missing})`}`,
  ignore: missing !== "",
  async fn() {
    const file = await Deno.makeTempFile({ suffix: ".ipynb" });
    try {
      await Deno.writeTextFile(file, ipynb(recording, drawn, TOKENS));
      const program = "import nbformat, sys, warnings\nwarnings.simplefilter('error')\n" +
        "n = nbformat.read(sys.argv[1], 4)\nnbformat.validate(n)\nprint(len(n.cells))";
      const { stdout, stderr } = await new Deno.Command(PYTHON, { args: ["-c", program, file] }).output();
      assert.equal(new TextDecoder().decode(stderr), "");
      assert.equal(new TextDecoder().decode(stdout), "8\n");
    } finally {
      await Deno.remove(file);
    }
  },
});
