// A process that puts objects until it is killed: writer.js (directory DIR | s3 ENDPOINT BUCKET) KEY [whole]
import { randomUUID } from "node:crypto";
import { directoryObjectStore } from "../../src/object-store/directory/directory-object-store.js";
import { openS3ObjectStore } from "../../src/object-store/s3/open-s3-object-store.js";

const [kind, place = "", ...rest] = process.argv.slice(2);
const [bucket = "", key = "", singleChunk] = kind === "s3" ? rest : ["", ...rest];

/** Ten mebibytes of one byte, which identifies the object. */
async function* body(mark: number) {
  const chunk = new Uint8Array(1024 * 1024).fill(mark);
  for (let left = 10; left > 0; left--) yield chunk;
  process.stdout.write("writing\n");
  if (singleChunk === undefined) await new Promise((resolve) => setTimeout(resolve, 60_000));
}

async function main(): Promise<void> {
  const store =
    kind === "s3"
      ? await openS3ObjectStore({ bucket, endpoint: place })
      : directoryObjectStore({ directory: place, newId: randomUUID });
  for (let object = 1; object < 200; object++) await store.put(`${key}${object}`, body(object));
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
