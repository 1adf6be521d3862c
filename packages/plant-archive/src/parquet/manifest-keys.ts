/** The keys of the manifest in the metadata of a file. */
export const manifestKeys = {
  schemaVersion: "plant_archive.schema_version",
  partition: "plant_archive.partition",
  runId: "plant_archive.run_id",
  rows: "plant_archive.rows",
  digest: "plant_archive.digest",
} as const;
