import { existsSync } from "node:fs";
import { dirname } from "node:path";
import {
  type DatabaseValues,
  defaultDatabase,
  ExitCode,
  type Resolved,
  resolveDatabase,
  type SettingTable,
  UserError,
} from "@lmnh/plant-runtime";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { openSqlite, sqlitePath } from "@lmnh/plant-schema/sqlite";
import type { Output } from "./output/output.js";
import { quoteForShell } from "./output/quote-for-shell.js";

/** A database that is known and not open yet. */
export interface DatabaseTarget {
  /** Without secrets. */
  readonly name: string;
  /** What its connection is not protected from, because the settings say so. `open` warns of them. */
  readonly risks: readonly string[];
  /**
   * `false` for a file that opening it would make.
   *
   * @throws UserError where the file's folder is missing and is not ours to make
   */
  exists(): boolean;
  open(options?: OpenOptions): Promise<PlantDatabase>;
}

export interface OpenOptions {
  /** SQLite only: writes nothing, and makes no file. */
  readonly readonly?: boolean;
  /** SQL Server only: how long it may be silent about a request, milliseconds. */
  readonly requestTimeoutMs?: number;
}

/** The database that the settings mean. */
export function databaseTarget(
  values: DatabaseValues,
  resolved: Resolved<SettingTable>,
  output: Output,
): DatabaseTarget {
  const choice = resolveDatabase(values, resolved);
  if (choice.kind === "sqlite") return sqliteTarget(choice.url);
  const { config, name, risks } = choice;
  return {
    name,
    risks,
    exists: () => true,
    open({ requestTimeoutMs } = {}) {
      for (const risk of risks) output.warn(risk);
      return openMssql(config, requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
    },
  };
}

/** A SQLite database. Its folder has to be there, but for the default's, which is made. */
function sqliteTarget(url: string): DatabaseTarget {
  const file = sqlitePath(url);
  const exists = () => {
    if (file === ":memory:") return false;
    const folder = dirname(file);
    if (url !== defaultDatabase && !existsSync(folder))
      throw new UserError(
        ExitCode.configuration,
        `The folder of the database ${url} does not exist. Is its disk mounted? Where the folder is to be new, make it: mkdir -p ${quoteForShell(folder)}`,
      );
    return existsSync(file);
  };
  return {
    name: url,
    risks: [],
    exists,
    async open({ readonly = false } = {}) {
      exists();
      return await openSqlite(url, { readonly });
    },
  };
}
