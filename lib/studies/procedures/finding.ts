/** What a procedure says of a study, as data. */

/** One thing that was found. Plain data. */
export interface Finding<Kind extends string = string, Evidence = unknown> {
  readonly kind: Kind;
  /** one sentence with its numbers */
  readonly text: string;
  /** what it rests on */
  readonly evidence: Evidence;
  /** what to do next: one sentence that begins with a verb */
  readonly action: string;
}
