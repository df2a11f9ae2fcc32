/** A file of a run's folder. */
export interface FolderFile {
  /** within the folder, with slashes */
  readonly path: string;
  readonly bytes: Uint8Array;
}
