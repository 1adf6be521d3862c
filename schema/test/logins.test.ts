import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { expectedColumns } from "./support/expected-columns.js";

it("logins.sql grants permissions on existing tables, and DELETE only where a program deletes", async () => {
  const text = await readFile(new URL("../logins.sql", import.meta.url), "utf8");
  const grants = [...text.matchAll(/^GRANT ([A-Z, ]+) ON \[\$\(schema\)\]\.\[(\w+)\] TO \[(\w+)\];$/gm)];
  expect(grants.length).toBeGreaterThan(10);
  for (const [, rights = "", table = "", login] of grants) {
    expect(Object.keys(expectedColumns)).toContain(table);
    if (rights.includes("DELETE"))
      expect([
        "etl_run plant_etl",
        "plant_reading plant_archive",
        "archive_file plant_archive",
        "plant_alert plant_health",
        "alert_delivery plant_health",
        "plant_day_profile plant_health",
      ]).toContain(`${table} ${login}`);
  }
});
