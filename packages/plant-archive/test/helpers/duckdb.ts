import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { onTestFinished } from "vitest";

/** Writes a file and gives what asks DuckDB about it: `FILE` in a query stands for its name. */
export async function openInDuckdb(bytes: Uint8Array): Promise<(sql: string) => Promise<unknown[][]>> {
  const folder = await mkdtemp(join(tmpdir(), "plant-archive-"));
  const file = join(folder, "file.parquet");
  await writeFile(file, bytes);
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  onTestFinished(async () => {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  });
  await connection.run("SET TimeZone = 'UTC'");
  return async (sql) => {
    const reader = await connection.runAndReadAll(sql.replaceAll("FILE", `'${file}'`));
    return reader.getRowsJS() as unknown[][];
  };
}
