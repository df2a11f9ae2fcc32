import assert from "node:assert/strict";
import { join } from "node:path";
import type { Recording } from "../../lib/report/recording.ts";
import type { RecordOptions } from "../../lib/report/record_options.ts";
import { verifyCommand, type VerifyCommandOptions } from "../../lib/report/verify_command.ts";
import { inFolder } from "../in_folder.ts";
import { recordedByHand } from "./recorded_by_hand.ts";
import { reportByHand, writeFiles } from "./report_by_hand.ts";

/** Never comes to an end by itself. */
const until = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));

Deno.test("a check that is interrupted gives no verdict, whatever it was at", async (t) => {
  await inFolder(async (project) => {
    await writeFiles(project);
    const file = join(project, "report.html"), was = recordedByHand();
    await Deno.writeTextFile(file, await reportByHand({ project, recording: was }));
    const out: string[] = [], err: string[] = [];
    let interrupt = () => {};
    const around: VerifyCommandOptions = {
      file,
      values: {},
      findEngine: () => Promise.resolve({ name: "cpu", why: "chosen" }),
      onInterrupt: (listener) => (interrupt = listener, () => {}),
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    };
    const record = (): Promise<Recording> => Promise.resolve(was);
    const cases: Record<string, Partial<VerifyCommandOptions>> = {
      "while it runs": {
        record: ({ signal }: RecordOptions) => (setTimeout(interrupt), until(signal)),
      },
      "while it is drawn": { record, draw: (_, signal) => (setTimeout(interrupt), until(signal)) },
      "when what it draws is not the page": {
        record,
        draw: () => (interrupt(), Promise.resolve("another page")),
      },
      "when its run fails": {
        record: () => (interrupt(), Promise.reject(new Error("the kernel ended"))),
      },
    };
    for (const [when, options] of Object.entries(cases)) {
      await t.step(when, async () => {
        assert.equal(await verifyCommand({ ...around, ...options }), 130);
        assert.deepEqual([out, err.splice(0).filter((line) => !line.startsWith("running the code of "))], [
          [],
          ["interrupted"],
        ]);
      });
    }
  });
});
