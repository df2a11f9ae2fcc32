import assert from "node:assert/strict";
import { readLogs } from "../../lib/curves/readers/read_logs.ts";
import { doctorCommand } from "../../lib/studies/doctor_command.ts";
import type { DoctorValues } from "../../lib/studies/doctor_options.ts";
import { settingsBeside } from "../../lib/studies/settings_beside.ts";
import { inFolder } from "../in_folder.ts";
import { bestAt, studyFrom } from "./procedures/study_from.ts";

/** Logs of trainings by rate, each in a folder with its settings beside. */
async function written(folder: string, rows: readonly number[]): Promise<void> {
  for (const [i, row] of rows.entries()) {
    const lines = bestAt(row).map((loss, at) => `${(at + 1) * 10},${loss}`);
    await Deno.mkdir(`${folder}/trial_${i}`);
    await Deno.writeTextFile(`${folder}/trial_${i}/log.csv`, ["step,val_loss", ...lines].join("\n"));
    await Deno.writeTextFile(
      `${folder}/trial_${i}/hparams.json`,
      JSON.stringify({ lr: 0.1 * (i + 1), max_steps: 200 }),
    );
  }
}
async function told(
  target: string,
  values: DoctorValues,
  more = {},
): Promise<{ out: string; err: string[] }> {
  let out = "";
  const err: string[] = [];
  await doctorCommand({
    target,
    values,
    out: (text) => out += text,
    err: (...lines) => err.push(...lines),
    ...more,
  });
  return { out, err };
}

Deno.test("logs are examined as a study, with the settings that lie beside them", () =>
  inFolder(async (folder) => {
    await written(folder, [17, 18, 19]);
    const { out, err } = await told(folder, {});
    assert.match(
      out,
      /: 3 trials by validation.loss, less is better \(3 to their end\)\nlength by the settings: up to 200 steps/,
    );
    assert.match(out, /1\. The best step is in the last quarter of 200 steps in 3 of 3 trials: too short\./);
    assert.match(out, /\n {3}→ Give each trial more, such as 400 steps/);
    assert.deepEqual(err, []);
  }));
Deno.test("as JSON the findings come with their evidence, and with what their figures say", () =>
  inFolder(async (folder) => {
    await written(folder, [17, 18, 19]);
    const { studies: [study] } = JSON.parse((await told(folder, { json: true })).out);
    assert.deepEqual(study.trials.map(({ parameters }: { parameters: unknown }) => parameters), [
      { lr: 0.1 },
      { lr: 0.2 },
      { lr: 0.30000000000000004 },
    ]);
    assert.equal(study.findings[0].kind, "tooShort");
    assert.equal(study.findings[0].evidence.late, 3);
    assert.match(study.findings[0].figure.alt, /^Trials by where they were best/);
  }));
Deno.test("a study is asked for by its name before a path is looked for", async () => {
  const study = (name: string) =>
    Promise.resolve(name === "mine" ? studyFrom([0, 1, 1].map((row) => ({ losses: bestAt(row) }))) : null);
  assert.match((await told("mine", {}, { study })).out, /1\. The best step is in the first tenth/);
  await assert.rejects(told("yours", {}, { study }), /nothing to examine: yours \(neither a study/);
});

const WRONG: readonly (readonly [values: DoctorValues, message: RegExp])[] = [
  [{ mode: "up" }, /^WrongDoctor: invalid mode: up \(min or max\)/],
  [{ batch: "0" }, /^WrongDoctor: invalid batch: 0 \(a whole number, at least 1\)/],
  [{ metric: "test_loss" }, /^WrongDoctor: test_loss is reported, never obeyed/],
  [{ metric: "val_f1" }, /^NothingToExamine: nothing to examine: .* \(left out: .*unknown metric: val_f1/],
];
for (const [values, message] of WRONG) {
  Deno.test(`${JSON.stringify(values)} is told in one line`, () =>
    inFolder(async (folder) => {
      await written(folder, [3]);
      await assert.rejects(told(folder, values), (error) => {
        assert.match(String(error), message);
        assert.doesNotMatch(String(error), /\n/);
        return true;
      });
    }));
}
Deno.test("settings that are no JSON are told, and the log is examined without them", () =>
  inFolder(async (folder) => {
    await written(folder, [3, 4]);
    await Deno.writeTextFile(`${folder}/trial_0/hparams.json`, "{");
    const { runs, warnings } = await settingsBeside(folder, (await readLogs(folder)).runs);
    assert.deepEqual(warnings, [{
      file: "trial_0/hparams.json",
      offset: null,
      message: "settings left out: the file is no JSON",
    }]);
    assert.deepEqual(runs.map(({ config }) => Object.keys(config).length), [0, 2]);
    assert.deepEqual((await told(folder, {})).err, [
      "trial_0/hparams.json: settings left out: the file is no JSON",
    ]);
  }));
