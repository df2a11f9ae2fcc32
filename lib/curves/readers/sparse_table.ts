/** What a log says, row by row: in most rows most columns have nothing. */

/** One column: where it has a number, and where a text. Rows ascend. */
export interface Cells {
  readonly rows: number[];
  readonly values: number[];
  readonly textRows: number[];
  readonly texts: string[];
}

/** Grows by rows, and forgets its last ones again. Memory goes with the cells that are written, not with rows × columns. */
export class SparseTable {
  readonly #columns: Map<string, Cells>;
  /** byte in the file at which each row begins */
  readonly offsets: number[];

  /** Default: empty. Columns that are given are not copied. */
  constructor(offsets: number[] = [], columns: Map<string, Cells> = new Map()) {
    this.offsets = offsets;
    this.#columns = columns;
  }

  /** Begins a row: what is written next stands in it. */
  row(offset: number): void {
    this.offsets.push(offset);
  }

  number(name: string, value: number): void {
    const { rows, values } = this.#column(name);
    rows.push(this.offsets.length - 1);
    values.push(value);
  }

  text(name: string, value: string): void {
    const { textRows, texts } = this.#column(name);
    textRows.push(this.offsets.length - 1);
    texts.push(value);
  }

  /** in the order in which they first had something */
  get columns(): ReadonlyMap<string, Cells> {
    return this.#columns;
  }

  /** Forgets all rows from this one on, and columns that only they had. */
  keep(rows: number): void {
    this.offsets.length = rows;
    for (const [name, cells] of this.#columns) {
      while (cells.rows.length > 0 && cells.rows[cells.rows.length - 1] >= rows) {
        cells.rows.pop();
        cells.values.pop();
      }
      while (cells.textRows.length > 0 && cells.textRows[cells.textRows.length - 1] >= rows) {
        cells.textRows.pop();
        cells.texts.pop();
      }
      if (cells.rows.length + cells.textRows.length === 0) this.#columns.delete(name);
    }
  }

  #column(name: string): Cells {
    let cells = this.#columns.get(name);
    if (cells === undefined) {
      cells = { rows: [], values: [], textRows: [], texts: [] };
      this.#columns.set(name, cells);
    }
    return cells;
  }
}
