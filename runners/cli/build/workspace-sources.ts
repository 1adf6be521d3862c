import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const entries: Readonly<Record<string, string>> = {
  "@lmnh/museum-simulator": "packages/museum-simulator/src/index.ts",
  "@lmnh/plant-archive": "packages/plant-archive/src/index.ts",
  "@lmnh/plant-archive/s3": "packages/plant-archive/src/object-store/s3/index.ts",
  "@lmnh/plant-etl": "packages/plant-etl/src/index.ts",
  "@lmnh/plant-etl/fetch": "packages/plant-etl/src/entries/fetch.ts",
  "@lmnh/plant-etl/http": "packages/plant-etl/src/entries/http.ts",
  "@lmnh/plant-etl/memory": "packages/plant-etl/src/entries/memory.ts",
  "@lmnh/plant-etl/recording": "packages/plant-etl/src/entries/recording.ts",
  "@lmnh/plant-etl/sql": "packages/plant-etl/src/entries/sql.ts",
  "@lmnh/plant-health": "packages/plant-health/src/index.ts",
  "@lmnh/plant-health/dashboard": "packages/plant-health/src/dashboard/index.ts",
  "@lmnh/plant-health/page": "packages/plant-health/src/page/index.ts",
  "@lmnh/plant-health/ses": "packages/plant-health/src/notify/ses-notifier.ts",
  "@lmnh/plant-health/sns": "packages/plant-health/src/notify/sns-notifier.ts",
  "@lmnh/plant-runtime": "packages/plant-runtime/src/index.ts",
  "@lmnh/plant-runtime/open": "packages/plant-runtime/src/open/index.ts",
  "@lmnh/plant-schema": "schema/src/index.ts",
  "@lmnh/plant-schema/internal": "schema/src/internal.ts",
  "@lmnh/plant-schema/internal/sql": "schema/src/internal-sql.ts",
  "@lmnh/plant-schema/model": "schema/src/model.ts",
  "@lmnh/plant-schema/mssql": "schema/src/mssql/index.ts",
  "@lmnh/plant-schema/seed": "schema/src/reference-data/seed.ts",
  "@lmnh/plant-schema/sqlite": "schema/src/sqlite/index.ts",
};

/**
 * The source of an entry of the workspace's packages.
 *
 * @throws Error for an entry that is not in the table
 */
export function entryPath(specifier: string): string {
  const entry = entries[specifier];
  if (entry === undefined) throw new Error(`${specifier} has no entry in build/workspace-sources.ts`);
  return `${root}${entry}`;
}

/** Bundles the workspace's packages from their sources, so that each command's chunk has only the modules that it uses. */
export const workspaceSources: Plugin = {
  name: "workspace-sources",
  setup({ onResolve }) {
    onResolve({ filter: /^@lmnh\// }, ({ path }) => ({ path: entryPath(path), sideEffects: false }));
  },
};
