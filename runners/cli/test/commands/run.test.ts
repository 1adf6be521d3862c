import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Report } from "@lmnh/plant-etl";
import { describe, expect, onTestFinished, test } from "vitest";
import { closedPort } from "../support/closed-port.js";
import { makeFolder } from "../support/folder.js";
import { countIn, rowsIn, startMuseum } from "../support/museum.js";
import { plant, startPlant } from "../support/plant.js";
import { plantProcess, startPlantProcess } from "../support/plant-process.js";
import { waitFor } from "../support/wait-for.js";

describe("plant run", () => {
  test("creates the default database, pulls every plant that it discovers, and exits with 0", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    const { code, stdout, stderr } = await plant(["run", "--api", url], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/run ok after .*loaded 48 /);
    expect(stderr).toMatch(/migrated: 0001/);
    expect(countIn(join(cwd, "plant-data/plants.db"), "SELECT count(*) FROM plant_reading")).toBe(48);
  });

  test("prints only the report on stdout with --json, and its numbers add up", async () => {
    const { url } = await startMuseum({ script: { 3: { kind: "htmlError" } } });
    const { code, stdout } = await plant(["run", "--api", url, "--plants", "1-10", "--json", "--verbose"]);
    const report = JSON.parse(stdout) as Report;
    expect(code).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    const { requested, loaded, duplicates, conflicts, notices, rejected, failed } = report;
    expect(
      loaded +
        duplicates +
        conflicts +
        notices.notFound +
        notices.onLoan +
        notices.sensorFault +
        rejected +
        failed,
    ).toBe(requested);
    expect(report).toMatchObject({
      requested: 10,
      loaded: 8,
      notices: { notFound: 1 },
      failed: 1,
      complete: true,
    });
  });

  test("prints every notice with --verbose", async () => {
    const { url } = await startMuseum();
    const run = (...args: string[]) => plant(["run", "--api", url, "--plants", "42-52", ...args]);
    const { stderr } = await run("--verbose");
    expect(stderr).toMatch(/^plant 43: status 404 at attempt 1: on loan$/m);
    expect(stderr).toMatch(/^plant 52: status 404 at attempt 1: not found$/m);
    expect((await run()).stderr).not.toMatch(/on loan/);
  });

  test("prints failed plants with the reason on stderr", async () => {
    const { url } = await startMuseum({ script: { 3: { kind: "htmlError" }, 4: { kind: "htmlError" } } });
    const { code, stderr } = await plant(["run", "--api", url, "--plants", "1-6"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/no response for 2 plants \(3-4\): status: HTTP status 503/);
  });

  test("sends each --header, and a token from the environment", async () => {
    const requests: IncomingMessage["headers"][] = [];
    const server = createServer(({ headers }, response) => {
      requests.push(headers);
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ["run", "--api", url, "--plants", "1", "--database", "sqlite::memory:"];
    await plant([...args, "--header", "x-api-key: k-1", "--header", "accept-language: en"], {
      env: { PLANT_API_TOKEN: "t-1" },
    });
    expect(requests).toEqual([
      expect.objectContaining({ authorization: "Bearer t-1", "x-api-key": "k-1", "accept-language": "en" }),
    ]);
  });

  test("ends the request of --ping at SIGINT without a warning", async () => {
    const api = (await startMuseum()).url;
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    const requested = once(server, "request");
    await once(server, "listening");
    const ping = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ["run", "--api", api, "--plants", "1", "--database", "sqlite::memory:", "--ping", ping];
    const { signal, ended } = startPlant(args);
    await requested;
    signal("SIGINT");
    const { code, stderr } = await ended;
    server.closeAllConnections();
    server.close();
    expect(code).toBe(0);
    expect(stderr).not.toContain("--ping");
  });

  test("requests --ping after a run whose outcome is ok, and after no other", async () => {
    const { url } = await startMuseum();
    const pings: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      pings.push(request.url);
      response.writeHead(pings.length === 1 ? 200 : 500).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const ping = `http://127.0.0.1:${(server.address() as AddressInfo).port}/check-id`;
    const run = (api: string) =>
      plant(["run", "--api", api, "--plants", "1", "--database", "sqlite::memory:", "--ping", ping]);
    expect((await run(url)).code).toBe(0);
    expect(pings).toEqual(["/check-id"]);
    expect((await run(`http://127.0.0.1:${await closedPort()}`)).code).toBe(75);
    expect(pings).toHaveLength(1);
    // The heartbeat has no effect on the outcome, and its address is a secret.
    const refused = await run(url);
    expect(refused.code).toBe(0);
    expect(refused.stderr).toContain("the address of --ping was not reached: HTTP status 500");
    expect(refused.stderr).not.toContain("check-id");
  });

  test("exits with 78 and the ways to give a login if the API refuses every request", async () => {
    const server = createServer((_request, response) => response.writeHead(401).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stderr } = await plant(["run", "--api", url, "--plants", "1-3"]);
    expect(code).toBe(78);
    expect(stderr).toMatch(/refuses every request \(HTTP status 401: .*PLANT_API_TOKEN or --api-token-file/);
  });

  test("exits with 75 if more plants fail than --max-failed allows", async () => {
    const { url } = await startMuseum({ script: { 3: { kind: "htmlError" } } });
    const run = (limit: string) => plant(["run", "--api", url, "--plants", "1-4", "--max-failed", limit]);
    expect((await run("25%")).code).toBe(0);
    const { code, stderr } = await run("24%");
    expect(code).toBe(75);
    expect(stderr).toMatch(/1 of 4 plants have no response, more than the 24% allowed/);
  });

  test("has no deadline for a replay", async () => {
    const cwd = makeFolder();
    const { url } = await startMuseum();
    await plant(["run", "--api", url, "--plants", "1-5", "--record", "a.ndjson"], { cwd });
    const responses = readFileSync(join(cwd, "a.ndjson"), "utf8").repeat(400);
    writeFileSync(join(cwd, "long.ndjson"), responses);
    const { code, stdout } = await plant(["run", "--replay", "long.ndjson", "--deadline", "1ms", "--json"], {
      cwd,
    });
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { requested: 2000, duplicates: 2000, complete: true },
    ]);
  });

  test("rejects a recording without responses", async () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, "hello.txt"), "hello\n");
    writeFileSync(join(cwd, "empty.ndjson"), "");
    for (const file of ["hello.txt", "empty.ndjson"])
      expect(await plant(["run", "--replay", file], { cwd })).toMatchObject({
        code: 65,
        stdout: expect.not.stringMatching(/run (ok|complete)/),
        stderr: expect.stringMatching(/^error: .*recording/m),
      });
  });

  test("appends to a recording behind a line that is cut off, and replays the lines before and after it", async () => {
    const cwd = makeFolder();
    const { url } = await startMuseum();
    const record = (ids: string) =>
      plant(["run", "--api", url, "--plants", ids, "--record", "a.ndjson"], { cwd });
    await record("1-3");
    const recording = readFileSync(join(cwd, "a.ndjson"), "utf8");
    writeFileSync(join(cwd, "a.ndjson"), recording.slice(0, -30));
    await record("4-6");
    const database = "sqlite:replayed.db";
    const { code, stdout, stderr } = await plant(
      ["run", "--replay", "a.ndjson", "--database", database, "--json"],
      { cwd },
    );
    expect(stderr).toMatch(/line 3 of a.ndjson was cut off in the middle and is left out/);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { requested: 5, loaded: 5 }]);
  });

  test("loads responses that it cannot record and exits with 75; the recording can still be replayed", async () => {
    const cwd = makeFolder();
    const { url } = await startMuseum();
    // The disk is full within the second response: no file may have more bytes.
    const maxFileBytes = 2_097_152;
    const record = (ids: string) => [
      "run",
      "--api",
      url,
      "--plants",
      ids,
      "--concurrency",
      "1",
      "--record",
      "a.ndjson",
    ];
    await plant(record("1"), { cwd });
    const [line = ""] = readFileSync(join(cwd, "a.ndjson"), "utf8").split("\n");
    const room = Math.round(line.length * 1.5);
    writeFileSync(join(cwd, "a.ndjson"), `${" ".repeat(maxFileBytes - room - 1)}\n`);
    const full = await plantProcess(record("1-6"), { cwd, maxFileBytes });
    expect(full.code).toBe(75);
    expect(full.stdout).toMatch(/run degraded \(recording_incomplete, exit 75\).*requested 6, loaded 6/);
    // The run log has the outcome of the run itself.
    expect(
      rowsIn(join(cwd, "plant-data", "plants.db"), "SELECT outcome, reason, exit_code FROM etl_run").at(-1),
    ).toEqual({ outcome: "ok", reason: null, exit_code: 0 });
    expect(full.stderr).toMatch(
      /warning: the recording is not writable, and the run continues without it: a.ndjson has/,
    );
    expect(full.stderr).toMatch(
      /error: .*recording is incomplete: a.ndjson has only the first 1 response of this run: EFBIG/,
    );

    // There is room again: the line that was cut off is ended, and the rest comes behind it.
    expect((await plant(record("8-9"), { cwd })).code).toBe(0);
    const replay = ["run", "--replay", "a.ndjson", "--database", "sqlite:replayed.db", "--json"];
    const replayed = await plant(replay, { cwd });
    expect(replayed.stderr).toMatch(/line \d+ of a.ndjson was cut off in the middle and is left out/);
    expect([replayed.code, JSON.parse(replayed.stdout)]).toMatchObject([0, { requested: 3, loaded: 3 }]);
  });

  test("rejects --record into a pipe, whose reader could stop the run", async () => {
    const cwd = makeFolder();
    execFileSync("mkfifo", [join(cwd, "pipe")]);
    const { url } = await startMuseum();
    const { code, stderr } = await plant(["run", "--api", url, "--plants", "1", "--record", "pipe"], { cwd });
    expect([code, stderr]).toEqual([78, expect.stringMatching(/--record pipe is a pipe or a socket/)]);
  });

  test("rejects --record into a file that is not a recording, and continues one that is empty or cut off", async () => {
    const cwd = makeFolder();
    const { url } = await startMuseum();
    const record = async (file: string) => {
      const args = ["run", "--api", url, "--plants", "1", "--record", file];
      return await plant([...args, "--database", "sqlite:plants.db"], { cwd });
    };
    writeFileSync(join(cwd, "empty"), "");
    writeFileSync(join(cwd, "cut-off"), '{"v":1,"plan');
    for (const file of ["empty", "cut-off"]) expect((await record(file)).code).toBe(0);
    writeFileSync(join(cwd, "notes.txt"), "notes\n");
    writeFileSync(join(cwd, "archive.json"), '{\n  "archiveId": "1"\n}\n');
    writeFileSync(join(cwd, "log.ndjson"), '{"level":"info"}\n');
    for (const file of ["plants.db", "notes.txt", "archive.json", "log.ndjson"]) {
      const before = readFileSync(join(cwd, file));
      const { code, stderr } = await record(file);
      expect([code, stderr]).toEqual([
        78,
        `error: ${file} exists and is not a recording. Name another file with --record.\n`,
      ]);
      expect(readFileSync(join(cwd, file)).equals(before)).toBe(true);
    }
  });

  test("records again in a later run of a watch after a failed write", async () => {
    const cwd = makeFolder();
    const { url } = await startMuseum();
    const args = ["run", "--api", url, "--plants", "1-3", "--watch", "--every", "1s", "--record", "a.ndjson"];
    const watch = startPlant(args, { cwd });
    await watch.until("stdout", /loaded 3/);
    // At once, so that no run finds neither: a folder cannot be opened for writing.
    symlinkSync(".", join(cwd, "folder"));
    renameSync(join(cwd, "folder"), join(cwd, "a.ndjson"));
    await watch.until(
      "stderr",
      /error: .*recording is incomplete: a.ndjson has no response of this run: EISDIR/,
    );
    rmSync(join(cwd, "a.ndjson"));
    await waitFor(
      () => existsSync(join(cwd, "a.ndjson")) && readFileSync(join(cwd, "a.ndjson"), "utf8").includes("\n"),
    );
    watch.signal("SIGTERM");
    await watch.ended;
    expect(
      (await plant(["run", "--replay", "a.ndjson", "--database", "sqlite::memory:"], { cwd })).code,
    ).toBe(0);
  });

  test("replays a recording behind a byte order mark, and rejects one that is not UTF-8 with the line number", async () => {
    const cwd = makeFolder();
    const { url } = await startMuseum();
    await plant(["run", "--api", url, "--plants", "1-2", "--record", "a.ndjson"], { cwd });
    const recorded = readFileSync(join(cwd, "a.ndjson"), "utf8").replace(`\\"name\\":\\"`, "$&\u00c9");
    expect(recorded).toContain("\u00c9");
    writeFileSync(join(cwd, "marked.ndjson"), `\ufeff${recorded}`);
    writeFileSync(join(cwd, "latin1.ndjson"), Buffer.from(recorded, "latin1"));
    writeFileSync(join(cwd, "utf16.ndjson"), Buffer.from(`\ufeff${recorded}`, "utf16le"));
    const replay = (file: string) =>
      plant(["run", "--replay", file, "--database", "sqlite::memory:", "--json"], { cwd });
    const marked = await replay("marked.ndjson");
    expect([marked.code, JSON.parse(marked.stdout)]).toMatchObject([0, { loaded: 2 }]);
    const latin1 = await replay("latin1.ndjson");
    expect(latin1.code).toBe(65);
    expect(latin1.stderr).toMatch(
      /Line 1 of the recording is not a response: it is not valid utf-8: byte 0xc9 at offset/,
    );
    expect(await replay("utf16.ndjson")).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(/Line 1 .* UTF-16/),
    });
  });

  test("replays a response that is not text into the same rejection", async () => {
    const cwd = makeFolder();
    const body = Buffer.from('{"plant_id":1,"name":"Caf\u00e9"}', "latin1");
    const server = createServer((_, response) => response.end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const api = `http://127.0.0.1:${port}`;
    const { stderr } = await plant(
      ["run", "--api", api, "--plants", "1", "--record", "a.ndjson", "--database", "sqlite:a.db"],
      { cwd },
    );
    server.close();
    expect(stderr).toMatch(/plant 1 rejected \(status 200\): is not valid utf-8: byte 0xe9 at offset 25/);
    await plant(["run", "--replay", "a.ndjson", "--database", "sqlite:b.db"], { cwd });
    const [pulled, replayed] = ["a.db", "b.db"].map((name) =>
      rowsIn(
        join(cwd, name),
        "SELECT body, body_encoding, body_bytes, digest, issues, received_at FROM plant_rejection",
      ),
    );
    expect(pulled).toEqual([
      expect.objectContaining({
        body: body.toString("base64"),
        body_encoding: "base64",
        body_bytes: body.length,
      }),
    ]);
    expect(replayed).toEqual(pulled);
  });

  test("exits with 75 and one line without credentials if no server is at the address", async () => {
    const port = await closedPort();
    const { code, stderr } = await plant([
      "run",
      "--api",
      `http://me:hunter2@127.0.0.1:${port}/p`,
      "--plants",
      "1-3",
      "--quiet",
    ]);
    expect(code).toBe(75);
    expect(stderr).not.toContain("hunter2");
    const errors = stderr.split("\n").filter((line) => line.startsWith("error:"));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}/p .*ECONNREFUSED.*plant simulate`));
  });

  test("reports no response in line, JSON and run log", async () => {
    const api = `http://127.0.0.1:${await closedPort()}/p`;
    const cwd = makeFolder();
    const args = ["run", "--api", api, "--plants", "1-3"];
    const ended = { outcome: "failed", reason: "no_response", complete: false };
    const { code, stdout } = await plant([...args, "--json"], { cwd });
    expect([code, JSON.parse(stdout)]).toMatchObject([75, { ...ended, exitCode: 75, failed: 3 }]);
    expect((await plant(args, { cwd })).stdout).toMatch(/run failed \(no_response, exit 75\) after/);
    const rows = rowsIn(
      join(cwd, "plant-data/plants.db"),
      "SELECT state, outcome, reason, exit_code FROM etl_run",
    );
    const row = { state: "failed", outcome: "failed", reason: "no_response", exit_code: 75 };
    expect(rows).toEqual([row, row]);
  });

  test.each([
    ["ahead of", 3, "futureTime", "all_in_future", /are in the future: check this machine's clock/],
    ["behind", -3, "staleTime", "all_stale", /are more than an hour old: check whether/],
  ])("is degraded when the API is hours %s this machine's clock, and counts the flag", async (...given) => {
    const [, hours, flag, reason, problem] = given;
    const { url } = await startMuseum({ now: () => Date.now() + hours * 3_600_000, anomalies: false });
    const args = ["run", "--api", url, "--plants", "20-28"];
    const { code, stdout, stderr } = await plant([...args, "--json"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      65,
      { outcome: "degraded", reason, exitCode: 65, complete: true, loaded: 9, flags: { [flag]: 9 } },
    ]);
    expect(stderr).toMatch(new RegExp(`error: All 9 readings ${problem.source}`));
    expect((await plant(args)).stdout).toContain(`loaded 9 (9 flagged: 9 ${flag})`);
  });

  test("is degraded if none of its plants exists, and not if a plant is on loan", async () => {
    const { url } = await startMuseum();
    const run = (plants: string) => plant(["run", "--api", url, "--plants", plants, "--json"]);
    const missing = await run("60-69");
    expect([missing.code, JSON.parse(missing.stdout)]).toMatchObject([65, { reason: "all_not_found" }]);
    expect(missing.stderr).toMatch(/error: .* has none of the 10 plants\. Check the address/);
    const onLoan = await run("43");
    expect([onLoan.code, JSON.parse(onLoan.stdout)]).toMatchObject([0, { outcome: "ok", reason: null }]);
  });

  test("prints its outcome after an error", async () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, "hello.txt"), "hello\n");
    const { code, stdout, stderr } = await plant(["run", "--replay", "hello.txt", "--json"], { cwd });
    expect([code, JSON.parse(stdout)]).toMatchObject([
      65,
      { outcome: "failed", reason: "RECORDING_INVALID", exitCode: 65 },
    ]);
    expect(stderr.match(/^error: .*/gm)).toEqual([expect.stringMatching(/Line 1 of the recording/)]);
  });

  test("exits with 65 if the server is not the plant API, and stores every response", async () => {
    const server = createServer((_, response) => response.end("<h1>Welcome</h1>"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const cwd = makeFolder();
    const { code, stderr } = await plant(
      ["run", "--api", url, "--plants", "1-20", "--database", "sqlite:a.db"],
      { cwd },
    );
    server.closeAllConnections();
    server.close();
    expect(code).toBe(65);
    expect(stderr).toMatch(/No response from .* could be read: all 20 were rejected/);
    expect(
      countIn(join(cwd, "a.db"), "SELECT count(*) FROM plant_rejection WHERE reading_rejected = 1"),
    ).toBe(20);
  });

  test("fails for a wrong path instead of reporting a museum without plants", async () => {
    const { url } = await startMuseum();
    const { code, stderr } = await plant(["run", "--api", url.replace("/api/plants", "/wrong")]);
    expect(code).toBe(65);
    expect(stderr).toMatch(/were rejected; .* Check that .*\/wrong is the plant API/);
  });

  test("accepts as many rejected responses as --max-rejected allows", async () => {
    const { url } = await startMuseum({ script: { 2: { kind: "notJson" } } });
    const run = (limit: string) => plant(["run", "--api", url, "--plants", "1-4", "--max-rejected", limit]);
    expect((await run("25%")).code).toBe(0);
    expect((await run("24%")).code).toBe(65);
  });

  test("exits with 75 at its deadline, and loads the responses until then", async () => {
    const { url } = await startMuseum({ script: { 5: { kind: "hang" } } });
    const { code, stdout, stderr } = await plant([
      "run",
      "--api",
      url,
      "--plants",
      "1-6",
      "--deadline",
      "5s",
      "--json",
    ]);
    expect(code).toBe(75);
    const { complete, requested, loaded, failed, failures } = JSON.parse(stdout) as Report;
    expect({ complete, requested }).toEqual({ complete: false, requested: 6 });
    expect(failures).toMatchObject([{ code: "aborted", plants: expect.stringContaining("5") }]);
    expect(loaded + failed).toBe(6);
    // A machine that was too busy for any response has another reason, with the same exit code.
    expect(stderr).toMatch(
      loaded === 0
        ? /No response from .* before the deadline/
        : new RegExp(`cut short.*${failed} of 6 plants`),
    );
  });

  test("loads the received responses at the first SIGTERM, reports, and exits with 75", async () => {
    const museum = await startMuseum({ script: { 5: { kind: "hang" } } });
    const cwd = makeFolder();
    const recording = join(cwd, "responses.ndjson");
    const { signal, ended } = startPlant(
      ["run", "--api", museum.url, "--plants", "1-6", "--record", recording, "--json"],
      { cwd },
    );
    // What is recorded has been received; what the API has sent may not.
    await waitFor(() => existsSync(recording) && readFileSync(recording, "utf8").split("\n").length > 5);
    signal("SIGTERM");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(75);
    expect(JSON.parse(stdout)).toMatchObject({ requested: 6, loaded: 5, failed: 1, complete: false });
    expect(stderr).toMatch(/SIGTERM: stopping/);
  });

  test("repeats a run exactly from a recording with --at", async () => {
    const { url } = await startMuseum();
    const cwd = makeFolder();
    await plant(["run", "--api", url, "--plants", "1-5", "--record", "responses.ndjson"], { cwd });
    expect(readFileSync(join(cwd, "responses.ndjson"), "utf8").trim().split("\n")).toHaveLength(5);
    const replay = ["run", "--replay", "responses.ndjson", "--at", "2026-03-01T12:00:00Z", "--json"];
    const [first, second] = [
      await plant([...replay, "--database", "sqlite:one.db"], { cwd }),
      await plant([...replay, "--database", "sqlite:two.db"], { cwd }),
    ].map(({ stdout }) => ({ ...(JSON.parse(stdout) as Report), runId: "" }));
    expect(first).toEqual(second);
    expect(first).toMatchObject({ loaded: 5, startedAt: "2026-03-01T12:00:00.000Z", durationMs: 0 });
  });

  test("does not create the folder of a given database, and advises how to", async () => {
    const cwd = makeFolder();
    const { code, stderr } = await plant(["run", "--database", "sqlite:data/my plants/p.db"], { cwd });
    expect(code).toBe(78);
    expect(stderr).toMatch(/mkdir -p '.*data\/my plants'/);
    expect(existsSync(join(cwd, "data"))).toBe(false);
  });

  test("exits with 78 for a file that is not a database, and for a missing recording", async () => {
    const cwd = makeFolder();
    writeFileSync(
      join(cwd, "no.db"),
      "this is text, and long enough to be looked at as if it were a database".repeat(20),
    );
    const noDatabase = await plant(["run", "--database", "sqlite:no.db"], { cwd });
    expect([noDatabase.code, noDatabase.stderr]).toEqual([
      78,
      expect.stringMatching(/^error: .*no\.db is not a SQLite database/),
    ]);
    const noRecording = await plant(["run", "--replay", "none.ndjson"], { cwd });
    expect([noRecording.code, noRecording.stderr]).toEqual([
      78,
      expect.stringMatching(/^error: .*none\.ndjson/),
    ]);
  });

  test("continues after the reader of stdout has left", async () => {
    const museum = await startMuseum();
    const cwd = makeFolder();
    const started = startPlantProcess(["run", "--api", museum.url, "--plants", "1-6"], { cwd });
    started.child.stdout?.destroy();
    const { code, stderr } = await started.ended;
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("EPIPE")]);
    expect(countIn(join(cwd, "plant-data/plants.db"), "SELECT count(*) FROM plant_reading")).toBe(6);
  });
});
