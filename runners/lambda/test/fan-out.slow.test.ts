import type { ArchiveReport } from "@lmnh/plant-archive";
import type { Report } from "@lmnh/plant-etl";
import { type S3Server, startS3Server } from "@lmnh/testing/s3-server";
import { readStateMachine, runStateMachine } from "@lmnh/testing/states-language";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { copyOf, filledDatabase, hourOf, migratedDatabase, rowsIn } from "./support/folders.js";
import { startLambda } from "./support/lambda.js";
import { lambdaService } from "./support/lambda-service.js";
import { startMuseum } from "./support/museum.js";

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3Server();
});
afterAll(() => s3.close());

const plants = 320;
const hours = 16;

/** Runs the state machine that Terraform makes over the real handlers. */
async function fanOut(
  name: "pull" | "archive",
  input: unknown,
  service: ReturnType<typeof lambdaService>,
  atOnce: number,
) {
  const values = {
    partition: "aws",
    function_arn: "arn:plant",
    max_concurrency: atOnce,
    tolerated_failure_percentage: 0,
  };
  return await runStateMachine(readStateMachine(name, values), input, {
    invoke: (_arn, event) => service.invoke(event),
    sleep: async () => {},
    random: () => 0,
  });
}

describe("Sixteen shards at once", () => {
  test("load the same database as one run", async () => {
    const museum = await startMuseum({ plantCount: plants });
    const [shards, one] = [await migratedDatabase(), await migratedDatabase()];
    const environment = { PLANT_API_URL: museum.url, PLANT_PLANTS: `1-${plants}` };
    const service = lambdaService(inject("sqliteBundles"), "etl", { ...environment, PLANT_DATABASE: shards });
    const execution = await fanOut("pull", { first: 1, last: plants, size: plants / 16 }, service, 16);

    const lambda = await startLambda(inject("sqliteBundles"), "etl", { ...environment, PLANT_DATABASE: one });
    const { report } = await lambda.invoke<Report>({});
    const { requested, loaded, duplicates, rejected, failed } = report;
    expect(execution).toEqual({
      status: "SUCCEEDED",
      output: { requested, loaded, duplicates, rejected, failed },
    });
    expect(service.processes()).toBe(16);
    expect(loaded).toBeGreaterThan(plants - 10);
    for (const content of contents) expect(rowsIn(shards, content), content).toEqual(rowsIn(one, content));
    expect(rowsIn(shards, "SELECT state, count(*) AS runs FROM etl_run GROUP BY 1")).toEqual([
      { state: "complete", runs: 16 },
    ]);
  });

  test("write the same archive as one run", async () => {
    const filled = await filledDatabase(Array.from({ length: hours }, (_, index) => -32 + index));
    const [shards, one] = [copyOf(filled), copyOf(filled)];
    const environment = (database: string, prefix: string) => ({
      PLANT_DATABASE: database,
      PLANT_ARCHIVE: `s3://${s3.bucket}/${prefix}?region=eu-west-2&endpoint=${s3.endpoint}`,
    });
    const service = lambdaService(inject("sqliteBundles"), "archive", environment(shards, "shards"));
    // The hours from 32 hours ago on; sixteen of them at once.
    const input = { until: `${hourOf(-16)}:10:00Z`, hours };
    const execution = await fanOut("archive", input, service, 16);

    const lambda = await startLambda(inject("sqliteBundles"), "archive", environment(one, "one"));
    const { report } = await lambda.invoke<ArchiveReport>({});
    expect(execution).toMatchObject({
      status: "SUCCEEDED",
      output: { rows: report.archived.rows, files: hours },
    });
    expect(service.processes()).toBe(16);
    expect(report.pruned.files).toBeGreaterThan(0);
    const catalog = "SELECT partition_hour, state, row_count, digest FROM archive_file ORDER BY 1";
    expect(rowsIn(shards, catalog)).toEqual(rowsIn(one, catalog));
    const left = "SELECT plant_id, recording_taken FROM plant_reading ORDER BY 1, 2";
    expect(rowsIn(shards, left)).toEqual(rowsIn(one, left));
    const objects = await objectsUnder("one");
    expect(Object.keys(objects).length).toBeGreaterThan(hours);
    expect(await objectsUnder("shards")).toEqual(objects);
  });
});

/** By what they are about, and not by the numbers that the database gave. */
const contents = [
  `SELECT p.plant_id, p.name, p.scientific_name, b.email, c.city_name, n.country_name
   FROM plant p LEFT JOIN botanist b ON b.botanist_id = p.botanist_id LEFT JOIN origin o ON o.origin_id = p.origin_id
   LEFT JOIN city c ON c.city_id = o.city_id LEFT JOIN country n ON n.country_id = c.country_id ORDER BY 1`,
  `SELECT plant_id, recording_taken, soil_moisture, temperature, last_watered, quality_flag
   FROM plant_reading ORDER BY 1, 2`,
  "SELECT plant_id, kind FROM plant_notice ORDER BY 1, 2",
];

/** Folders of the archive and how many objects each has; names of files are new each time. */
async function objectsUnder(prefix: string): Promise<Readonly<Record<string, number>>> {
  const folders: Record<string, number> = {};
  let token = "";
  do {
    const page = await fetch(
      `${s3.endpoint}/${s3.bucket}?list-type=2&prefix=${prefix}/&continuation-token=${token}`,
    );
    const text = await page.text();
    for (const [, key = ""] of text.matchAll(/<Key>(.*?)<\/Key>/g)) {
      const folder = key.slice(prefix.length, key.lastIndexOf("/"));
      folders[folder] = (folders[folder] ?? 0) + 1;
    }
    token = /<NextContinuationToken>(.*?)</.exec(text)?.[1] ?? "";
  } while (token !== "");
  return folders;
}
