/** Why an engine does not start, and what its user can do: both without a full stop. Plain data. */
export interface Missing {
  readonly reason: string;
  readonly action: string;
}
