import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { describeRuntimeClient, findRuntimeClient } from "../../../../scripts/lambda-runtime.mjs";
import { bundle } from "../../scripts/bundle.mjs";

/** Below the package, so that the bundles find the driver that is not in them. */
const bundles = fileURLToPath(new URL("../../node_modules/.cache/plant-lambda", import.meta.url));

/** Bundles the handlers with SQLite in place of SQL Server, and finds the client that runs them. */
export async function setup(project: TestProject): Promise<void> {
  const client = findRuntimeClient();
  if (client === null)
    throw new Error(
      "AWS's Lambda runtime client is not installed. `npm test` installs it; so does: node scripts/lambda-runtime.mjs",
    );
  await bundle(
    {
      etl: fileURLToPath(new URL("../entries/etl-sqlite.ts", import.meta.url)),
      archive: fileURLToPath(new URL("../entries/archive-sqlite.ts", import.meta.url)),
      alert: fileURLToPath(new URL("../entries/alert-sqlite.ts", import.meta.url)),
      dashboard: fileURLToPath(new URL("../entries/dashboard-sqlite.ts", import.meta.url)),
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
