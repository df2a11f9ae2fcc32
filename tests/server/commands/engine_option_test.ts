import assert from "node:assert/strict";
import type { Values } from "../../../lib/command_line.ts";
import { fleetCommands } from "../../../server/commands/fleet_commands.ts";
import { studyCommands } from "../../../server/commands/study_commands.ts";
import { trainingCommands } from "../../../server/commands/training_commands.ts";

const wrong: [given: Values, line: string][] = [
  [
    { engine: "xla" },
    "unknown engine: xla (auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm, cpu)",
  ],
  [
    { engine: "xla:cpu", "device-memory": "0.5" },
    "invalid --device-memory: of a GPU's, and xla:cpu is none (--engine xla:cuda is one)",
  ],
  [{ engine: "auto", "device-memory": "7" }, "invalid device memory: 7 (a share above 0 and up to 1)"],
];
const { train } = trainingCommands, { study } = studyCommands, { worker } = fleetCommands;
for (const [name, command] of Object.entries({ train, study, worker })) {
  Deno.test(`${name}: options of engines that are none are a misuse, before anything is read`, async () => {
    for (const [given, line] of wrong) {
      const values = { folder: "/nowhere", store: "postgres://127.0.0.1:1/none", ...given };
      await assert.rejects(() => command.run(["run", "/nowhere.ts"], values), {
        name: "Misuse",
        message: line,
      });
    }
  });
}
