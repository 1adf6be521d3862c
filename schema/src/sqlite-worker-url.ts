/**
 * The worker's built file. This module is in the root of `src`, so that the same relative path is right here and in `dist`.
 *
 * @throws where `import.meta.url` is not known, as in a CJS bundle
 */
export function sqliteWorkerUrl(): URL {
  return new URL("../dist/sqlite-worker.js", import.meta.url);
}
