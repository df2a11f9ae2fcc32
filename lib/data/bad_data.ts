/** A file of data that cannot be used: which, why, and where in it. */

/** Where in a table a fault is. */
export interface Place {
  /** counted from 1, without the header */
  readonly row?: number;
  readonly column?: string;
}

export class BadData extends Error {
  override readonly name = "BadData";
  constructor(readonly file: string, readonly reason: string, readonly place: Place = {}) {
    const row = place.row === undefined ? "" : `, row ${place.row}`;
    const column = place.column === undefined ? "" : `, column ${place.column}`;
    super(`invalid data: ${file}${row}${column}: ${reason}`);
  }
}
