import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isKey } from "../../../src/object-store/object-key.js";
import { openS3ObjectStore } from "../../../src/object-store/s3/open-s3-object-store.js";
import { checkS3Location, parseS3Url } from "../../../src/object-store/s3/s3-url.js";

describe("an S3 URL", () => {
  test.each([
    ["s3://lmnh-archive", { bucket: "lmnh-archive", prefix: "" }],
    ["s3://lmnh-archive/", { bucket: "lmnh-archive", prefix: "" }],
    ["s3://lmnh.archive/a/b/", { bucket: "lmnh.archive", prefix: "a/b" }],
    [
      "s3://lmnh/a%20b/%C3%A9%2B+?region=eu-west-2",
      { bucket: "lmnh", prefix: "a b/é++", region: "eu-west-2" },
    ],
    [
      "s3://lmnh?endpoint=http://127.0.0.1:9000&pathStyle=false",
      { bucket: "lmnh", prefix: "", endpoint: "http://127.0.0.1:9000", pathStyle: false },
    ],
    ["s3://lmnh?sse=AES256", { bucket: "lmnh", prefix: "", sse: "AES256" }],
    [
      "s3://lmnh?sse=aws:kms&kmsKeyId=arn:aws:kms:eu-west-2:1:key/a&pathStyle=true",
      {
        bucket: "lmnh",
        prefix: "",
        sse: "aws:kms",
        kmsKeyId: "arn:aws:kms:eu-west-2:1:key/a",
        pathStyle: true,
      },
    ],
  ])("%s is parsed", (url, location) => {
    expect(parseS3Url(url)).toEqual(location);
  });

  test.each([
    ["", /begin with s3:/],
    ["s3:/lmnh", /begin with s3:/],
    ["https://lmnh.s3.amazonaws.com", /begin with s3:/],
    ["s3://lmnh/a#b", /#/],
    ["s3://", /bucket's name/],
    ["s3:///a", /bucket's name/],
    ["s3://LMNH", /bucket's name/],
    ["s3://lmnh:9000/a", /bucket's name/],
    ["s3://lm", /bucket's name/],
    ["s3://AKIASECRET:secret@lmnh/a", /credentials/],
    ["s3://lmnh//a", /prefix/],
    ["s3://lmnh/a/../b", /prefix/],
    ["s3://lmnh/a/%2e%2e/b", /prefix/],
    ["s3://lmnh/a%0Ab", /prefix/],
    ["s3://lmnh/100%", /%25/],
    ["s3://lmnh?region=", /region/],
    ["s3://lmnh?region=eu west", /region/],
    ["s3://lmnh?endpoint=127.0.0.1:9000", /endpoint/],
    ["s3://lmnh?endpoint=ftp://host", /endpoint/],
    ["s3://lmnh?endpoint=https://secret:secret@host", /endpoint/],
    ["s3://lmnh?endpoint=https://host?secret", /endpoint/],
    ["s3://lmnh?pathStyle=yes", /pathStyle/],
    ["s3://lmnh?sse=rot13", /sse/],
    ["s3://lmnh?kmsKeyId=secret", /kmsKeyId/],
    ["s3://lmnh?sse=AES256&kmsKeyId=secret", /kmsKeyId/],
    ["s3://lmnh?accessKeyId=secret", /other than region, endpoint/],
  ])("%s is rejected, with the problem and without the URL", async (url, problem) => {
    const refused = {
      name: "PlantArchiveError",
      code: "URL_INVALID",
      recovery: "abort",
      message: expect.stringMatching(problem),
    };
    expect(() => parseS3Url(url)).toThrow(expect.objectContaining({ code: "URL_INVALID" }));
    await expect(openS3ObjectStore(url)).rejects.toMatchObject(refused);
    await expect(openS3ObjectStore(url)).rejects.toMatchObject({
      message: expect.not.stringContaining("secret"),
    });
  });

  test("is the same location as its parts", () => {
    const part = fc.string({ unit: "binary", minLength: 1 });
    const prefix = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(
        prefix.filter(isKey),
        fc.stringMatching(/^[a-z0-9][a-z0-9.-]{1,20}[a-z0-9]$/),
        (text, bucket) => {
          const url = `s3://${bucket}/${text.split("/").map(encodeURIComponent).join("/")}`;
          expect(parseS3Url(url)).toEqual(checkS3Location({ bucket, prefix: text }));
        },
      ),
    );
  });
});
