import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** The files of a bundle of an entry of the package, and what it imports from outside of itself. */
async function bundle(entry: string): Promise<string[]> {
  const { metafile } = await build({
    // The source: what is built of it may be a chunk of several entries.
    entryPoints: [fileURLToPath(new URL(`../src/${entry}`, import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
    external: ["@aws-sdk/*", "tedious", "tarn"],
    logLevel: "error",
  });
  return Object.values(metafile.outputs).flatMap(({ inputs, imports }) => [
    ...Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
    ...imports.map(({ path }) => path),
  ]);
}

const sqlite = /sqlite|libsql|\.node$/;
const simulator = /simulator/;
const sqlServer = /tedious|tarn/;
const s3 = /@aws-sdk|\/s3\.js$/;

test.each([
  ["index.ts", /plant-etl\/dist\/index\.js$/, [sqlite, simulator, sqlServer, s3]],
  ["open/mssql.ts", sqlServer, [sqlite, simulator, s3]],
  ["open/s3.ts", s3, [sqlite, simulator, sqlServer]],
])("a bundle of %s has only the drivers that the entry is for", async (entry, expected, excluded) => {
  const found = await bundle(entry);
  expect(found).toContainEqual(expect.stringMatching(expected));
  for (const pattern of excluded) expect(found.filter((path) => pattern.test(path))).toEqual([]);
});
