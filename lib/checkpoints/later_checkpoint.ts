/** A checkpoint that a later version of Plateau wrote: it is whole, and going on from one before it would lose it. */
export class LaterCheckpoint extends Error {
  override readonly name = "LaterCheckpoint";
  /**
   * @param file its name
   * @param version that of its form
   * @param before name of the newest checkpoint before it that can be read here; null when there is none
   */
  constructor(readonly file: string, readonly version: string, readonly before: string | null) {
    super(
      `checkpoint of a later version: ${file} (version ${version}, this program reads version 1): update Plateau${
        before === null ? "" : `, or go on from ${before} in another folder`
      }`,
    );
  }
}
