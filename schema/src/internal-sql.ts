/** As `internal`, for what needs Kysely. */
export { quoteSchema } from "./mssql/quote-identifier.js";
export { referenceStatements } from "./reference-data/load-reference-data.js";
export type { BatchedTransaction } from "./transaction/batched-transaction.js";
export { executeBatch } from "./transaction/execute-batch.js";
export { executeStatement } from "./transaction/execute-statement.js";
export { inBatchedTransaction } from "./transaction/in-batched-transaction.js";
export { jsonParameter, type Outcome, type Statement } from "./transaction/statement.js";
export { inWriteTransaction } from "./transaction/write-transaction.js";
