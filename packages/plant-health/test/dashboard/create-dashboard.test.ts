import { describe, expect, it } from "vitest";
import { createDashboard, type DashboardOptions, type PageData } from "../../src/dashboard/index.js";
import { manualClock, settle } from "../support/manual-clock.js";
import { museumDay, museumPlants, nowMs } from "../support/museum-day.js";

const day = museumDay({ plants: museumPlants.filter(({ plantId }) => [5, 12, 43].includes(plantId)) });

function open(options: Partial<DashboardOptions> = {}) {
  const clock = manualClock(nowMs);
  const errors: unknown[] = [];
  const state = { loads: 0, load: async (): Promise<PageData> => day };
  const dashboard = createDashboard({
    clock,
    load: async () => {
      state.loads++;
      return await state.load();
    },
    onError: (error) => errors.push(error),
    ...options,
  });
  const { fetch } = dashboard;
  const get = (path: string, init?: RequestInit) => fetch(new Request(`http://127.0.0.1:8081${path}`, init));
  return { clock, errors, state, dashboard, get };
}

async function readEvent(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const { value, done } = await reader.read();
  return done ? "end" : new TextDecoder().decode(value);
}

/** Families of the grammar of OpenMetrics 1.0: their metadata, then their samples. */
const openMetrics =
  /^(?:# TYPE (?<name>[a-z_]+) (?:gauge|counter|info)\n(?:# UNIT \k<name> [a-z]+\n)?# HELP \k<name> [^\n\\]+\n(?:\k<name>(?:_total|_info)?(?:\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?\d+(?:\.\d+)?(?:e[+-]?\d+)?\n)+)+# EOF\n$/;

describe("createDashboard", () => {
  it("makes one page for two first requests at once, and a new one when it is old", async () => {
    const { get, state, clock } = open();
    const [one, other] = await Promise.all([get("/"), get("/")]);
    expect(await one.text()).toBe(await other.text());
    expect(state.loads).toBe(1);
    await clock.advance(29_999);
    await get("/");
    expect(state.loads).toBe(1);
    await clock.advance(1);
    await get("/");
    expect(state.loads).toBe(2);
  });

  it("answers 304 to the tag of the same page, also if a proxy has weakened it", async () => {
    const { get, clock, state } = open();
    const etag = (await get("/")).headers.get("etag") ?? "";
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const response = await get("/", { headers: { "if-none-match": tag } });
      expect([response.status, await response.text()]).toEqual([304, ""]);
    }
    state.load = async () => ({ ...day, alerts: [] });
    await clock.advance(60_000);
    expect((await get("/", { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  it("sends the headers that keep a page safe", async () => {
    const { get } = open();
    const { headers } = await get("/");
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'sha256-.*frame-ancestors 'none'$/,
    );
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("private, no-cache");
  });

  it("shows the last good page with 503 while the data cannot be read, and recovers", async () => {
    const { get, state, clock, errors } = open();
    const good = state.load;
    await get("/");
    state.load = async () => {
      throw new Error("password of the database");
    };
    await clock.advance(60_000);
    const failing = await get("/");
    const text = await failing.text();
    expect(failing.status).toBe(503);
    expect(text).toContain("The plants’ data cannot be read since 16:43.");
    expect(text).toContain("Ghost orchid");
    expect(text).not.toContain("password");
    expect(errors).toHaveLength(1);
    expect((await get("/status.json")).status).toBe(503);
    expect((await get("/healthz")).status).toBe(200);
    state.load = good;
    await clock.advance(60_000);
    expect((await get("/")).status).toBe(200);
  });

  it("is not changed by an onError that throws", async () => {
    const { get, state } = open({
      checkReady: async () => {
        throw new Error("no database");
      },
      onError: () => {
        throw new Error("the log is full");
      },
    });
    state.load = async () => {
      throw new Error("no database");
    };
    for (const path of ["/", "/readyz"]) expect((await get(path)).status).toBe(503);
  });

  it("has a page without data when the first load fails or does not end", async () => {
    const { get, state, clock } = open();
    state.load = () => new Promise(() => {});
    const response = get("/");
    await settle();
    await clock.advance(20_000);
    expect((await response).status).toBe(503);
    expect(await (await response).text()).toContain("The plants cannot be shown right now");
    expect(clock.sleeps).toBe(0);
  });

  it("announces the page to every viewer, and keeps no timer once they have left", async () => {
    const { get, clock, dashboard, state } = open();
    const readers = await Promise.all(
      [1, 2].map(
        async () => (await get("/events")).body?.getReader() as ReadableStreamDefaultReader<Uint8Array>,
      ),
    );
    const firsts = await Promise.all(
      readers.map(async (reader) => [await readEvent(reader), await readEvent(reader)]),
    );
    expect(firsts[0]?.[0]).toBe("retry: 5000\n\n");
    expect(firsts[0]?.[1]).toMatch(/^event: changed\ndata: [0-9a-f]{24}\n\n$/);
    expect(firsts[1]).toEqual(firsts[0]);
    expect(dashboard.viewers).toBe(2);
    state.load = async () => ({ ...day, alerts: [] });
    await clock.advance(60_000);
    const later = await Promise.all(readers.map(readEvent));
    expect(later[0]).not.toBe(firsts[0]?.[1]);
    expect(later[1]).toBe(later[0]);
    expect(clock.sleeps).toBe(1);
    for (const reader of readers) await reader.cancel();
    await settle();
    expect([dashboard.viewers, clock.sleeps]).toEqual([0, 0]);
  });

  it("ends the stream of a viewer whose request is aborted, or who reads nothing", async () => {
    const { get, clock, dashboard } = open();
    const leaving = new AbortController();
    await get("/events", { signal: leaving.signal });
    await get("/events");
    leaving.abort();
    expect(dashboard.viewers).toBe(1);
    for (let minute = 0; minute < 10_000 && dashboard.viewers > 0; minute++) await clock.advance(60_000);
    expect([dashboard.viewers, clock.sleeps]).toEqual([0, 0]);
  });

  it("has at most maxViewers streams, and none after close", async () => {
    const { get, dashboard, clock } = open({ maxViewers: 1 });
    const { body } = await get("/events");
    expect((await get("/events")).status).toBe(503);
    dashboard.close();
    await settle();
    expect([dashboard.viewers, clock.sleeps]).toEqual([0, 0]);
    const rest = await new Response(body).text();
    expect(rest).toContain("retry: 5000");
    expect((await get("/events")).status).toBe(503);
    expect([dashboard.viewers, clock.sleeps]).toEqual([0, 0]);
  });

  it("has no stream where viewers poll", async () => {
    const { get } = open({ live: "poll" });
    expect((await get("/events")).status).toBe(404);
    expect(await (await get("/")).text()).toContain('data-live="poll"');
  });

  it("is ready if the database answers in time, whatever the age of the data", async () => {
    let check = async () => {};
    const { get, clock } = open({ checkReady: () => check() });
    expect((await get("/readyz")).status).toBe(200);
    check = () => Promise.reject(new Error("a migration is pending"));
    expect((await get("/readyz")).status).toBe(503);
    check = () => new Promise(() => {});
    const response = get("/readyz");
    await clock.advance(2_000);
    expect((await response).status).toBe(503);
  });

  it("describes the state as JSON for programs", async () => {
    const { get } = open({ status: async () => ({ archive: { files: 48 } }) });
    expect(await (await get("/status.json")).json()).toMatchObject({
      state: "current",
      verdict: "One plant needs you, one sensor to look at",
      asOf: "2026-11-28T16:42:00.000Z",
      newestReading: "2026-11-28T16:41:00.000Z",
      plants: { plants: 3, need: 1, sensor: 1, onLoan: 1 },
      alerts: [
        { plantId: 12, name: "Ghost orchid", rule: "not-watered", since: "2026-11-28T14:18:00.000Z" },
        { plantId: 5, rule: "silent" },
      ],
      archive: { files: 48 },
    });
  });

  it("has no state of the plants and status 503 in /status.json while the data cannot be read", async () => {
    const { get, state, clock } = open();
    state.load = async () => {
      throw new Error("no database");
    };
    const first = await get("/status.json");
    expect([first.status, await first.json()]).toEqual([
      503,
      { state: "failing", failingSince: "2026-11-28T16:42:00.000Z" },
    ]);
    state.load = async () => day;
    await clock.advance(60_000);
    expect(await (await get("/status.json")).json()).toMatchObject({ state: "current", failingSince: null });
    state.load = async () => {
      throw new Error("no database");
    };
    await clock.advance(60_000);
    const later = await get("/status.json");
    expect(later.status).toBe(503);
    expect(await later.json()).toMatchObject({
      state: "failing",
      verdict: "One plant needs you, one sensor to look at",
      failingSince: "2026-11-28T16:44:00.000Z",
    });
  });

  it("has metrics in the format of OpenMetrics, of present values alone", async () => {
    const { get } = open({
      metrics: async () => ({
        readingsLoaded: 6_912,
        runAnswers: { loaded: 100, not_found: 2 },
        runDurationSeconds: 1.25,
        deliveries: [{ notifier: 'web"hook\n', outcome: "delivered", count: 3 }],
        unarchivedReadings: 96,
        build: { version: "1.0.0" },
      }),
    });
    const response = await get("/metrics");
    expect(response.headers.get("content-type")).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    const text = await response.text();
    const lines = text.split("\n");
    for (const line of [
      "plant_readings_loaded_total 6912",
      'plant_run_answers_total{outcome="not_found"} 2',
      "plant_run_duration_seconds 1.25",
      "plant_newest_reading_timestamp_seconds 1795884060",
      "plant_last_complete_run_timestamp_seconds 1795884060",
      'plant_alerts_open{rule="not-watered"} 1',
      'plant_alerts_open{rule="outage"} 0',
      'plant_alert_deliveries{notifier="web\\"hook\\n",outcome="delivered"} 3',
      "plant_archive_unarchived_readings 96",
      'plant_build_info{version="1.0.0"} 1',
    ])
      expect(lines).toContain(line);
    expect(text).toMatch(/^plant_soil_moisture_ratio\{plant_id="12"\} 0\.\d+$/m);
    expect(text).not.toContain('plant_id="5"');
    expect(text).toMatch(openMetrics);
  });

  it("asks for the operator's metrics once in refreshMs, and leaves them out while they cannot be loaded", async () => {
    const requestedMs: number[] = [];
    let isBroken = false;
    const { get, clock, errors } = open({
      metrics: async (nowMs) => {
        requestedMs.push(nowMs);
        if (isBroken) throw new Error("password of the database");
        return { readingsLoaded: 5 };
      },
    });
    const texts = await Promise.all(
      [get("/metrics"), get("/metrics")].map(async (got) => (await got).text()),
    );
    expect(texts[1]).toContain("plant_readings_loaded_total 5\n");
    expect(requestedMs).toEqual([nowMs]);
    isBroken = true;
    await clock.advance(30_000);
    const response = await get("/metrics");
    const text = await response.text();
    expect([response.status, requestedMs.length, errors.length]).toEqual([200, 2, 1]);
    expect(text).not.toMatch(/plant_readings_loaded|password/);
    expect(text).toMatch(/^plant_newest_reading_timestamp_seconds /m);
  });

  it("refuses other methods, unknown paths and unknown hosts", async () => {
    const { get } = open({ allowedHosts: ["127.0.0.1:8081"] });
    expect((await get("/", { method: "POST", body: "x" })).status).toBe(405);
    expect((await get("/constructor")).status).toBe(404);
    expect((await get("/../etc/passwd")).status).toBe(404);
    const { fetch } = open({ allowedHosts: ["127.0.0.1:8081"] }).dashboard;
    expect((await fetch(new Request("http://elsewhere.example:8081/"))).status).toBe(421);
    const head = await get("/", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("etag")).toMatch(/^"[0-9a-f]{24}"$/);
  });

  it("finds among more than 500 plants, each search once", async () => {
    const plants = Array.from({ length: 600 }, (_, index) => ({
      ...(museumPlants[index % museumPlants.length] ?? museumPlants[0]),
      plantId: index + 1,
    })) as PageData["plants"];
    const requested: (readonly number[])[] = [];
    const { get, state } = open({
      readingsOf: async (plantIds) => {
        requested.push(plantIds);
        return museumDay({ plants: plants.filter(({ plantId }) => plantIds.includes(plantId)) }).readings;
      },
    });
    state.load = async () => ({ ...day, plants });
    const found = await (await get("/?q=coffee")).text();
    expect(found).toMatch(/1[23]\u00a0plants found/);
    expect(requested[0]?.length).toBeGreaterThan(10);
    expect(found).not.toContain("No readings of this plant are on this page.");
    const all = await get("/");
    expect(await all.text()).toContain("of 600\u00a0plants are as usual");
    expect((await get("/?q=coffee")).headers.get("etag")).not.toBe(all.headers.get("etag"));
    expect([state.loads, requested.length]).toEqual([1, 1]);
  });

  it("rejects an unknown time zone at once", () => {
    expect(() => open({ timeZone: "Europe/Atlantis" })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});
