import { fileURLToPath } from "node:url";
import { createMssqlDatabase, startTdsProxy, type TestMssqlDatabase } from "@lmnh/testing/sql-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { startMuseum } from "../support/museum.js";
import { plant } from "../support/plant.js";

const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

describe.skipIf(serverUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  let made: TestMssqlDatabase;
  beforeAll(async () => {
    made = await createMssqlDatabase(serverUrl ?? "");
  });
  afterAll(() => made?.drop(), 60_000);

  const run = async (api: string, database: string, now: string, cwd = makeFolder()) => {
    const ended = await plant(["run", "--api", api, "--plants", "1-50", "--at", now, "--json"], {
      cwd,
      env: { PLANT_DATABASE: database },
    });
    expect(ended.code, ended.stderr).toBe(0);
    return JSON.parse(ended.stdout) as { loaded: number; duplicates: number };
  };

  test("plant migrate creates the tables and loads the seed", async () => {
    const seed = fileURLToPath(new URL("../../../../schema/seed", import.meta.url));
    const { code, stdout } = await plant(["migrate", "--seed", seed, "--json"], {
      env: { PLANT_DATABASE: made.url },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ present: [], quarantined: [], seeded: { plants: 49 } });
  });

  test("plant run makes seven round trips", async () => {
    const now = "2026-03-01T12:00:00.000Z";
    const { url } = await startMuseum({ now: () => Date.parse(now) });
    const proxy = await startTdsProxy(made.url);
    expect(await run(url, proxy.url, now)).toMatchObject({ loaded: 48, duplicates: 0 });
    expect(proxy.messages).toEqual(["prelogin", "login", "batch", "rpc", "rpc", "rpc", "rpc"]);
    await proxy.close();
  });

  test("two runs of plant run at one instant store one row per plant", async () => {
    for (const minute of [1, 2, 3]) {
      const now = `2026-03-01T13:0${minute}:00.000Z`;
      const { url } = await startMuseum({ now: () => Date.parse(now) });
      const cwd = makeFolder();
      const reports = await Promise.all([run(url, made.url, now, cwd), run(url, made.url, now, cwd)]);
      expect(reports.map(({ loaded }) => loaded).sort((a, b) => a - b)).toEqual([0, 48]);
    }
  });

  test("plant rejections lists the rejection of a run", async () => {
    const now = "2026-03-01T14:00:00.000Z";
    const { url } = await startMuseum({ now: () => Date.parse(now), script: { 3: { kind: "notJson" } } });
    const cwd = makeFolder();
    const env = { PLANT_DATABASE: made.url };
    expect(await plant(["run", "--api", url, "--plants", "3", "--at", now], { env, cwd })).toMatchObject({
      code: 65,
    });
    const { code, stdout } = await plant(["rejections"], { env, cwd });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/plant 3 +reading +200 +open[\s\S]*1 open rejection/),
    ]);
  });

  test("plant doctor reports the migrations as up to date, and the encryption of the connection", async () => {
    const { url } = await startMuseum();
    const { code, stdout } = await plant(["doctor", "--api", url, "--database", made.url]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/ok +database +mssql:\/\/.* is up to date; the (connection|database server)/),
    ]);
  });
});
