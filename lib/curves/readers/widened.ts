/** Tables with one value a row, and a column that says of which metric it is. */
import type { Mapping } from "./mapping.ts";
import { type Cells, SparseTable } from "./sparse_table.ts";

/**
 * The same table with a column for each metric, and the mapping of that; as they are where no column names metrics. A
 * metric with the name of another column is told apart from it by the name of the column of values.
 */
export function widened(table: SparseTable, mapping: Mapping): { table: SparseTable; mapping: Mapping } {
  const { long, metrics } = mapping, values = long && table.columns.get(long.value);
  if (!long || !values) return { table, mapping };
  const tags = new Map<number, string>(), tagged = table.columns.get(long.tag);
  tagged?.textRows.forEach((row, i) => tags.set(row, tagged.texts[i]));
  const columns = new Map(table.columns), made = new Map<string, Cells>();
  columns.delete(long.value);
  values.rows.forEach((row, i) => {
    const tag = tags.get(row) ?? long.value, name = columns.has(tag) ? `${tag}/${long.value}` : tag;
    const cells = made.get(name) ?? { rows: [], values: [], textRows: [], texts: [] };
    made.set(name, cells);
    cells.rows.push(row);
    cells.values.push(values.values[i]);
  });
  return {
    table: new SparseTable(table.offsets, new Map([...columns, ...made])),
    mapping: { ...mapping, metrics: [...made.keys(), ...metrics], long: null },
  };
}
