import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { Report } from "../src/report.js";

/** Bodies of 1 MiB; PLANT_TEST_PAGES raises the default number. */
const pages = Number(process.env.PLANT_TEST_PAGES ?? 200);
/** Megabytes: less than Node takes for itself in a Lambda of 512 MB, so that garbage is not counted as memory in use. */
const heapLimit = "--max-old-space-size=128";
const script = fileURLToPath(new URL("support/reject-pages.mjs", import.meta.url));

test(
  `runEtl of ${pages} bodies of 1 MiB that are not JSON keeps a part of each, in bounded memory`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "plant-pages-"));
    try {
      const url = `sqlite:${join(folder, "plants.db")}`;
      const { stdout } = await promisify(execFile)(process.execPath, [heapLimit, script, String(pages), url]);
      const { report, maxRssBytes } = JSON.parse(stdout) as { report: Report; maxRssBytes: number };
      expect(report).toMatchObject({ requested: pages, rejected: pages, failed: 0, reason: "all_rejected" });

      const { db, close } = await openSqlite(url);
      const { rows } = await sql<{ kept: number; shortest: number; smallest: number; marked: number }>`
        SELECT count(*) AS kept, min(length(body)) AS shortest, min(body_bytes) AS smallest,
          sum(issues LIKE '%is kept to its first % of % bytes%') AS marked
        FROM plant_rejection`.execute(db);
      await close();
      // SQLite counts characters, of which the cactus is one and two UTF-16 code units.
      expect(rows).toEqual([{ kept: pages, shortest: 65_535, smallest: expect.any(Number), marked: pages }]);
      expect(rows[0]?.smallest).toBeGreaterThan(1_048_550);
      expect(maxRssBytes).toBeLessThan(350 * 1_048_576);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  Math.max(300_000, pages * 1000),
);
