import { createMssqlDatabase, startFakeTdsServer } from "@lmnh/testing/sql-server";
import { expect, test } from "vitest";

// Prelogin, login, the options of the session, the statement.
const kindsOfBatch = [18, 16, 1, 1];

test("createMssqlDatabase creates a database of a random name, and drop ends its sessions and drops it", async () => {
  const server = await startFakeTdsServer();
  try {
    const url = `mssql://sa:p%40ss@127.0.0.1:${server.port}/master?encrypt=false`;
    const database = await createMssqlDatabase(url);
    expect(database.url).toMatch(
      /^mssql:\/\/sa:p%40ss@127\.0\.0\.1:\d+\/plant_test_[\da-f]{12}\?encrypt=false$/,
    );
    expect(server.kinds).toEqual(kindsOfBatch);
    const name = new URL(database.url).pathname.slice(1);
    await database.drop();
    expect(server.kinds).toEqual([...kindsOfBatch, ...kindsOfBatch, ...kindsOfBatch]);
    const sent = server.received.toString("utf16le") + server.received.subarray(1).toString("utf16le");
    for (const sql of [
      `CREATE DATABASE [${name}]`,
      `ALTER DATABASE [${name}] SET SINGLE_USER`,
      `DROP DATABASE [${name}]`,
    ])
      expect(sent).toContain(sql);
  } finally {
    await server.close();
  }
});
