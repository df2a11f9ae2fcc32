/** A state as safetensors bytes, and back: numbers as tensors, all else as JSON in the metadata, both under SHA-256. */
import { createHash } from "node:crypto";
import type { Trajectory } from "../curves/trajectory.ts";
import type { TrainState } from "../training/state.ts";
import { exactJson, parseExactJson } from "./exact_json.ts";
import {
  BadSafetensors,
  bytesOf,
  type ByteSource,
  decodeSafetensors,
  encodeSafetensors,
  inFileOrder,
  type NamedTensor,
} from "./safetensors.ts";
import { asStateHead, type Covers, HEAD_FIELDS, type StateHead } from "./state_schema.ts";
import { slotsPerParameter, stateTensors, type TensorShelf, tensorsOfState } from "./state_tensors.ts";
import { trajectoryFrom, trajectoryTensors } from "./trajectory_tensors.ts";

/** Names this form in the metadata. */
const FORMAT = "plateau.state";

/** Bytes that are no state, or not a whole one. */
export class BadState extends Error {
  override readonly name = "BadState";
  /** @param later version of a later program that wrote it; null when it is of this one, or of none */
  constructor(readonly reason: string, readonly later: string | null = null) {
    super(`invalid state: ${reason}`);
  }
}

/**
 * A state as one file that needs no other: its trajectory is inside.
 * @example
 * ```ts
 * import type { TrainState } from "../training/state.ts";
 * const copy = (state: TrainState) => decodeState(encodeState(state)); // equal in every bit
 * ```
 */
export const encodeState = (state: TrainState): Uint8Array<ArrayBuffer> => encoded(state, null);

/** A state whose trajectory lies in the rows of its run's folder. */
export const encodeCheckpoint = (state: TrainState, covers: Covers): Uint8Array<ArrayBuffer> =>
  encoded(state, covers);

function encoded(state: TrainState, covers: Covers | null): Uint8Array<ArrayBuffer> {
  const { trajectory } = state, { name, seed, batches, final, evaluations } = trajectory;
  const asItIs = Object.fromEntries(HEAD_FIELDS.map((field) => [field, state[field]]));
  const head: StateHead = {
    ...asItIs as Pick<TrainState, typeof HEAD_FIELDS[number]>,
    slots: slotsPerParameter(state),
    average: state.average !== null,
    kept: state.kept && { row: state.kept.row },
    trajectory: {
      name,
      seed,
      batches,
      final,
      end: trajectory.end,
      metrics: Object.keys(evaluations.metrics),
      standardErrors: Object.keys(evaluations.standardErrors),
    },
    covers,
  };
  const json = exactJson(head);
  const tensors = [...(covers === null ? trajectoryTensors(trajectory) : []), ...stateTensors(state)];
  return encodeSafetensors(tensors, {
    format: FORMAT,
    version: String(state.version),
    state: json,
    "sha256.state": sha256([new TextEncoder().encode(json)]),
    "sha256.tensors": tensorsHash(inFileOrder(tensors)),
  });
}

/** A checkpoint before its trajectory is found. */
export interface DecodedState {
  readonly state: Omit<TrainState, "trajectory">;
  readonly frame: StateHead["trajectory"];
  readonly covers: Covers | null;
  /** null where it lies in the rows of a run's folder */
  readonly trajectory: Trajectory | null;
}

/**
 * The state that `encodeState` wrote.
 * @throws BadState: bytes of another program, of another version, cut short, changed, or a checkpoint of a run's
 *   folder, which holds no trajectory
 */
export function decodeState(bytes: Uint8Array | ByteSource): TrainState {
  const { state, trajectory } = decodeCheckpoint(bytes);
  if (trajectory === null) throw new BadState("its trajectory lies in the folder of its run: read it there");
  return { ...state, trajectory };
}

/** The state of either form. @throws BadState */
export function decodeCheckpoint(from: Uint8Array | ByteSource): DecodedState {
  try {
    return decoded(from);
  } catch (error) {
    if (error instanceof BadSafetensors) throw new BadState(error.reason);
    throw error;
  }
}

function decoded(from: Uint8Array | ByteSource): DecodedState {
  const { metadata, tensors } = decodeSafetensors(from);
  if (metadata.format !== FORMAT) throw new BadState("safetensors of another program");
  if (metadata.version !== "1") {
    const { version } = metadata, later = Number(version) > 1 ? version : null;
    throw new BadState(`version ${version}, this program reads version 1`, later);
  }
  if (metadata["sha256.state"] !== sha256([new TextEncoder().encode(metadata.state ?? "")])) {
    throw new BadState("its counters do not match their SHA-256");
  }
  if (metadata["sha256.tensors"] !== tensorsHash(tensors)) {
    throw new BadState("its tensors do not match their SHA-256");
  }
  const head = headOf(metadata.state), shelf = shelfOf(tensors);
  const { slots: _slots, average: _average, kept, trajectory: frame, covers, ...rest } = head;
  const { kept: weights, ...numbers } = tensorsOfState(shelf, head.layout, {
    slots: head.slots,
    average: head.average,
    kept: kept !== null,
  });
  const state = { ...rest, ...numbers, kept: kept && weights && { ...kept, ...weights } };
  const trajectory = covers === null ? trajectoryFrom(frame, shelf, tensors) : null;
  return { state, frame, covers, trajectory };
}

function headOf(json: string): StateHead {
  try {
    return asStateHead(parseExactJson(json));
  } catch (error) {
    throw new BadState((error as Error).message);
  }
}

function shelfOf(tensors: readonly NamedTensor[]): TensorShelf {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return {
    take(name, shape) {
      const found = byName.get(name);
      if (!found) throw new BadState(`no tensor ${name}`);
      const kind = name.startsWith("trajectory/") ? Float64Array : Float32Array;
      if (found.values instanceof kind && String(found.shape) === String(shape)) return found.values;
      throw new BadState(`tensor ${name} is not ${kind === Float64Array ? "F64" : "F32"} of [${shape}]`);
    },
  };
}

/** SHA-256 of numbers, in the order of their bytes in the file. */
const tensorsHash = (tensors: readonly NamedTensor[]): string =>
  sha256(tensors.map(({ values }) => bytesOf(values)));

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
