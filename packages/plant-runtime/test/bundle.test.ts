import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** What is in a bundle of the whole package, and what that imports from outside of itself. */
async function bundleAll(): Promise<string[]> {
  const { metafile } = await build({
    // The source and not what is built of it, in which what it took in could not be told any more.
    entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  return Object.values(metafile.outputs).flatMap(({ inputs, imports }) => [
    ...Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
    ...imports.map(({ path }) => path),
  ]);
}

test("a bundle of the package brings no driver, no simulator, no S3 client and no native module along", async () => {
  const found = await bundleAll();
  expect(found).toContainEqual(expect.stringMatching(/plant-etl\/dist\/index\.js$/));
  const heavy = /sqlite|libsql|tedious|tarn|simulator|@aws-sdk|\/s3\.js$|\.node$/;
  expect(found.filter((path) => heavy.test(path))).toEqual([]);
});
