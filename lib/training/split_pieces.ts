/** Validation and test in pieces, which a program evaluates one after another. */
import type { MemoryDataset, Split } from "../data/dataset.ts";
import type { LoopProgram, LoopRequest, LoopResult } from "../engine/programs/loop_program.ts";
import { tf } from "../engine/tf.ts";
import { examplesOf, ROWS } from "./forward.ts";

type Held = Pick<Split, "x" | "count">;
type Splits = Pick<MemoryDataset, "features"> & { readonly validation: Held; readonly test: Held };

/** Tensors of a piece, by the names that programs have for them. */
export type Piece = { readonly validation_x: tf.Tensor2D; readonly test_x: tf.Tensor2D };

/** How many pieces evaluations are made in: of at most 4,096 examples, as in one forward pass. */
export const pieceCount = ({ validation, test }: Splits): number =>
  Math.max(1, Math.ceil(Math.max(validation.count, test.count) / ROWS));

/** Examples of each piece: as many, so that one program serves all. */
export const pieceRows = ({ count }: Held, pieces: number): number => Math.ceil(count / pieces);

/** Where a piece begins: the last ones hold examples of those before them again where there are not enough. */
const firstOf = (split: Held, pieces: number, piece: number): number => {
  const rows = pieceRows(split, pieces);
  return Math.min(piece * rows, split.count - rows);
};

/** A piece of either split, the caller's to dispose of. */
export function pieceOf({ features, validation, test }: Splits, piece: number): Piece {
  const pieces = pieceCount({ features, validation, test });
  const of = (split: Held) =>
    examplesOf(split, features, firstOf(split, pieces, piece), pieceRows(split, pieces));
  return { validation_x: of(validation), test_x: of(test) };
}

/** What came of a call, and the milliseconds of its evaluation by those of all pieces but the first; null of one piece. */
export interface Evaluated extends LoopResult {
  readonly evaluating: number | null;
}

/**
 * The result of a call with the evaluation of all pieces, of which the call has made the first: of a state of no numbers,
 * too, as a model may begin with one.
 *
 * @param program whose tables hold the pieces
 * @param request rows and other tables of the call
 * @throws what the program does; then the state of the call is disposed of
 */
export async function inPieces(
  data: Splits,
  program: LoopProgram,
  request: Pick<LoopRequest, "rows" | "tables">,
  first: LoopResult,
): Promise<Evaluated> {
  const reports = [first.report], pieces = pieceCount(data), began = performance.now();
  try {
    while (reports.length < pieces) {
      const piece = pieceOf(data, reports.length), tables = { ...request.tables, ...piece };
      const running = program.run({ ...request, tables, count: 0, report: true, state: first.state });
      tf.dispose(piece);
      const { report, state } = await running;
      tf.dispose([...state]);
      reports.push(report);
    }
  } catch (error) {
    tf.dispose([...first.state]);
    throw error;
  }
  const evaluating = (performance.now() - began) * pieces / (pieces - 1);
  return { ...first, report: together(data, reports), evaluating };
}

/** What was made of all pieces, row by row: of each, outputs on validation, on test, and so on in turn. */
function together(data: Splits, made: readonly (readonly Float32Array[])[]): readonly Float32Array[] {
  return made[0].map((first, i) => {
    const split = i % 2 === 0 ? data.validation : data.test, rows = pieceRows(split, made.length);
    const outputs = rows === 0 ? 0 : first.length / rows, all = new Float32Array(split.count * outputs);
    made.forEach((piece, number) => all.set(piece[i], firstOf(split, made.length, number) * outputs));
    return all;
  });
}
