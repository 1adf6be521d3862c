import { errorToken, type FakeResponse, startFakeTdsServer } from "@lmnh/testing/sql-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { openMssql } from "../../src/mssql/index.js";
import type { BatchedTransaction } from "../../src/transaction/batched-transaction.js";
import { inBatchedTransaction } from "../../src/transaction/in-batched-transaction.js";
import { expectQuietConsole } from "../support/quiet-console.js";

expectQuietConsole();

const [batch, request] = [1, 3];
const select = { sql: "\nSELECT a FROM b WHERE c = @1 AND d > @2", parameters: ["it's", -5] };
const update = { sql: "UPDATE b SET c = @1 WHERE d = @2", parameters: [null, 2 ** 53 - 1] };

/** What the work sends after the login. */
async function sentBy(
  work: (transaction: BatchedTransaction) => Promise<unknown>,
  response?: (kind: number, number: number) => FakeResponse | undefined,
) {
  const server = await startFakeTdsServer(response === undefined ? {} : { response });
  const database = await openMssql(`mssql://etl:x@localhost:${server.port}/plants?encrypt=false&schema=o]p`);
  onTestFinished(async () => {
    await database.close();
    await server.close();
  });
  const ofLogin = server.kinds.length;
  const start = server.received.length;
  const result = await inBatchedTransaction(database, work).catch((error: unknown) => error);
  const opening = server.received.subarray(0, start);
  // Otherwise an error would leave the transaction open.
  expect(opening.includes(Buffer.from("set xact_abort on", "utf16le"))).toBe(true);
  const bytes = server.received.subarray(start);
  const sends = (text: string) => bytes.includes(Buffer.from(text, "utf16le"));
  return { result, kinds: server.kinds.slice(ofLogin), sends };
}

describe("inBatchedTransaction on SQL Server", () => {
  it("begins with the first statement, and ends with the last ones", async () => {
    const { kinds, sends } = await sentBy(async (transaction) => {
      await transaction.execute(select);
      await transaction.execute(select);
      await transaction.commitIfChanged([update, update]);
    });
    // A batch of text for each end of the transaction: a request that opens or closes one alone is an error.
    expect(kinds).toEqual([batch, request, batch]);
    expect(
      sends(`BEGIN TRANSACTION;
DECLARE @granted INT;
EXEC @granted = sp_getapplock @Resource = N'plant-write [o]]p]', @LockMode = 'Exclusive', @LockOwner = 'Transaction',
  @LockTimeout = 15000;
IF @granted < 0
  THROW 51222, N'another program has been writing for 15 s', 1;
EXEC sp_executesql N'SELECT a FROM b WHERE c = @1 AND d > @2', N'@1 NVARCHAR(4000), @2 BIGINT', @1 = N'it''s', @2 = -5;`),
    ).toBe(true);
    expect(
      sends(`DECLARE @changed INT;
EXEC sp_executesql N'UPDATE b SET c = @1 WHERE d = @2;

UPDATE b SET c = @3 WHERE d = @4;

SET @changed = @@ROWCOUNT;', N'@1 NVARCHAR(4000), @2 BIGINT, @3 NVARCHAR(4000), @4 BIGINT, @changed INT OUTPUT', @1 = NULL, @2 = 9007199254740991, @3 = NULL, @4 = 9007199254740991, @changed = @changed OUTPUT;
IF @changed > 0 COMMIT TRANSACTION; ELSE ROLLBACK TRANSACTION;
SELECT @changed AS changed;`),
    ).toBe(true);
  });

  it("is rolled back by a work that does not commit, and by one that fails", async () => {
    const failure = new Error("no");
    const works = [
      async (transaction: BatchedTransaction) => void (await transaction.execute(select)),
      async (transaction: BatchedTransaction) => {
        await transaction.execute(select);
        throw failure;
      },
    ];
    const results: unknown[] = [];
    for (const work of works) {
      const { kinds, sends, result } = await sentBy(work);
      expect(kinds).toEqual([batch, batch]);
      expect(sends("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;")).toBe(true);
      results.push(result);
    }
    expect(results).toEqual([undefined, failure]);
  });

  it("fails with the error of the batch, also if the rollback fails", async () => {
    const { result, kinds } = await sentBy(
      (transaction) => transaction.execute(select),
      (kind, number) => (number > 3 && kind === batch ? errorToken(1205, "Deadlock") : undefined),
    );
    expect(result).toMatchObject({ code: "DATABASE_BUSY", recovery: "retry" });
    expect(kinds).toEqual([batch, batch]);
  });

  it("sends nothing for a work without statements", async () => {
    expect((await sentBy(async () => 5)).kinds).toEqual([]);
  });
});
