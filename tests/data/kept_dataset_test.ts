import assert from "node:assert/strict";
import { augmented } from "../../lib/data/augmented.ts";
import { digits } from "../../lib/data/digits.ts";
import { fingerprint } from "../../lib/data/fingerprint.ts";
import { fromArrays } from "../../lib/data/from_arrays.ts";
import { keepDataset, keptDataset } from "../../lib/data/kept_dataset.ts";
import { streamed } from "../../lib/data/streamed.ts";
import { inFolder } from "../in_folder.ts";

const values = () =>
  fromArrays({
    x: Float32Array.from({ length: 60 }, (_, i) => Math.sin(i) * 1e-3),
    y: Float32Array.from({ length: 20 }, (_, i) => -i / 7),
    features: 3,
    name: "prices, “in €”",
    licence: "CC BY 4.0",
  });

Deno.test("a dataset comes back from its file as it was, and twice it has one name", () =>
  inFolder((folder) => {
    for (const data of [digits(), augmented(digits(), { shift: 1, noise: 0.1 }), values()]) {
      const sha256 = keepDataset(data, folder);
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.equal(keepDataset({ ...data }, folder), sha256);
      const back = keptDataset(sha256, folder);
      assert.deepEqual(back, data);
      assert.equal(fingerprint(back), fingerprint(data));
      assert.equal(keptDataset(sha256, folder), back);
    }
    assert.equal([...Deno.readDirSync(`${folder}/data`)].length, 3);
  }));

Deno.test("data that is missing, changed or a stream is told in one line; what is damaged is written anew", () =>
  inFolder((folder) => {
    const sha256 = keepDataset(values(), folder), file = `${folder}/data/${sha256}.safetensors`;
    const whole = Deno.readFileSync(file), changed = whole.slice();
    changed[changed.length - 1] ^= 1;
    Deno.writeFileSync(file, changed);
    assert.throws(
      () => keptDataset(sha256, folder),
      /^BadData: invalid data: \S+\.safetensors: it was changed: its SHA-256 is not its name \(run the study from[^\n]*$/,
    );
    assert.equal(keepDataset(values(), folder), sha256);
    assert.deepEqual(Deno.readFileSync(file), whole);
    Deno.removeSync(file);
    assert.throws(() => keptDataset(sha256, folder), /^BadData: invalid data: \S+: there is no such file \(/);
    const held = { x: [0, 1], y: [0, 1] };
    const stream = streamed({
      open: function* () {},
      count: 5,
      features: 1,
      name: "sensor",
      validation: held,
      test: held,
    });
    assert.throws(
      () => keepDataset(stream, folder),
      /^RangeError: invalid data: sensor is streamed \(a function cannot be kept: [^\n]*$/,
    );
  }));
