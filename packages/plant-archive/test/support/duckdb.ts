import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { onTestFinished } from "vitest";

type Ask = (sql: string) => Promise<unknown[][]>;

/** Writes a file and returns a function that queries it with DuckDB: `FILE` in a query is replaced by its name. */
export async function openInDuckdb(bytes: Uint8Array): Promise<Ask> {
  const { folder, ask } = await openDuckdb();
  const file = join(folder, "file.parquet");
  await writeFile(file, bytes);
  return (sql) => ask(sql.replaceAll("FILE", `'${file}'`));
}

/** A folder for the duration of a test, and a function that queries DuckDB in UTC. */
export async function openDuckdb(): Promise<{ readonly folder: string; readonly ask: Ask }> {
  const folder = await mkdtemp(join(tmpdir(), "plant-archive-"));
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  onTestFinished(async () => {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  });
  await connection.run("SET TimeZone = 'UTC'");
  const ask: Ask = async (sql) => (await connection.runAndReadAll(sql)).getRowsJS() as unknown[][];
  return { folder, ask };
}
