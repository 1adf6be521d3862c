import { randomUUID } from "node:crypto";
import { DeleteObjectsCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, test } from "vitest";
import { s3ObjectStore } from "../../../src/object-store/s3/s3-object-store.js";
import { parseS3Url } from "../../../src/object-store/s3/s3-url.js";
import { objectStoreContract } from "../../../src/testing/object-store-contract.js";

/** A bucket to test on, as `s3://BUCKET/PREFIX?…`; the credentials have to be in the environment. */
const url = process.env.PLANT_TEST_S3_URL;

describe.skipIf(url === undefined)("on a given S3 server (skipped unless PLANT_TEST_S3_URL is set)", () => {
  objectStoreContract({ describe, test }, { name: "the S3 store", open: () => openEmptyPrefix(url ?? "") });
});

/** A store with a prefix of its own, which is empty again when it is closed. */
async function openEmptyPrefix(where: string) {
  const {
    endpoint,
    region = "us-east-1",
    pathStyle = endpoint !== undefined,
    ...location
  } = parseS3Url(where);
  const client = new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint !== undefined && { endpoint }),
  });
  const prefix = [location.prefix, randomUUID()].filter(Boolean).join("/");
  const store = s3ObjectStore({ client, ...location, prefix });
  return {
    store,
    async close() {
      const Objects: { Key: string }[] = [];
      for await (const { key } of store.list("")) Objects.push({ Key: `${prefix}/${key}` });
      if (Objects.length > 0)
        await client.send(new DeleteObjectsCommand({ Bucket: location.bucket, Delete: { Objects } }));
      client.destroy();
    },
  };
}
