import { randomUUID } from "node:crypto";
import { DeleteObjectsCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, test } from "vitest";
import { parseS3Url } from "../src/objects/s3-location.js";
import { s3ObjectStore } from "../src/objects/s3-object-store.js";
import { objectStoreContract } from "../src/testing/object-store-contract.js";

/** A bucket to test on, as `s3://BUCKET/PREFIX?…`; credentials are found by the SDK's own rules. */
const url = process.env.PLANT_TEST_S3_URL;

if (url === undefined)
  describe("the S3 store on a given server", () => {
    test.skip("is not tested, because PLANT_TEST_S3_URL is not set");
  });
else {
  const { endpoint, region = "us-east-1", pathStyle = endpoint !== undefined, ...location } = parseS3Url(url);
  const client = new S3Client({ region, forcePathStyle: pathStyle, ...(endpoint && { endpoint }) });
  objectStoreContract({
    name: "the S3 store on the given server",
    make: async () => {
      const prefix = [location.prefix, randomUUID()].filter(Boolean).join("/");
      const store = s3ObjectStore({ client, ...location, prefix });
      return {
        store,
        close: async () => {
          const Objects: { Key: string }[] = [];
          for await (const { key } of store.list("")) Objects.push({ Key: `${prefix}/${key}` });
          if (Objects.length > 0)
            await client.send(new DeleteObjectsCommand({ Bucket: location.bucket, Delete: { Objects } }));
        },
      };
    },
  });
}
