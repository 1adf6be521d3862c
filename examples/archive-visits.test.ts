import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";

const { archiveVisits, openVisits } = await import(new URL("archive-visits.mjs", import.meta.url).href);

test("archive-visits.mjs archives, verifies and restores every visit exactly", async () => {
  const database = await openVisits("sqlite::memory:");
  onTestFinished(() => database.close());
  await sql`
    WITH RECURSIVE minute (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM minute WHERE n < 299)
    INSERT INTO visit (door, counted_at, people, exhibition)
    SELECT door.value, strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-28T10:00:00Z', n || ' minutes'), (n * 7) % 40,
      iif(n % 3 = 0, NULL, 'Fossils ' || n)
    FROM minute, json_each('[1, 2, -3]') AS door`.execute(database.db);
  const visits = sql`SELECT * FROM visit ORDER BY visit_id`;
  const before = (await visits.execute(database.db)).rows;
  const folder = await mkdtemp(join(tmpdir(), "visits-"));
  onTestFinished(() => rm(folder, { recursive: true }));

  const now = Date.parse("2026-01-30T12:00:00.000Z");
  const { copy, ...result } = await archiveVisits(database, folder, now);
  onTestFinished(() => copy.close());
  expect(result).toEqual({ archived: 900, pruned: 900, problems: [], restored: 900 });
  expect((await visits.execute(database.db)).rows).toEqual([]);
  expect((await visits.execute(copy.db)).rows).toEqual(before);
  expect((await archiveVisits(database, folder, now)).archived).toBe(0);
});
