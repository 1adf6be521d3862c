import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { describeRuntimeClient, runtimeClient } from "../../../../scripts/lambda-runtime.mjs";
import { bundle } from "../../scripts/bundle.mjs";

/** Below the package, so that the bundles find the driver that is not in them. */
const bundles = fileURLToPath(new URL("../../node_modules/.cache/plant-lambda", import.meta.url));

/** Makes the handlers' bundles again with SQLite in place of SQL Server, and sees to the client that runs them. */
export async function setup(project: TestProject): Promise<void> {
  const client = runtimeClient();
  await bundle(
    {
      etl: fileURLToPath(new URL("../entries/etl-sqlite.ts", import.meta.url)),
      archive: fileURLToPath(new URL("../entries/archive-sqlite.ts", import.meta.url)),
    },
    bundles,
    { external: ["libsql"] },
  );
  process.stderr.write(`Handlers run in ${describeRuntimeClient(client)}.\n`);
  project.provide("runtimeClient", client.entry);
  project.provide("sqliteBundles", bundles);
}

declare module "vitest" {
  export interface ProvidedContext {
    runtimeClient: string;
    sqliteBundles: string;
  }
}
