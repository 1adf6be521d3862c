import { ExitCode, isSet, resolveDatabase, UserError } from "@lmnh/plant-runtime";
import { openMssqlDatabase } from "@lmnh/plant-runtime/mssql";
import { type MssqlConfig, parseMssqlUrl } from "@lmnh/plant-schema/mssql";
import type { DatabaseProvider } from "./database-provider.js";
import { type DatabaseSettings, isInvalidSetting, problemsOf } from "./lambda-settings.js";
import { type DatabaseLogin, parseDatabaseLogin } from "./parse-database-secret.js";
import { trustRdsCa } from "./rds-ca.js";
import type { ReadSecret } from "./read-secret.js";

/** SQL Server, with the login of a secret or of the environment. */
export function sqlServer(readSecret: ReadSecret): DatabaseProvider {
  return {
    check(settings) {
      if (isInvalidSetting(settings, "database")) return [];
      const { database } = settings.values;
      if (isSet(settings, "database"))
        return database.startsWith("mssql://")
          ? problemsOf(() => parseMssqlUrl(database))
          : ["PLANT_DATABASE (environment) must begin with mssql://: this Lambda opens SQL Server only"];
      // The secret may contain the server, as those of RDS do; it is not read before the first invocation.
      if (isSet(settings, "databaseSecret")) return [];
      return (["dbHost", "dbName", "dbUser", "dbPassword"] as const)
        .filter((key) => settings.values[key] === undefined)
        .map((key) => `${names[key]} is not set, and no PLANT_DATABASE_SECRET is`);
    },

    async open(settings, requestTimeoutMs) {
      const { databaseSecret } = settings.values;
      const readLogin =
        databaseSecret === undefined
          ? undefined
          : async () => parseDatabaseLogin(databaseSecret, await readSecret(databaseSecret));
      const config = configOf(settings, await readLogin?.());
      return await openMssqlDatabase(
        { config: trustRdsCa(config) },
        { requestTimeoutMs, ...(readLogin !== undefined && { renewLogin: readLogin }) },
      );
    },
  };
}

const names = { dbHost: "DB_HOST", dbName: "DB_NAME", dbUser: "DB_USER", dbPassword: "DB_PASSWORD" };

/** For the server the environment has precedence over the secret; for the login the secret has precedence. */
function configOf(settings: DatabaseSettings, login: DatabaseLogin | undefined): MssqlConfig {
  const { values } = settings;
  const host = values.dbHost ?? login?.host;
  if (host === undefined && !isSet(settings, "database"))
    throw new UserError(
      ExitCode.configuration,
      "DB_HOST is not set, and the secret of PLANT_DATABASE_SECRET has no host.",
    );
  const port = isSet(settings, "dbPort") ? values.dbPort : (login?.port ?? values.dbPort);
  const choice = resolveDatabase(
    {
      ...values,
      dbHost: host,
      dbName: values.dbName ?? login?.database,
      dbPort: port,
      dbUser: login?.user ?? values.dbUser,
      dbPassword: login?.password ?? values.dbPassword,
    },
    settings,
  );
  if (choice.kind !== "mssql")
    throw new UserError(ExitCode.configuration, "PLANT_DATABASE must begin with mssql://.");
  return login === undefined ? choice.config : { ...choice.config, ...loginOnly(login) };
}

function loginOnly({ user, password }: DatabaseLogin): Pick<MssqlConfig, "user" | "password"> {
  return { user, password };
}
