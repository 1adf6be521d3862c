import type { PlantDatabase } from "@lmnh/plant-schema";
import { type OpenMssqlOptions, openMssql } from "@lmnh/plant-schema/mssql";
import type { ResolvedDatabase } from "../resolve-database.js";

/** Opens SQL Server. An entry of its own, so that a bundle with it has no other driver. */
export async function openMssqlDatabase(
  { config }: Pick<Extract<ResolvedDatabase, { readonly kind: "mssql" }>, "config">,
  options: OpenMssqlOptions = {},
): Promise<PlantDatabase> {
  return await openMssql(config, options);
}
