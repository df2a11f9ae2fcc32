/** The main notebook on XLA. */
import assert from "node:assert/strict";
import { libtensorflowForTests } from "../../engine/libtensorflow_for_tests.ts";
import { xlaTest } from "../../engine/xla/plugin_for_tests.ts";
import { FINDINGS } from "./findings.ts";
import { finding, type Ran, ran } from "./ran.ts";

/** What a notebook comes to, but for the names of engines and how fast they were. */
const measured = ({ values }: Ran): string =>
  JSON.stringify(values, (key, value) => ["engine", "pace", "seconds"].includes(key) ? undefined : value);

xlaTest("epochs, steps, plateau: on xla:cpu it is to the bit what it is on tensorflow", async () => {
  const found = await ran("epochs_steps_plateau.ts", "xla:cpu");
  const { engine } = found.values.recordings[0].plan;
  assert.match(engine, /^xla:cpu \S+, compiled by XLA$/);
  assert.match(finding(found), FINDINGS["epochs_steps_plateau.ts"]);
  if (libtensorflowForTests === null) return;
  const expected = await ran("epochs_steps_plateau.ts", "tensorflow");
  assert.equal(finding(found), finding(expected));
  assert.ok(measured(found) === measured(expected), "values differ");
});
