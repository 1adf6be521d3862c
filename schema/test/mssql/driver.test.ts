import {
  beginToken,
  errorToken,
  type FakeResponse,
  rowsToken,
  startFakeTdsServer,
} from "@lmnh/testing/sql-server";
import { type CompiledQuery, sql } from "kysely";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type OpenMssqlOptions, openMssql } from "../../src/mssql/index.js";
import { expectQuietConsole } from "../support/quiet-console.js";

expectQuietConsole();

const request = 3;
const transaction = 14;

/** Opens a database on a server with the given responses. */
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

describe("mssqlDriver: a query", () => {
  it("returns its rows by column name", async () => {
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

  it("opens a new connection if the server has closed the idle one", async () => {
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
    [208, "SCHEMA_MISSING", "abort"],
    [547, "CONSTRAINT_VIOLATION", "abort"],
    [2627, "CONSTRAINT_VIOLATION", "abort"],
    [8114, "CONSTRAINT_VIOLATION", "abort"],
  ])("that fails with error %i is %s with the recovery %s", async (number, code, recovery) => {
    const { query } = await openOn((kind) =>
      kind === request ? errorToken(number, "It did not go.\nNo.") : undefined,
    );
    await expect(query()).rejects.toMatchObject({
      code,
      recovery,
      message: expect.stringMatching(`^SQL Server error ${number}: It did not go\\. No\\. \\S`),
    });
  });

  it("in a missing schema fails with SCHEMA_MISSING and the statement that creates it", async () => {
    const { query } = await openOn((kind) =>
      kind === request ? errorToken(51208, "no schema [nope]; CREATE SCHEMA [nope] creates it") : undefined,
    );
    await expect(query()).rejects.toMatchObject({
      code: "SCHEMA_MISSING",
      recovery: "abort",
      message:
        "SQL Server error 51208: no schema [nope]; CREATE SCHEMA [nope] creates it. Check its name, or create it with that statement.",
    });
  });

  it("with a mistake rejects with the driver's own error, and with the first of several", async () => {
    const { query } = await openOn((kind) =>
      kind === request ? Buffer.concat([errorToken(102, "Syntax."), errorToken(319, "More.")]) : undefined,
    );
    await expect(query()).rejects.toMatchObject({ message: "Syntax.", number: 102 });
  });

  it("rejects with the explained one of several errors", async () => {
    const { query } = await openOn((kind) =>
      kind === request
        ? Buffer.concat([errorToken(3621, "Ended."), errorToken(1205, "Deadlock.")])
        : undefined,
    );
    await expect(query()).rejects.toMatchObject({ code: "DATABASE_BUSY" });
  });

  it("that loses its connection is CONNECTION_LOST, and the next one uses a new connection", async () => {
    const { query, server } = await openOn((kind, number) =>
      kind === request && number < 5 ? "end" : undefined,
    );
    await expect(query()).rejects.toMatchObject({
      code: "CONNECTION_LOST",
      recovery: "retry",
      message: expect.stringMatching(/^The connection to the database was lost: .*Try again\.$/),
    });
    await query();
    expect(server.kinds).toEqual([18, 16, 1, 3, 18, 16, 1, 3]);
  });

  it.each([
    ["cancels", (kind: number) => kind === request],
    ["ignores the cancellation", (kind: number) => kind !== 18 && kind !== 16],
  ])(
    "without a response closes its connection, and the next one uses a new one, if the server %s",
    async (_name, silent) => {
      const { query, server } = await openOn(
        (kind, number) => (number > 3 && number < 6 && silent(kind) ? "silence" : undefined),
        { requestTimeoutMs: 1_000 },
      );
      await expect(query()).rejects.toMatchObject({
        code: "CONNECTION_LOST",
        recovery: "retry",
        message: expect.stringMatching(/sent nothing for 1 s/),
      });
      await query();
      expect(server.kinds).toEqual([18, 16, 1, 3, 6, 18, 16, 1, 3]);
    },
  );

  it("may have its own idle time-out", async () => {
    const { db } = await openOn((kind) => (kind === request ? "silence" : undefined));
    const patient: CompiledQuery = { ...sql`SELECT 1`.compile(db), timeoutMs: 50 } as CompiledQuery;
    await expect(db.executeQuery(patient)).rejects.toMatchObject({
      message: expect.stringMatching(/0\.05 s/),
    });
  });

  it("that leaves a transaction open has its connection closed", async () => {
    const { query, server } = await openOn((kind, number) =>
      kind === request && number < 5 ? Buffer.concat([beginToken, errorToken(208, "No table.")]) : undefined,
    );
    await expect(query()).rejects.toMatchObject({ code: "SCHEMA_MISSING" });
    await query();
    expect(server.kinds).toEqual([18, 16, 1, 3, 18, 16, 1, 3]);
  });

  it("rejects with the reason if no connection can be opened", async () => {
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

describe("mssqlDriver: a transaction", () => {
  it.each([
    ["begin", 4],
    ["commit", 6],
  ])("is CONNECTION_LOST if its %s has no response", async (_step, silent) => {
    const { db } = await openOn((_kind, number) => (number === silent ? "silence" : undefined), {
      requestTimeoutMs: 50,
    });
    const work = db.transaction().execute((inside) => sql`SELECT 1`.execute(inside));
    await expect(work).rejects.toMatchObject({ code: "CONNECTION_LOST", recovery: "retry" });
  });

  it("uses one message each for begin, commit and rollback", async () => {
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

describe("mssqlDriver: close", () => {
  it("does not wait for a server that does not respond", async () => {
    const { opened, query, server } = await openOn((kind) => (kind === request ? "silence" : undefined));
    const waiting = expect(query()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await vi.waitUntil(() => server.kinds.includes(request), 120_000);
    await opened.close();
    await waiting;
  });

  it("closes the first connection if there was no query", async () => {
    const { opened, server } = await openOn(() => undefined);
    await opened.close();
    await server.close();
  });
});
