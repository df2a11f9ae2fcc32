/** A dataset as a file that is named by its content: whoever has the name and the folder has the same numbers. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { atomicWrite, makeFolder } from "../checkpoints/atomic_write.ts";
import { exactJson, parseExactJson } from "../checkpoints/exact_json.ts";
import { decodeSafetensors, encodeSafetensors, type TensorValues } from "../checkpoints/safetensors.ts";
import { onStorage } from "../checkpoints/storage_fault.ts";
import { BadData } from "./bad_data.ts";
import { type Dataset, isStreamed, type MemoryDataset, type Split } from "./dataset.ts";

const FORMAT = "plateau.dataset 1";
const head = z.object({
  name: z.string(),
  features: z.number(),
  shape: z.array(z.number()),
  classes: z.array(z.string()),
  source: z.string(),
  licence: z.string(),
  augmentation: z.record(z.string(), z.number()).optional(),
});

/** What this process has read, as long as someone uses it. */
const read = new Map<string, WeakRef<MemoryDataset>>();

const fileOf = (folder: string, sha256: string) => join(folder, "data", `${sha256}.safetensors`);
const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/**
 * Writes a dataset to `<folder>/data/<SHA-256>.safetensors`; what is there already stays, what is there damaged is
 * written anew.
 * @returns the SHA-256 of the file, in hex: its name
 * @throws RangeError `invalid data: sensor is streamed (…)`; StorageFault
 * @example
 * ```ts ignore
 * const sha256 = keepDataset(datasets.digits(), ".plateau");
 * ```
 */
export function keepDataset(data: Dataset, folder: string): string {
  const { training, validation, test, ...described } = data;
  if (isStreamed(training)) {
    throw new RangeError(
      `invalid data: ${data.name} is streamed (a function cannot be kept: read the examples into memory, as datasets.fromArrays takes them)`,
    );
  }
  const tensors = Object.entries({ training, validation, test }).flatMap(([name, { x, y, rows, count }]) => [
    { name: `${name}.x`, shape: [count, data.features], values: x },
    { name: `${name}.y`, shape: [count], values: y },
    { name: `${name}.rows`, shape: [count], values: rows },
  ]);
  const bytes = encodeSafetensors(tensors, { format: FORMAT, dataset: exactJson(head.parse(described)) });
  const sha256 = sha256Of(bytes), file = fileOf(folder, sha256);
  onStorage(file, () => {
    if (existsSync(file) && sha256Of(readFileSync(file)) === sha256) return;
    makeFolder(join(folder, "data"));
    atomicWrite(file, bytes);
  });
  return sha256;
}

/**
 * The dataset of a name that `keepDataset` gave: equal to the bit. A process reads it once.
 * @throws BadData `invalid data: /p/data/3f….safetensors: there is no such file (…)`, or when its bytes are others;
 *   StorageFault
 * @example
 * ```ts ignore
 * const digits = keptDataset(sha256, ".plateau");
 * ```
 */
export function keptDataset(sha256: string, folder: string): MemoryDataset {
  const file = fileOf(folder, sha256), known = read.get(file)?.deref();
  if (known) return known;
  const again = "run the study from its file again, and it is written anew";
  if (!existsSync(file)) throw new BadData(file, `there is no such file (${again})`);
  const bytes = onStorage(file, () => new Uint8Array(readFileSync(file)));
  if (sha256Of(bytes) !== sha256) {
    throw new BadData(file, `it was changed: its SHA-256 is not its name (${again})`);
  }
  const { metadata, tensors } = decodeSafetensors(bytes);
  if (metadata.format !== FORMAT) {
    throw new BadData(file, `a later version of Plateau wrote it (${metadata.format}): update Plateau`);
  }
  const values = new Map(tensors.map(({ name, values }) => [name, values]));
  const data: MemoryDataset = {
    ...head.parse(parseExactJson(metadata.dataset)),
    training: splitOf("training", values),
    validation: splitOf("validation", values),
    test: splitOf("test", values),
  };
  read.set(file, new WeakRef(data));
  return data;
}

function splitOf(name: string, values: ReadonlyMap<string, TensorValues>): Split {
  const column = (part: string) => values.get(`${name}.${part}`)!;
  const x = column("x") as Float32Array, y = column("y") as Split["y"], rows = column("rows") as Int32Array;
  return { count: y.length, x, y, rows };
}
