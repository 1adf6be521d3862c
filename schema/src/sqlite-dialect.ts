import { CompiledQuery, type Dialect, type SqliteDatabase, SqliteDialect } from "kysely";

/**
 * Kysely's SQLite dialect, whose transactions take the write lock when they begin. A transaction that begins with
 * reading and then wants to write is refused at once when another has written meanwhile: waiting would not help it.
 */
export function immediateSqliteDialect(database: SqliteDatabase): Dialect {
  const dialect = new SqliteDialect({ database });
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver() {
      const driver = dialect.createDriver();
      driver.beginTransaction = async (connection) => {
        await connection.executeQuery(CompiledQuery.raw("begin immediate"));
      };
      return driver;
    },
  };
}
