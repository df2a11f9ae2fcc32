/** A value as it stands on the page. */
export interface View {
  readonly node: Element;
  /** shows another value in the same place; false when it is of another kind and must be drawn anew */
  update?(value: unknown): boolean;
  /** lets go of observers and listeners on things outside of `node` */
  close?(): void;
}
