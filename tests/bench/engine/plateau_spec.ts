/** A workload as this library states it: model, data and optimizer. */
import { fromArrays } from "../../../lib/data/from_arrays.ts";
import type { MemoryDataset } from "../../../lib/data/dataset.ts";
import { convnet } from "../../../lib/models/convnet.ts";
import { fromLayers } from "../../../lib/models/from_layers.ts";
import { logistic } from "../../../lib/models/logistic.ts";
import { mlp } from "../../../lib/models/mlp.ts";
import type { Model } from "../../../lib/models/model.ts";
import { type Adam, adam } from "../../../lib/optimizers/adam.ts";
import { transformer } from "./transformer.ts";
import { examples, features, heldOut, type Workload } from "./workload.ts";
import { labelledNoise } from "./workload_data.ts";

export interface PlateauSpec {
  readonly model: Model;
  readonly data: MemoryDataset;
  readonly optimizer: Adam;
}

export function plateauSpec(workload: Workload): PlateauSpec {
  return { model: modelOf(workload), data: dataOf(workload), optimizer: adam() };
}

function modelOf(workload: Workload): Model {
  const { shape, filters, attention, hidden, outputs } = workload, width = features(workload);
  if (attention) return fromLayers(transformer(shape, attention, outputs), "softmaxCrossEntropy");
  if (filters.length > 0) return convnet({ shape, classes: outputs, filters, dense: 0 });
  if (hidden.length > 0) return mlp({ layers: [width, ...hidden, outputs] });
  return logistic({ features: width });
}

function dataOf(workload: Workload): MemoryDataset {
  const { shape, outputs } = workload;
  const { x, labels } = labelledNoise(workload, examples + heldOut), validation = heldOut >> 1;
  return fromArrays({
    name: "noise",
    x,
    y: labels,
    features: features(workload),
    shape,
    classes: Array.from({ length: Math.max(2, outputs) }, (_, k) => String(k)),
    split: { training: examples, validation, test: heldOut - validation },
  });
}
