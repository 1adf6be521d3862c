import type { PlantDatabase, PlantRejectionTable, PlantTables } from "@lmnh/plant-schema";
import { type Kysely, type RawBuilder, type Selectable, type SelectQueryBuilder, sql } from "kysely";
import type { RejectionLog, RejectionQuery, StoredRejection } from "../ports.js";
import { formatTimestamp } from "../transform/parse-timestamp.js";
import type { ValidationIssue } from "../validation-issue.js";

/** The rejections of a migrated database. */
export function sqlRejectionLog(database: Pick<PlantDatabase, "db" | "dialect" | "schema">): RejectionLog {
  const { dialect, schema } = database;
  const db: Kysely<PlantTables> = schema === null ? database.db : database.db.withSchema(schema);
  const at = instants[dialect];
  const first =
    (count: number) =>
    <Tables, Table extends keyof Tables, Row>(query: SelectQueryBuilder<Tables, Table, Row>) =>
      dialect === "mssql" ? query.top(count) : query.limit(count);
  const matching = ({ plantId, since, kind, resolved = false }: RejectionQuery) =>
    db
      .selectFrom("plant_rejection")
      .$if(plantId !== undefined, (query) => query.where("plant_id", "=", plantId ?? 0))
      .$if(since !== undefined, (query) => query.where("received_at", ">=", at(since ?? "")))
      .$if(kind !== undefined, (query) => query.where("reading_rejected", "=", kind === "reading" ? 1 : 0))
      .$if(!resolved, (query) => query.where("resolved_at", "is", null));

  return {
    async newest(query, limit) {
      const rows = await matching(query)
        .selectAll()
        .orderBy("received_at", "desc")
        .orderBy("plant_rejection_id", "desc")
        .$call(first(limit))
        .execute();
      return rows.map(toRejection);
    },

    async count(query) {
      const { rejections } = await matching(query)
        .select(({ fn }) => fn.countAll().as("rejections"))
        .executeTakeFirstOrThrow();
      return Number(rejections);
    },

    async page(query, afterId, limit) {
      const rows = await matching(query)
        .selectAll()
        .where("plant_rejection_id", ">", afterId)
        .orderBy("plant_rejection_id")
        .$call(first(limit))
        .execute();
      return rows.map(toRejection);
    },

    async read(rejectionId) {
      const row = await db
        .selectFrom("plant_rejection")
        .selectAll()
        .where("plant_rejection_id", "=", rejectionId)
        .executeTakeFirst();
      return row === undefined ? null : toRejection(row);
    },

    async markResolved(rejectionIds, { runId, resolvedAt }) {
      if (rejectionIds.length === 0) return 0;
      const { numUpdatedRows } = await db
        .updateTable("plant_rejection")
        .set({ resolved_at: at(resolvedAt), resolved_by: runId })
        .where("plant_rejection_id", "in", rejectionIds)
        .where("resolved_at", "is", null)
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },
  };
}

const instants: Readonly<Record<PlantDatabase["dialect"], (text: string) => RawBuilder<string>>> = {
  sqlite: (text) => sql<string>`${text}`,
  mssql: (text) => sql<string>`CONVERT(DATETIME2(3), ${text}, 127)`,
};

function toRejection(row: Selectable<PlantRejectionTable>): StoredRejection {
  return {
    // A BIGINT of SQL Server is text.
    rejectionId: Number(row.plant_rejection_id),
    plantId: row.plant_id,
    receivedAt: toIso(row.received_at),
    httpStatus: row.http_status,
    readingRejected: row.reading_rejected === 1,
    issues: toIssues(row.issues),
    body: row.body,
    bodyEncoding: row.body_encoding,
    bodyBytes: row.body_bytes,
    digest: row.digest,
    runId: row.run_id,
    resolvedAt: row.resolved_at === null ? null : toIso(row.resolved_at),
    resolvedBy: row.resolved_by,
  };
}

/** A time of SQLite (text) or SQL Server (`Date`). */
function toIso(time: string | Date): string {
  return time instanceof Date ? formatTimestamp(time.getTime()) : time;
}

function toIssues(json: string): readonly ValidationIssue[] {
  try {
    return JSON.parse(json) as readonly ValidationIssue[];
  } catch {
    return [{ path: "", message: "the stored issues are not JSON", value: "" }];
  }
}
