// What the child processes of the tests do: child.js VERB DATABASE-URL DRIVER-PATH [STATEMENT]
// In place of a statement that contains the text STATEMENT the process kills itself.
import { createRequire } from "node:module";
import { sql } from "kysely";
import { migrate } from "../../src/migration/migrate.js";
import { openSqlite, type SqliteDriver } from "../../src/sqlite/index.js";

const [verb, url = "", driverPath, fatal] = process.argv.slice(2);

function killing(Driver: SqliteDriver): SqliteDriver {
  return class extends Driver {
    override prepare(text: string) {
      if (fatal !== undefined && text.includes(fatal)) process.kill(process.pid, "SIGKILL");
      return super.prepare(text);
    }
  };
}

async function main(): Promise<void> {
  const driver =
    driverPath === undefined ? undefined : killing(createRequire(driverPath)(driverPath) as SqliteDriver);
  const opened = await openSqlite(url, driver === undefined ? {} : { driver });
  process.stdout.write("opened\n");
  if (verb === "migrate") process.stdout.write(`${JSON.stringify(await migrate(opened))}\n`);
  if (verb === "count")
    for (let round = 0; round < 50; round++)
      await opened.db.transaction().execute(async (transaction) => {
        const { rows } = await sql<{ value: number }>`SELECT value FROM counter`.execute(transaction);
        await new Promise((resolve) => setTimeout(resolve, 1));
        await sql`UPDATE counter SET value = ${(rows[0]?.value ?? 0) + 1}`.execute(transaction);
      });
  await opened.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
