import assert from "node:assert/strict";
import { isOwnCommand } from "../../lib/report/said_command.ts";
import { exportCommandLine } from "../../server/report/export_command_line.ts";
import { recordedByHand } from "./recorded_by_hand.ts";

const recording = { ...recordedByHand(), inputs: {} }, notebook = "notebooks/a.ts";
const lines: [engine: "xla:cuda" | "xla:cuda:1", tf32: boolean, version: string, own: boolean][] = [
  ["xla:cuda", false, "0.116 float32", true],
  ["xla:cuda", true, "0.116 TF32", true],
  ["xla:cuda", false, "0.116 TF32", false],
  ["xla:cuda", true, "0.116 float32", false],
  ["xla:cuda:1", true, "0.116 TF32", false],
];
for (const [engine, tf32, version, own] of lines) {
  const command = exportCommandLine({ engine, tf32 }, notebook);
  Deno.test(`a report of xla:cuda ${version} is ${own ? "" : "not "}made by ${command}`, () => {
    const manifest = { command, notebook, on: { ...recording.on, engine: "xla:cuda", version } };
    assert.equal(isOwnCommand(manifest, recording, new Map(), exportCommandLine), own);
  });
}
