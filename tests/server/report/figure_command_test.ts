import assert from "node:assert/strict";
import { figureCommand, type FigureOptions } from "../../../server/report/figure_command.ts";
import { reportPage } from "../../../server/pages/report_page.ts";
import { chromiumTest } from "../../browser/chromium.ts";
import { inFolder } from "../../in_folder.ts";
import { drawnRecording } from "../../report/drawn_recording.ts";

const TOKENS = await Deno.readTextFile(new URL("../../../server/client/tokens.css", import.meta.url));

/** Does `act` with the path of a report, and a command on it whose lines are given back. */
function withReport(
  act: (report: string, figure: (options?: Partial<FigureOptions>) => Promise<string[]>) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const { recording: { notebook }, drawn } = await drawnRecording();
    const [rows, curves] = [notebook.cells[3], notebook.cells[4]];
    const wide = drawn[curves.key].wide;
    const stills = {
      [curves.key]: { wide, narrow: "" },
      [rows.key]: { wide: `${wide}${wide.replace("Validation", "Training")}`, narrow: "" },
    };
    const report = `${folder}/report.html`;
    Deno.writeTextFileSync(report, reportPage({ notebook, made: 0, stills, style: TOKENS, sections: "" }));
    await act(report, async (options = {}) => {
      const lines: string[] = [];
      assert.equal(await figureCommand({ report, out: (line) => lines.push(line), ...options }), 0);
      return lines;
    });
  });
}

Deno.test("the figures of a report are listed, by cell and number", () =>
  withReport(async (_, figure) => {
    assert.deepEqual(await figure(), [
      "rows    1  Validation <loss>",
      "rows    2  Training <loss>",
      "curves     Validation <loss>",
    ]);
    assert.deepEqual(await figure({ cell: "curves" }), ["curves    Validation <loss>"]);
  }));

Deno.test("a figure is written as a vector file in the colours of the light theme", () =>
  withReport(async (report, figure) => {
    const output = report.replace("report.html", "out.svg");
    assert.match((await figure({ cell: "curves", output }))[0], /out\.svg {2}\d+ (kB|bytes)$/);
    const svg = Deno.readTextFileSync(output);
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 864 350"/);
    assert.doesNotMatch(svg, /var\(|xss/);
    await figure({ cell: "rows", number: "2", output });
    assert.match(Deno.readTextFileSync(output), />Training &lt;loss&gt;</);
  }));

Deno.test("what is asked for wrongly is told in one line, and nothing is written", () =>
  withReport(async (report, figure) => {
    const output = report.replace("report.html", "out.svg");
    const cases: [Partial<FigureOptions>, string][] = [
      [{ cell: "none", output }, "unknown cell: none (figures are in rows, curves)"],
      [{ cell: "finding", output }, "no figure: cell finding (figures are in rows, curves)"],
      [
        { cell: "rows", output },
        "missing option: --number (cell rows has 1 Validation <loss>, 2 Training <loss>)",
      ],
      [{ cell: "rows", number: "3", output }, "invalid --number: 3 (a whole number from 1 to 2)"],
      [{ cell: "nope" }, "unknown cell: nope (figures are in rows, curves)"],
      [{ cell: "curves", output: "a.gif" }, "invalid -o: a.gif (a .svg or .png file)"],
      [{ output }, "missing option: --cell"],
    ];
    for (const [options, message] of cases) await assert.rejects(figure(options), { message });
    await assert.rejects(figure({ report: "/none.html" }), {
      name: "Misuse",
      message: "missing file: /none.html",
    });
    Deno.writeTextFileSync(report, "<p>no report</p>");
    await assert.rejects(figure(), { message: "not a report: it has no page of one" });
    await assert.rejects(Deno.stat(output), Deno.errors.NotFound);
  }));

chromiumTest(
  "a figure is painted as a picture of twice its size",
  () =>
    withReport(async (report, figure) => {
      const output = report.replace("report.html", "out.png");
      await figure({ cell: "curves", output });
      const bytes = Deno.readFileSync(output), view = new DataView(bytes.buffer);
      assert.equal(new TextDecoder("latin1").decode(bytes.subarray(1, 4)), "PNG");
      assert.deepEqual([view.getUint32(16), view.getUint32(20)], [1728, 700]);
    }),
);
