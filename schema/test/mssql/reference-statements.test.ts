import { expect, test } from "vitest";
import { mssqlReferenceStatements } from "../../src/mssql/reference-statements.js";
import { toReferenceRows } from "../../src/reference-data/reference-rows.js";

test("mssqlReferenceStatements returns the T-SQL of the snapshot", async () => {
  const rows = toReferenceRows({ botanists: [], countries: [], cities: [], origins: [], plants: [] });
  const text = mssqlReferenceStatements("[my]]schema]", rows).map(({ sql }) => sql.trim());
  await expect(`${text.join("\n\nGO\n\n")}\n`).toMatchFileSnapshot("__snapshots__/reference-statements.sql");
});
