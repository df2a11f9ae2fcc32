/** What an optimizer is called in plans. */

/** The options that differ from their defaults, as `adam, beta1 0.8, epsilon 1e-7`. */
export function optimizerText<O extends object>(name: string, given: O, defaults: Partial<O>): string {
  const differing = (Object.keys(defaults) as (keyof O & string)[]).filter((key) =>
    given[key] !== defaults[key]
  );
  return [name, ...differing.map((key) => `${key} ${given[key]}`)].join(", ");
}
