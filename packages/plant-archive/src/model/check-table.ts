import { PlantArchiveError } from "../errors.js";
import type { ArchivedColumn, ArchivedTable } from "./archived-table.js";

/**
 * Throws unless the description agrees with itself.
 *
 * @throws PlantArchiveError `OPTION_INVALID`
 */
export function checkTable(table: ArchivedTable): void {
  const { name, columns, id, instant, key, values, digested } = table;
  const invalid = (problem: string) =>
    new PlantArchiveError("OPTION_INVALID", "abort", `The table ${JSON.stringify(name)} ${problem}.`);
  for (const text of [name, ...columns.map((column) => column.name)])
    if (!/^[A-Za-z_]\w{0,127}$/.test(text))
      throw invalid(
        `has the name ${JSON.stringify(text)}: only letters, digits and underscores are possible`,
      );
  const byField = new Map(columns.map((column) => [column.field, column]));
  if (byField.size < columns.length) throw invalid("has two columns with the same field");
  const requireColumn = (
    place: string,
    field: string,
    isValid: (column: ArchivedColumn) => boolean,
    wanted: string,
  ) => {
    const column = byField.get(field);
    if (column === undefined)
      throw invalid(`has the ${place} ${JSON.stringify(field)}, which is no field of a column`);
    if (!isValid(column)) throw invalid(`has the ${place} ${JSON.stringify(field)}, which is not ${wanted}`);
  };
  requireColumn(
    "id",
    id,
    ({ type, nullable }) => type === "int64" && !nullable,
    "an int64 that is never null",
  );
  requireColumn(
    "instant",
    instant,
    ({ type, nullable }) => type === "timestamp" && !nullable,
    "a timestamp that is never null",
  );
  for (const field of key)
    requireColumn(
      "key",
      field,
      ({ type, nullable }) => type !== "string" && !nullable,
      "a number or time that is never null",
    );
  for (const field of [...values, ...digested]) requireColumn("value", field, () => true, "");
  const missing = columns.find(({ field }) => field !== id && !digested.includes(field));
  if (missing !== undefined)
    throw invalid(`does not digest ${JSON.stringify(missing.field)}: a change of it would be lost`);
  if (digested.includes(id)) throw invalid("digests its id, which a restore may change");
}
