/** A wheel that is pinned. Plain data. */
export interface Wheel {
  readonly requirement: string;
  /** pip's name of the platform that the wheel is for */
  readonly platform: string;
  readonly bytes: number;
  readonly sha256: string;
  /** the files that are unpacked */
  readonly members: readonly string[];
}
