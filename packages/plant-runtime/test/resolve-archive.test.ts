import { describe, expect, test } from "vitest";
import { resolveArchive } from "../src/resolve-archive.js";
import { resolveSettings, type SettingTexts } from "../src/settings/resolve-settings.js";
import { archiveSettings } from "../src/settings/setting-groups.js";

function archiveOf(environment: SettingTexts) {
  const resolved = resolveSettings(archiveSettings, { flags: {}, environment, dotEnv: {}, configFile: {} });
  return resolveArchive(resolved.values, resolved);
}

describe("resolveArchive", () => {
  test("returns the archive setting, else the bucket, else the default folder", () => {
    expect(archiveOf({})).toEqual({
      kind: "directory",
      url: "file:plant-data/archive",
      name: "file:plant-data/archive",
      directory: "plant-data/archive",
    });
    expect(archiveOf({ S3_BUCKET_NAME: "plants" })).toMatchObject({ kind: "s3", url: "s3://plants" });
    expect(archiveOf({ S3_BUCKET_NAME: "plants", PLANT_ARCHIVE: "file:mine" })).toMatchObject({
      directory: "mine",
    });
  });

  test("accepts a folder as a path or as a URL", () => {
    for (const url of ["file:/data/archive", "file:///data/archive"])
      expect(archiveOf({ PLANT_ARCHIVE: url })).toEqual({
        kind: "directory",
        url,
        name: url,
        directory: "/data/archive",
      });
  });

  test("returns a name without the credentials of the URL", () => {
    const url = "s3://plants/a?endpoint=http://me:hunter2@127.0.0.1:9000";
    expect(archiveOf({ PLANT_ARCHIVE: url })).toMatchObject({
      kind: "s3",
      url,
      name: expect.not.stringContaining("hunter2"),
    });
  });
});
