/** Whether a trial is behind the others, and why: what each kind of pruner says. */
export interface Behind {
  readonly behind: boolean;
  /** part of a sentence with its numbers */
  readonly why: string;
}
