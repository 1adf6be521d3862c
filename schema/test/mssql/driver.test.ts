import { type CompiledQuery, sql } from "kysely";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type OpenMssqlOptions, openMssql } from "../../src/mssql/index.js";
import {
  beginToken,
  errorToken,
  type FakeResponse,
  rowsToken,
  startFakeTdsServer,
} from "../../src/testing/index.js";
import { expectQuietConsole } from "../support/quiet-console.js";

expectQuietConsole();

const request = 3;
const transaction = 14;

/** A database whose server answers message after message as `answer` says. */
async function openOn(
  response: (kind: number, number: number) => FakeResponse | undefined,
  options: OpenMssqlOptions = {},
) {
  const server = await startFakeTdsServer({ response });
  const opened = await openMssql(`mssql://etl:x@localhost:${server.port}/plants?encrypt=false`, options);
  onTestFinished(async () => {
    await opened.close();
    await server.close();
  });
  return { db: opened.db, opened, server, query: () => sql`SELECT 1`.execute(opened.db) };
}

describe("a query on SQL Server", () => {
  it("gives its rows by the names of their columns", async () => {
    const { query } = await openOn((kind) =>
      kind === request
        ? rowsToken(
            ["name", "checksum"],
            [
              ["0001", "ä"],
              ["0002", ""],
            ],
          )
        : undefined,
    );
    expect((await query()).rows).toEqual([
      { name: "0001", checksum: "ä" },
      { name: "0002", checksum: "" },
    ]);
  });

  it("makes a connection of its own where the server has ended the one that there was", async () => {
    const { query, server } = await openOn(() => undefined);
    await query();
    server.disconnect();
    await vi.waitFor(async () => {
      await query();
      expect(server.kinds).toEqual([18, 16, 1, 3, 18, 16, 1, 3]);
    }, 120_000);
  });

  it.each([
    [1205, "DATABASE_BUSY", "retry"],
    [1222, "DATABASE_BUSY", "retry"],
    [40197, "CONNECTION_LOST", "retry"],
    [229, "PERMISSION_DENIED", "abort"],
    [4902, "PERMISSION_DENIED", "abort"],
    [208, "TABLES_MISSING", "abort"],
    [547, "DATA_REFUSED", "abort"],
    [2627, "DATA_REFUSED", "abort"],
    [8114, "DATA_REFUSED", "abort"],
  ])("that ends with error %i is %s, to %s", async (number, code, recovery) => {
    const { query } = await openOn((kind) =>
      kind === request ? errorToken(number, "It did not go.\nNo.") : undefined,
    );
    await expect(query()).rejects.toMatchObject({
      code,
      recovery,
      message: expect.stringMatching(`^SQL Server says: It did not go\\. No \\(error ${number}\\)\\. \\S`),
    });
  });

  it("of a schema that is not there says how it is made, which plant migrate does not do", async () => {
    const { query } = await openOn((kind) =>
      kind === request ? errorToken(51208, "[nope] is no schema; CREATE SCHEMA [nope] makes it") : undefined,
    );
    await expect(query()).rejects.toMatchObject({
      code: "SCHEMA_MISSING",
      recovery: "abort",
      message:
        "SQL Server says: [nope] is no schema; CREATE SCHEMA [nope] makes it (error 51208). Check its name, or make it with that statement.",
    });
  });

  it("that is a mistake rejects with the driver's own error, and with one where there are several", async () => {
    const { query } = await openOn((kind) =>
      kind === request ? Buffer.concat([errorToken(102, "Syntax."), errorToken(319, "More.")]) : undefined,
    );
    await expect(query()).rejects.toMatchObject({ message: "Syntax.", number: 102 });
  });

  it("tells of several errors the one that says what to do", async () => {
    const { query } = await openOn((kind) =>
      kind === request
        ? Buffer.concat([errorToken(3621, "Ended."), errorToken(1205, "Deadlock.")])
        : undefined,
    );
    await expect(query()).rejects.toMatchObject({ code: "DATABASE_BUSY" });
  });

  it("that loses its connection says so, and the next one gets a new connection", async () => {
    const { query, server } = await openOn((kind, number) =>
      kind === request && number < 5 ? "end" : undefined,
    );
    await expect(query()).rejects.toMatchObject({
      code: "CONNECTION_LOST",
      recovery: "retry",
      message: expect.stringMatching(/^The connection to the database broke: .*plant doctor$/),
    });
    await query();
    expect(server.kinds).toEqual([18, 16, 1, 3, 18, 16, 1, 3]);
  });

  it.each([
    ["stops when it is asked to", (kind: number) => kind === request],
    ["does not even stop", (kind: number) => kind !== 18 && kind !== 16],
  ])(
    "that a server which %s does not answer gives its connection up, and the next one gets a new one",
    async (_name, silent) => {
      const { query, server } = await openOn(
        (kind, number) => (number > 3 && number < 6 && silent(kind) ? "silence" : undefined),
        { requestTimeoutMs: 1_000 },
      );
      await expect(query()).rejects.toMatchObject({
        code: "CONNECTION_LOST",
        recovery: "retry",
        message: expect.stringMatching(/was silent for 1 s/),
      });
      await query();
      expect(server.kinds).toEqual([18, 16, 1, 3, 6, 18, 16, 1, 3]);
    },
  );

  it("may say itself for how long the server may be silent", async () => {
    const { db } = await openOn((kind) => (kind === request ? "silence" : undefined));
    const patient: CompiledQuery = { ...sql`SELECT 1`.compile(db), timeoutMs: 50 } as CompiledQuery;
    await expect(db.executeQuery(patient)).rejects.toMatchObject({
      message: expect.stringMatching(/0\.05 s/),
    });
  });

  it("that leaves a transaction open takes its connection out of use", async () => {
    const { query, server } = await openOn((kind, number) =>
      kind === request && number < 5 ? Buffer.concat([beginToken, errorToken(208, "No table.")]) : undefined,
    );
    await expect(query()).rejects.toMatchObject({ code: "TABLES_MISSING" });
    await query();
    expect(server.kinds).toEqual([18, 16, 1, 3, 18, 16, 1, 3]);
  });

  it("that cannot have a new connection says why", async () => {
    const { query, server } = await openOn((kind, number) => {
      if (kind === request) return "end";
      return kind === 16 && number > 3 ? errorToken(18456, "Login failed.") : undefined;
    });
    await expect(query()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await expect(query()).rejects.toMatchObject({ code: "LOGIN_FAILED" });
    await server.close();
    await expect(query()).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE", recovery: "retry" });
  });
});

describe("a transaction on SQL Server", () => {
  it.each([
    ["begin", 4],
    ["commit", 6],
  ])("whose %s is not answered gives its connection up", async (_step, silent) => {
    const { db } = await openOn((_kind, number) => (number === silent ? "silence" : undefined), {
      requestTimeoutMs: 50,
    });
    const work = db.transaction().execute((inside) => sql`SELECT 1`.execute(inside));
    await expect(work).rejects.toMatchObject({ code: "CONNECTION_LOST", recovery: "retry" });
  });

  it("is begun, committed and rolled back in messages of their own", async () => {
    const { db, server } = await openOn(() => undefined);
    await db.transaction().execute((inside) => sql`SELECT 1`.execute(inside));
    await expect(
      db
        .transaction()
        .setIsolationLevel("serializable")
        .execute(() => Promise.reject(new Error("no"))),
    ).rejects.toThrow("no");
    expect(server.kinds.slice(3)).toEqual([transaction, request, transaction, transaction, transaction]);
  });
});

describe("closing", () => {
  it("does not wait for a server that does not answer", async () => {
    const { opened, query, server } = await openOn((kind) => (kind === request ? "silence" : undefined));
    const waiting = expect(query()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await vi.waitUntil(() => server.kinds.includes(request), 120_000);
    await opened.close();
    await waiting;
  });

  it("closes the first connection when there was no query", async () => {
    const { opened, server } = await openOn(() => undefined);
    await opened.close();
    await server.close();
  });
});
