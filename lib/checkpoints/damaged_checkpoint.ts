/** A checkpoint that cannot be gone on from. */
export class DamagedCheckpoint extends Error {
  override readonly name = "DamagedCheckpoint";
  /**
   * @param file its name
   * @param reason as `its tensors do not match their SHA-256`
   * @param advice what follows from it
   * @param later version of a later program that wrote it: then it is not damaged
   */
  constructor(
    readonly file: string,
    readonly reason: string,
    advice = "",
    readonly later: string | null = null,
  ) {
    super(`damaged checkpoint: ${file} (${reason})${advice && `: ${advice}`}`);
  }
}
