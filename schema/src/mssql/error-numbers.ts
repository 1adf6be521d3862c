/** What an error number of SQL Server means for the client. */
export type MssqlErrorMeaning =
  | "busy"
  | "unavailable"
  | "login"
  | "database"
  | "permission"
  | "schema"
  | "tables"
  | "data";

/** Numbers that the T-SQL of this package throws. */
export const ownErrorNumbers = { writeLockNotGranted: 51_222, schemaMissing: 51_208 } as const;

/**
 * Error numbers of SQL Server, Azure SQL and RDS by meaning, from the documentation of the Database Engine and SqlClient's
 * lists of transient errors. Other numbers are neither transient nor caused by data.
 */
const numbersByMeaning: Readonly<Record<MssqlErrorMeaning, readonly number[]>> = {
  // Locks and resources in use: 1205 is a deadlock victim, 1222 a lock time-out, 3960 and 3966 are conflicts of row
  // versions, 8628…8651 memory, the rest throttling.
  busy: [
    1203,
    1204,
    1205,
    1222,
    3960,
    3966,
    8628,
    8645,
    8651,
    10_928,
    10_929,
    10_930,
    10_936,
    40_501,
    40_642,
    49_918,
    49_919,
    49_920,
    ownErrorNumbers.writeLockNotGranted,
  ],
  // A server or database that starts, stops, moves or is paused; 64, 233 and 10053…10061 are network errors, 596 and 3980
  // a session that was ended.
  unavailable: [
    64, 233, 596, 615, 921, 922, 927, 941, 952, 976, 983, 988, 3906, 3947, 3948, 3980, 4221, 6005, 10_053,
    10_054, 10_060, 10_061, 17_142, 17_197, 18_401, 40_143, 40_197, 40_540, 40_613, 42_108, 42_109, 49_802,
  ],
  login: [18_452, 18_456, 18_463, 18_464, 18_465, 18_466, 18_467, 18_468, 18_470, 18_486, 18_487, 18_488],
  database: [911, 916, 4060, 4064],
  // 1088 and 4902: the login may not add an index or a column.
  permission: [229, 230, 262, 297, 300, 1088, 3704, 4902, 15_247],
  schema: [ownErrorNumbers.schemaMissing],
  tables: [207, 208, 2760],
  // Values that do not fit their columns (220…248, 2628, 8114, 8115, 8152), NULL (515), references and checks (547),
  // unique keys (2601, 2627), invalid JSON (13608, 13609).
  data: [220, 232, 241, 242, 244, 245, 248, 515, 547, 2601, 2627, 2628, 8114, 8115, 8152, 13_608, 13_609],
};

const meanings: ReadonlyMap<number, MssqlErrorMeaning> = new Map(
  Object.entries(numbersByMeaning).flatMap(([meaning, numbers]) =>
    numbers.map((number) => [number, meaning as MssqlErrorMeaning] as const),
  ),
);

export function meaningOf(errorNumber: number): MssqlErrorMeaning | undefined {
  return meanings.get(errorNumber);
}
