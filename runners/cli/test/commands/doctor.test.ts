import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { settingsOf } from "@lmnh/plant-runtime";
import { describe, expect, onTestFinished, test } from "vitest";
import { closedPort } from "../support/closed-port.js";
import { makeFolder } from "../support/folder.js";
import { startMuseum } from "../support/museum.js";
import { plant } from "../support/plant.js";

describe("plant doctor", () => {
  test("shows each value with its origin and creates no database", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    writeFileSync(join(cwd, ".env"), "PLANT_DEADLINE=40s\nPLANT_EVERY=1m\n");
    writeFileSync(join(cwd, "plant.config.json"), '{ "concurrency": 3, "deadline": "1s" }');
    const { code, stdout } = await plant(["doctor", "--plants", "1-9", "--json"], {
      cwd,
      env: { PLANT_API_URL: url },
    });
    expect(code).toBe(0);
    const { settings, findings } = JSON.parse(stdout) as {
      settings: { key: string; value: string; origin: string }[];
      findings: { check: string; message: string }[];
    };
    const origins = Object.fromEntries(settings.map(({ key, value, origin }) => [key, [value, origin]]));
    expect(origins).toMatchObject({
      plants: ["1-9", "flag"],
      api: [url, "environment"],
      deadline: ["40s", ".env"],
      concurrency: ["3", "config file"],
      requestTimeout: ["10s", "default"],
    });
    expect(findings.map(({ check }) => check)).toEqual(["node", "settings", "database", "archive", "api"]);
    expect(readdirSync(cwd).sort()).toEqual([".env", "plant.config.json"]);
  });

  test("hides the password of the database and of the API", async () => {
    const { port } = await startMuseum();
    const { stdout, stderr } = await plant(["doctor"], {
      env: {
        PLANT_API_URL: `http://me:hunter2@127.0.0.1:${port}/api/plants`,
        PLANT_DATABASE: "mssql://sa:hunter3@127.0.0.1",
        DB_PASSWORD: "hunter4",
      },
    });
    expect(stdout).toMatch(/DB_PASSWORD +\*\*\* +environment/);
    expect(stdout + stderr).not.toMatch(/hunter/);
  });

  test("lists every setting, and names the receivers of alerts as plant status does, without secrets", async () => {
    const { url } = await startMuseum();
    const settingsWith = async (env: Readonly<Record<string, string>>) => {
      const { stdout } = await plant(["doctor", "--json", "--api", url], { env });
      const { settings } = JSON.parse(stdout) as { settings: { key: string; value: string | null }[] };
      return Object.fromEntries(settings.map(({ key, value }) => [key, value]));
    };
    const unset = await settingsWith({});
    expect(Object.keys(unset).sort()).toEqual(Object.keys(settingsOf("cli")).sort());
    expect(unset).toMatchObject({ notify: "log:", ping: null });
    const hook = "https://hooks.example/word";
    const set = await settingsWith({ PLANT_NOTIFY: `log: slack+${hook}`, PLANT_PING_URL: hook });
    const digest = createHash("sha256").update(hook).digest("hex").slice(0, 8);
    expect(set).toMatchObject({ notify: `log: slack-webhook:${digest} (hooks.example)`, ping: "***" });
  });

  test("lists the pending migrations and writes nothing", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    writeFileSync(join(cwd, "empty.db"), "");
    const doctor = () => plant(["doctor", "--api", url, "--database", "sqlite:empty.db"], { cwd });
    expect(await doctor()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/pending: 0001_\w+, 0002_/),
    });
    expect(statSync(join(cwd, "empty.db")).size).toBe(0);
    await plant(["migrate", "--database", "sqlite:empty.db"], { cwd });
    expect(await doctor()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/empty\.db is up to date/),
    });
  });

  test("exits with 78 when the folder of the database is missing", async () => {
    const { url } = await startMuseum();
    const { code, stdout } = await plant(["doctor", "--api", url, "--database", "sqlite:none/p.db"]);
    expect([code, stdout]).toEqual([78, expect.stringMatching(/NOT OK +database .*mkdir -p /)]);
  });

  test("checks the connection to the archive, and creates nothing", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const doctor = (archive: string) =>
      plant(["doctor", "--api", url, "--archive", archive], {
        cwd,
        env: { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" },
      });
    expect(await doctor("file:mine")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ok +archive +file:mine does not exist yet; plant archive creates it/),
    });
    expect(readdirSync(cwd)).toEqual([]);
    mkdirSync(join(cwd, "mine"));
    expect(await doctor("file:mine")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ok +archive +file:mine responded in /),
    });
    expect(await doctor("file:mine/deep/er")).toMatchObject({
      code: 78,
      stdout: expect.stringMatching(/NOT OK +archive .*mkdir -p .*mine\/deep/),
    });
    expect(await doctor("s3://x")).toMatchObject({
      code: 78,
      stdout: expect.stringMatching(/NOT OK +archive +The S3 URL is invalid/),
    });
    const endpoint = `http://127.0.0.1:${await closedPort()}`;
    expect(await doctor(`s3://museum-plants/a?endpoint=${endpoint}&region=eu-west-2`)).toMatchObject({
      code: 75,
      stdout: expect.stringMatching(
        /NOT OK +archive +s3:\/\/museum-plants\/a at .*the connection was refused/,
      ),
      stderr: "",
    });
  });

  test("reports an archive of another database, and a missing archive of this one", async () => {
    const { url } = await startMuseum();
    const old = await startMuseum({ now: () => Date.now() - 3 * 3_600_000 });
    const folderOf = async () => {
      const cwd = makeFolder();
      const now = new Date(Date.now() - 3 * 3_600_000).toISOString();
      for (const args of [["run", "--api", old.url, "--plants", "1-5", "--at", now], ["archive"]])
        expect(await plant(args, { cwd })).toMatchObject({ code: 0 });
      return cwd;
    };
    const [cwd, other] = [await folderOf(), await folderOf()];
    const doctor = (archive: string) => plant(["doctor", "--api", url, "--archive", archive], { cwd });
    expect(await doctor("file:plant-data/archive")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ok +archive +file:plant-data\/archive responded in/),
    });
    expect(await doctor(`file:${join(other, "plant-data/archive")}`)).toMatchObject({
      code: 78,
      stdout: expect.stringMatching(/NOT OK +archive +.* is another database's archive/),
    });
    rmSync(join(cwd, "plant-data/archive"), { recursive: true });
    expect(await doctor("file:plant-data/archive")).toMatchObject({
      code: 78,
      stdout: expect.stringMatching(
        /NOT OK +archive +.*is not where the archived readings .* disk is mounted/,
      ),
    });
  });

  test("exits with 75 when the API does not respond, and with 78 when another server does", async () => {
    const museum = await startMuseum({ script: { 1: { kind: "notJson" } } });
    const other = await plant(["doctor", "--api", museum.url]);
    expect(other).toMatchObject({
      code: 78,
      stdout: expect.stringMatching(/NOT OK +api .* returned status 200, but is not the plant API/),
    });
    const wrong = await plant(["doctor", "--api", museum.url.replace("/api/plants", "/wrong")]);
    expect(wrong).toMatchObject({
      code: 78,
      stdout: expect.stringMatching(/NOT OK +api .* returned status 404, but is not the plant API/),
    });
    await museum.close();
    const gone = await plant(["doctor", "--api", museum.url]);
    expect(gone).toMatchObject({
      code: 75,
      stdout: expect.stringMatching(/NOT OK +api .*No response from .* \(network: .*proxy/),
    });
  });

  test.each<[name: string, status: number, body: string, code: number, message: RegExp]>([
    ["a login", 401, "no", 78, /refuses every request .*PLANT_API_TOKEN or --api-token-file/],
    ["fewer requests", 429, "no", 75, /limits requests .*--every.*--concurrency/],
    ["the museum", 500, "no", 75, /responds with an error .*ask the museum/],
    [
      "another version",
      200,
      JSON.stringify({ plant_id: 1, name: "Venus flytrap", temperature: "warm" }),
      65,
      /responded for plant 1, and the response is rejected \(\w+ .*\)/,
    ],
    ["the museum, for a long response", 200, `[${" ".repeat(6e6)}]`, 65, /is rejected \(is longer than/],
    ["the address", 200, "<html>", 78, /is not the plant API \(.*JSON.*\)\. Check the address/],
  ])("names %s as the next step", async (_name, status, body, code, message) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const ended = await plant(["doctor", "--api", `http://127.0.0.1:${port}/api/plants`]);
    expect(ended.stdout).toMatch(message);
    expect(ended.code).toBe(code);
  });

  test("names every wrong setting, still checks the rest, and exits with 78", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const { code, stdout } = await plant(["doctor", "--api", url], {
      cwd,
      env: { PLANT_CONCURRENCY: "many", PLANT_EVERY: "1 minute", DB_HOST: "db.example" },
    });
    expect(code).toBe(78);
    expect(stdout).toMatch(/NOT OK +settings +PLANT_CONCURRENCY \(environment\) is "many"/);
    expect(stdout).toMatch(/NOT OK +settings +PLANT_EVERY/);
    expect(stdout).toMatch(/NOT OK +database +DB_USER, DB_PASSWORD, DB_NAME must be set/);
    expect(stdout).toMatch(/ok +api/);
    expect(existsSync(join(cwd, "plant-data"))).toBe(false);
  });
});
