/** Properties of elements that are kept in attributes. */

export type Properties = Readonly<Record<string, PropertyDescriptor & ThisType<Element>>>;

interface Classed {
  readonly prototype: object;
}

/** Gives a class of elements its properties, for the life of this process. */
export function extend({ prototype }: Classed, properties: Properties): void {
  for (const [name, property] of Object.entries(properties)) {
    Object.defineProperty(prototype, name, { configurable: true, ...property });
  }
}

export const method = (value: (this: Element, ...given: never[]) => unknown) => ({ value, writable: true });

/** An attribute that is there or not. */
export const switched = (name: string): PropertyDescriptor & ThisType<Element> => ({
  get() {
    return this.hasAttribute(name);
  },
  set(on: unknown) {
    this.toggleAttribute(name, Boolean(on));
  },
});

/** An attribute that is text. */
export const worded = (name: string, otherwise = ""): PropertyDescriptor & ThisType<Element> => ({
  get() {
    return this.getAttribute(name) ?? otherwise;
  },
  set(text: unknown) {
    this.setAttribute(name, String(text));
  },
});

/** Nothing is sent from here, so nothing is ever refused. */
export const VALID: Properties = {
  setCustomValidity: method(() => {}),
  checkValidity: method(() => true),
  reportValidity: method(() => true),
  willValidate: { get: () => true },
  validationMessage: { get: () => "" },
  validity: { get: () => ({ valid: true }) },
  select: method(() => {}),
  form: {
    get() {
      return this.closest("form");
    },
  },
};
