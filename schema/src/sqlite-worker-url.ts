/** The built thread's file. It lies in the root of src, so that one path leads to it from here and from a bundle in dist. */
export const sqliteWorkerUrl = new URL("../dist/sqlite-worker.js", import.meta.url);
