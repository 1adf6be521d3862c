import { CompiledQuery, type Kysely } from "kysely";
import type { PlantDatabase } from "../database.js";
import type { PlantTables } from "../tables.js";
import type { BatchedTransaction } from "../transaction/batched-transaction.js";
import { executeStatement } from "../transaction/execute-statement.js";
import type { Statement } from "../transaction/statement.js";
import { joinStatements } from "./batch-statements.js";
import { parameterTypes } from "./parameter-types.js";
import type { MssqlQuery } from "./request.js";
import { writeLockStatement } from "./write-lock.js";

export async function inMssqlBatchedTransaction<Result>(
  { db, schema }: Pick<PlantDatabase, "db" | "schema">,
  work: (transaction: BatchedTransaction) => Promise<Result>,
): Promise<Result> {
  return await db.connection().execute(async (connection) => {
    let state = "new" as "new" | "open" | "ended";
    const begin = () => {
      if (state === "ended") throw new Error("The transaction has ended.");
      const text = state === "new" ? `${beginTransaction(schema)}\n` : "";
      state = "open";
      return text;
    };
    const transaction: BatchedTransaction = {
      async execute<Row>(statement: Statement) {
        if (state === "open") return (await executeStatement<Row>(connection, statement)).rows;
        return await sendBatch<Row>(connection, `${begin()}${callOf(statement)};`);
      },
      async commitIfChanged(statements) {
        const sql = begin() + commitIfChanged(statements);
        const [row] = await sendBatch<{ readonly changed: number }>(connection, sql);
        state = "ended";
        return row !== undefined && row.changed > 0;
      },
    };
    try {
      return await work(transaction);
    } finally {
      // A lost connection has rolled it back, and so has an error in a batch.
      if (state === "open") await sendBatch(connection, rollback).catch(() => undefined);
    }
  });
}

/**
 * Sends text as a batch: the server rejects a statement with parameters that begins a transaction and does not end it, or
 * the other way round (error 266).
 */
async function sendBatch<Row>(connection: Kysely<PlantTables>, sql: string): Promise<Row[]> {
  const query: MssqlQuery = { ...CompiledQuery.raw(sql), asBatch: true };
  return (await connection.executeQuery<Row>(query)).rows;
}

const beginTransaction = (schema: string | null) => `
BEGIN TRANSACTION;
${withLiterals(writeLockStatement(schema))};`;

const rollback = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;";

// In one call, so that each statement can use the @@ROWCOUNT of the one before.
const commitIfChanged = (statements: readonly Statement[]) => `
DECLARE @changed INT;
${callOf(joinStatements([...statements, { sql: "SET @changed = @@ROWCOUNT", parameters: [] }]), "@changed INT")};
IF @changed > 0 COMMIT TRANSACTION; ELSE ROLLBACK TRANSACTION;
SELECT @changed AS changed;`;

/** A call of a statement with parameters, whose plan does not depend on their values. */
function callOf(statement: Statement, output?: "@changed INT"): string {
  const types = parameterTypes(statement);
  const declarations = types.map((type, index) => `@${index + 1} ${type}`);
  const values = statement.parameters.map((value, index) => `@${index + 1} = ${literal(value)}`);
  if (output !== undefined) {
    declarations.push(`${output} OUTPUT`);
    values.push("@changed = @changed OUTPUT");
  }
  const call = `EXEC sp_executesql ${literal(statement.sql.trim())}`;
  return declarations.length === 0 ? call : [call, literal(declarations.join(", ")), ...values].join(", ");
}

function withLiterals({ sql, parameters }: Statement): string {
  return sql.trim().replace(/@(\d+)/g, (_name, place: string) => literal(parameters[Number(place) - 1]));
}

function literal(value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `N'${value.replaceAll("'", "''")}'`;
  if (Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`A batch cannot contain the value ${String(value)}.`);
}
