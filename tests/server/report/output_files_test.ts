import assert from "node:assert/strict";
import { Misuse } from "../../../lib/command_line.ts";
import { checkOutputs } from "../../../server/report/output_files.ts";
import { inFolder } from "../../in_folder.ts";

Deno.test("a file that cannot be written is told before anything runs", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/old.html`, "old");
    Deno.writeTextFileSync(`${folder}/study.ts`, "// %% a");
    const cases: [Parameters<typeof checkOutputs>[0], string][] = [
      [{ "-o": folder }, `invalid -o: ${folder} (a folder: name a file in it)`],
      [{ "-o": "/dev/full" }, "invalid -o: /dev/full (not a file)"],
      [{ "--pdf": "/dev/null" }, "invalid --pdf: /dev/null (not a file)"],
      [
        { "-o": `${folder}/old.html/a.html` },
        `invalid -o: ${folder}/old.html/a.html (${folder}/old.html is not a folder)`,
      ],
      [
        { "-o": `${folder}/a.html`, "--pdf": `${folder}/b/../a.html` },
        `invalid --pdf: ${folder}/b/../a.html (the same file as -o)`,
      ],
      [{ "-o": `${folder}/study.ts` }, `invalid -o: ${folder}/study.ts (what it is made from)`],
    ];
    for (const [outputs, message] of cases) {
      assert.throws(() => checkOutputs(outputs, [`${folder}/study.ts`]), new Misuse(message));
    }
    checkOutputs({ "-o": `${folder}/old.html`, "--pdf": undefined }); // is replaced
    checkOutputs({ "-o": `${folder}/made/later/a.html` });
    assert.deepEqual([...Deno.readDirSync(folder)].length, 2, "nothing was made");
    return Promise.resolve();
  }));
