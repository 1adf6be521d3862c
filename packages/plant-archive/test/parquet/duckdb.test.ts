import { expect, test } from "vitest";
import { readingTable } from "../../src/model/reading-table.js";
import { decodePages, readManifest } from "../../src/parquet/decode-pages.js";
import { encodeTable } from "../../src/parquet/table-codec.js";
import { openInDuckdb } from "../support/duckdb.js";
import { encode } from "../support/reading-files.js";
import { buildReading, makeReadings } from "../support/readings.js";
import { sourceOf } from "../support/source-of.js";

const readings = [...makeReadings(25_000)];
const bytes = await encode(readings);

test("DuckDB finds the columns of plant_reading with their types", async () => {
  const ask = await openInDuckdb(bytes);
  expect(await ask("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM FILE)")).toEqual([
    ["plant_reading_id", "BIGINT"],
    ["plant_id", "BIGINT"],
    ["recording_taken", "TIMESTAMP WITH TIME ZONE"],
    ["soil_moisture", "DOUBLE"],
    ["temperature", "DOUBLE"],
    ["last_watered", "TIMESTAMP WITH TIME ZONE"],
    ["quality_flag", "INTEGER"],
    ["ingested_at", "TIMESTAMP WITH TIME ZONE"],
    ["run_id", "VARCHAR"],
  ]);
  expect(
    await ask("SELECT name FROM parquet_schema(FILE) WHERE repetition_type = 'OPTIONAL' ORDER BY name"),
  ).toEqual([["last_watered"], ["run_id"]]);
});

test("DuckDB reads every value exactly, in order", async () => {
  const ask = await openInDuckdb(bytes);
  const found = await ask(`
    SELECT plant_reading_id, plant_id, epoch_ms(recording_taken), soil_moisture, temperature, epoch_ms(last_watered),
      quality_flag, epoch_ms(ingested_at), run_id
    FROM FILE`);
  const wanted = readings.map((reading) => [
    BigInt(reading.readingId),
    BigInt(reading.plantId),
    BigInt(reading.recordingTaken),
    reading.soilMoisture,
    reading.temperature,
    reading.lastWatered === null ? null : BigInt(reading.lastWatered),
    reading.qualityFlag,
    BigInt(reading.ingestedAt),
    reading.runId,
  ]);
  expect(found.length).toBe(wanted.length);
  expect(
    found.filter((row, index) => row.some((cell, column) => !Object.is(cell, wanted[index]?.[column]))),
  ).toEqual([]);
});

test("DuckDB reads −0, the smallest and the largest numbers, and times before 1970 and after 2100", async () => {
  const ask = await openInDuckdb(
    await encode([
      buildReading({ soilMoisture: -0, temperature: 5e-324, recordingTaken: -1, readingId: 2 ** 53 - 1 }),
      buildReading({ soilMoisture: Number.MAX_VALUE, temperature: -Number.MAX_VALUE, recordingTaken: 5e12 }),
    ]),
  );
  expect(
    await ask("SELECT soil_moisture, temperature, epoch_ms(recording_taken), plant_reading_id FROM FILE"),
  ).toEqual([
    [-0, 5e-324, -1n, 2n ** 53n - 1n],
    [Number.MAX_VALUE, -Number.MAX_VALUE, 5_000_000_000_000n, 1n],
  ]);
});

test("each row group has correct statistics", async () => {
  const ask = await openInDuckdb(bytes);
  const stored = await ask(`
    SELECT row_group_id, path_in_schema, stats_min_value, stats_max_value, stats_null_count
    FROM parquet_metadata(FILE) WHERE path_in_schema <> 'run_id' ORDER BY ALL`);
  const columns = [
    "plant_reading_id",
    "plant_id",
    "recording_taken",
    "soil_moisture",
    "temperature",
    "last_watered",
    "quality_flag",
    "ingested_at",
  ];
  const counted = await ask(
    columns
      .map(
        (name) => `
          SELECT file_row_number // 10000 AS row_group_id, '${name}' AS path_in_schema, min(${name})::VARCHAR,
            max(${name})::VARCHAR, count(*) - count(${name})
          FROM read_parquet(FILE, file_row_number = true) GROUP BY ALL`,
      )
      .join(" UNION ALL ")
      .concat(" ORDER BY ALL"),
  );
  expect(stored).toEqual(counted);
  expect(stored).toHaveLength(3 * columns.length);
});

test("the statistics let a reader find the row groups of one plant", async () => {
  const ask = await openInDuckdb(bytes);
  expect(
    await ask(`
      SELECT count(*) FROM parquet_metadata(FILE)
      WHERE path_in_schema = 'plant_id' AND 30 BETWEEN stats_min_value::BIGINT AND stats_max_value::BIGINT`),
  ).toEqual([[1n]]);
  expect(await ask("SELECT count(*) FROM FILE WHERE plant_id = 30")).toEqual([[500n]]);
});

test("repeating columns have dictionaries, growing ones are delta-encoded, and measurements are plain", async () => {
  const ask = await openInDuckdb(bytes);
  expect(
    await ask("SELECT path_in_schema, encodings FROM parquet_metadata(FILE) WHERE row_group_id = 0"),
  ).toEqual([
    ["plant_reading_id", "DELTA_BINARY_PACKED"],
    ["plant_id", "PLAIN, RLE_DICTIONARY"],
    ["recording_taken", "DELTA_BINARY_PACKED"],
    ["soil_moisture", "PLAIN"],
    ["temperature", "PLAIN"],
    ["last_watered", "PLAIN, RLE_DICTIONARY"],
    ["quality_flag", "PLAIN, RLE_DICTIONARY"],
    ["ingested_at", "PLAIN, RLE_DICTIONARY"],
    ["run_id", "PLAIN, RLE_DICTIONARY"],
  ]);
});

test("pages are compressed, and the footer equals the manifest", async () => {
  const ask = await openInDuckdb(bytes);
  expect(await ask("SELECT DISTINCT compression FROM parquet_metadata(FILE)")).toEqual([["SNAPPY"]]);
  expect(
    await ask(`
      SELECT key::VARCHAR, value::VARCHAR FROM parquet_kv_metadata(FILE)
      WHERE key::VARCHAR NOT LIKE '%sha256' ORDER BY key`),
  ).toEqual([
    ["plant_archive.digest", (await readManifest(sourceOf(bytes))).digest],
    ["plant_archive.partition", "2026-01-26T13"],
    ["plant_archive.rows", "25000"],
    ["plant_archive.run_id", "archive-run"],
    ["plant_archive.schema_version", "1"],
  ]);
});

test("a Parquet file of DuckDB is not a file of the archive", async () => {
  const ask = await openInDuckdb(bytes);
  await ask("COPY (SELECT 1 AS plant_id) TO FILE (FORMAT parquet)");
  const [[content] = []] = await ask("SELECT content FROM read_blob(FILE)");
  const source = sourceOf(content as Uint8Array, "rewritten.parquet");
  await expect(decodePages(readingTable, source).next()).rejects.toMatchObject({
    code: "OBJECT_INVALID",
    message: expect.stringMatching(/^rewritten\.parquet .* was not written by this archive/),
  });
});

test("DuckDB reads tables: every type, columns of nothing but null, and no rows", async () => {
  const columns = [
    { name: "plant_id", type: "int64" },
    { name: "times_watered", type: "int32" },
    { name: "mean", type: "double", nullable: true },
    { name: "name", type: "string", nullable: true },
    { name: "observed_at", type: "timestamp", nullable: true },
    { name: "day", type: "date" },
  ] as const;
  const row = {
    plant_id: 1,
    times_watered: 2,
    mean: -0,
    name: "Épiphyte",
    observed_at: 1,
    day: "2026-01-26",
  };
  const nothing = { ...row, mean: null, name: null, observed_at: null, day: "1969-12-31" };
  const both = await openInDuckdb(encodeTable({ columns, rows: [row, nothing], metadata: {} }));
  expect(
    await both(
      "SELECT plant_id, times_watered, mean, name, epoch_ms(observed_at), day::VARCHAR, typeof(day) FROM FILE",
    ),
  ).toEqual([
    [1n, 2, -0, "Épiphyte", 1n, "2026-01-26", "DATE"],
    [1n, 2, null, null, null, "1969-12-31", "DATE"],
  ]);
  const onlyNulls = await openInDuckdb(encodeTable({ columns, rows: [nothing], metadata: {} }));
  expect(await onlyNulls("SELECT mean, name, observed_at FROM FILE")).toEqual([[null, null, null]]);
  const empty = await openInDuckdb(encodeTable({ columns, rows: [], metadata: {} }));
  expect(await empty("SELECT count(*), count(name) FROM FILE")).toEqual([[0n, 0n]]);
  expect(await empty("SELECT column_name FROM (DESCRIBE SELECT * FROM FILE)")).toEqual(
    columns.map(({ name }) => [name]),
  );
});
