/** What differs between the settings of runs. */
import type { ConfigValue, RunRow } from "./store.ts";

export interface ConfigDiff {
  /** settings that are not the same in all; a run that has none is undefined there */
  readonly differing: readonly {
    readonly key: string;
    readonly values: readonly (ConfigValue | undefined)[];
  }[];
  readonly same: readonly { readonly key: string; readonly value: ConfigValue }[];
}

/**
 * Settings of runs side by side, in the order in which they are first met.
 * @param rows at least one
 * @example
 * ```ts
 * const { differing } = configDiff([{ config: { lr: 0.1, seed: 0 } }, { config: { lr: 0.1, seed: 1 } }]);
 * // [{ key: "seed", values: [0, 1] }]
 * ```
 */
export function configDiff(rows: readonly Pick<RunRow, "config">[]): ConfigDiff {
  const keys = new Set(rows.flatMap(({ config }) => Object.keys(config)));
  const all = [...keys].map((key) => ({
    key,
    values: rows.map(({ config }) => Object.hasOwn(config, key) ? config[key] : undefined),
  }));
  const isSame = ({ values }: { values: readonly (ConfigValue | undefined)[] }) =>
    values.every((value) => Object.is(value, values[0]));
  return {
    differing: all.filter((each) => !isSame(each)),
    same: all.filter(isSame).map(({ key, values }) => ({ key, value: values[0]! })),
  };
}
