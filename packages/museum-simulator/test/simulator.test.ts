import http from "node:http";
import { museumSeed } from "@lmnh/plant-schema/seed";
import { describe, expect, it } from "vitest";
import { type ApiVersion, apiVersions } from "../src/index.js";
import { get, getJson } from "./support/client.js";
import { noon, startSimulator } from "./support/start-simulator.js";

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function statuses(url: string, plantIds: readonly number[]): Promise<Map<number, number>> {
  const responses = await Promise.all(
    plantIds.map(async (id) => [id, (await get(`${url}/${id}`)).status] as const),
  );
  return new Map(responses);
}

describe("createSimulator", () => {
  const pathsAndExtraPlants: Readonly<Record<ApiVersion, readonly [string, readonly number[]]>> = {
    v0: ["/plants", [0]],
    v1: ["/plants", [0]],
    v2: ["/api/plants", []],
    v3: ["/api/plants", []],
  };
  it.each(apiVersions)("answers for the museum's plants in %s, below its path", async (apiVersion) => {
    const [path, extra] = pathsAndExtraPlants[apiVersion];
    const simulator = await startSimulator({ apiVersion });
    expect(simulator.url).toBe(`http://127.0.0.1:${simulator.port}${path}`);
    const found = await statuses(simulator.url, ids(-1, 52));
    const good = [...found].filter(([, status]) => status === 200).map(([id]) => id);
    expect(good).toEqual([...extra, ...ids(1, 50).filter((id) => id !== 7 && id !== 43)]);
  });

  it("serves plant 8 with the values of the shipped set", async () => {
    const simulator = await startSimulator();
    const plant = museumSeed().plants.find(({ plantId }) => plantId === 8);
    const { body } = await getJson(`${simulator.url}/8`);
    expect(body).toMatchObject({
      plant_id: 8,
      name: plant?.name,
      scientific_name: [plant?.scientificName],
      botanist: { email: plant?.botanist?.email, name: plant?.botanist?.name },
      origin_location: { city: plant?.origin?.city.name, country: plant?.origin?.city.country.name },
    });
  });

  it("has three botanists in v0 and v1, and one per plant later", async () => {
    const emailsIn = async (apiVersion: ApiVersion) => {
      const { url } = await startSimulator({ apiVersion });
      const bodies = await Promise.all(
        [1, 2, 3, 4, 5, 6].map(async (id) => (await getJson(`${url}/${id}`)).body),
      );
      return new Set(bodies.map(({ botanist }) => (botanist as { email: string }).email));
    };
    expect((await emailsIn("v0")).size).toBe(3);
    expect((await emailsIn("v1")).size).toBe(3);
    expect((await emailsIn("v2")).size).toBe(6);
    expect((await emailsIn("v3")).size).toBe(6);
  });

  it("returns the API's errors: not found, on loan and sensor fault", async () => {
    const { url } = await startSimulator();
    const notFound = (plant_id: unknown) => ({ status: 404, body: { error: "plant not found", plant_id } });
    expect(await getJson(`${url}/7`)).toEqual(notFound(7));
    expect(await getJson(`${url}/51`)).toEqual(notFound(51));
    expect(await getJson(`${url}/0`)).toEqual(notFound(0));
    for (const text of ["1.5", "0x8", "8e0", "+8", "8/", ""])
      expect(await getJson(`${url}/${text}`)).toEqual(notFound(text));
    expect(await getJson(`${url}/monstera?x=1`)).toEqual(notFound("monstera"));
    const onLoan = { status: 404, body: { error: "plant on loan to another museum", plant_id: 43 } };
    expect(await getJson(`${url}/43`)).toEqual(onLoan);

    const faulty = await startSimulator({ faultRate: 1 });
    const fault = (plant_id: number) => ({ status: 500, body: { error: "plant sensor fault", plant_id } });
    expect(await getJson(`${faulty.url}/16`)).toEqual(fault(16));
    expect(await getJson(`${faulty.url}/7`)).toEqual(fault(7));
    expect(await getJson(`${faulty.url}/999`)).toEqual(fault(999));
    expect(await getJson(`${faulty.url}/43`)).toEqual(onLoan);
  });

  it("returns the number of plants on display at its root in v0 and v1 only", async () => {
    for (const apiVersion of ["v0", "v1"] as const) {
      const { url } = await startSimulator({ apiVersion });
      const display = { status: 200, body: { success: true, plants_on_display: 49 } };
      expect(await getJson(url)).toEqual(display);
      expect(await getJson(new URL("/", url).href)).toEqual(display);
    }
    const { url } = await startSimulator();
    expect((await get(url)).status).toBe(404);
    expect((await get(new URL("/", url).href)).status).toBe(404);
  });

  it("rejects every method but GET", async () => {
    const { url } = await startSimulator();
    for (const method of ["HEAD", "POST", "PUT", "DELETE"]) {
      const { status, headers } = await get(`${url}/8`, { method });
      expect([status, headers.allow]).toEqual([405, "GET"]);
    }
  });

  it("has about 2 percent sensor faults, determined by the seed", async () => {
    const faultsOf = async (seed: number) => {
      const { url } = await startSimulator({ seed, faultRate: 0.02, plantCount: 2_000 });
      const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
      const all = await Promise.all(
        ids(1, 2_000).map(async (id) => ({ id, ...(await get(`${url}/${id}`, { agent })) })),
      );
      agent.destroy();
      return all.filter(({ status }) => status === 500).map(({ id }) => id);
    };
    const faults = await faultsOf(1);
    expect(faults.length).toBeGreaterThan(20);
    expect(faults.length).toBeLessThan(60);
    expect(await faultsOf(1)).toEqual(faults);
    expect(await faultsOf(2)).not.toEqual(faults);
  });

  it("draws a fault again for a retry at the same instant", async () => {
    const runs = await Promise.all(
      [1, 2].map(async () => {
        const { url } = await startSimulator({ faultRate: 0.5 });
        const tries: number[] = [];
        for (let attempt = 0; attempt < 20; attempt += 1) tries.push((await get(`${url}/8`)).status);
        return tries;
      }),
    );
    expect(new Set(runs[0])).toEqual(new Set([200, 500]));
    expect(runs[1]).toEqual(runs[0]);
  });

  it("follows its clock, and continues from setTime", async () => {
    let now = noon;
    const simulator = await startSimulator({ apiVersion: "v2", now: () => now });
    const taken = async () => (await getJson(`${simulator.url}/8`)).body.recording_taken;
    expect(await taken()).toBe("2026-01-26T12:00:00.250Z");
    simulator.setTime(Date.UTC(2024, 1, 29));
    expect(await taken()).toBe("2024-02-29T00:00:00.000Z");
    now += 1_500;
    expect(await taken()).toBe("2024-02-29T00:00:01.500Z");
  });

  it("repeats the shipped plants under new ids with plantCount, without 7 and with 43 on loan", async () => {
    const { url } = await startSimulator({ plantCount: 1_000_000 });
    const found = await statuses(url, [1, 7, 43, 50, 51, 700_007, 1_000_000, 1_000_001]);
    expect([...found.values()]).toEqual([200, 404, 404, 200, 200, 200, 200, 404]);
    expect((await getJson(`${url}/1000000`)).body).toMatchObject({
      plant_id: 1_000_000,
      name: expect.any(String),
    });
  });

  it("serves the given plants and no others", async () => {
    const plants = museumSeed()
      .plants.slice(0, 1)
      .map((plant) => ({ ...plant, plantId: 700 }));
    const { url } = await startSimulator({ plants });
    expect([...(await statuses(url, [700, 8])).values()]).toEqual([200, 404]);
  });

  it("serves many requests over one kept-alive connection", async () => {
    const { url } = await startSimulator();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    agent.on("free", (socket) => sockets.add(socket));
    for (const id of [1, 7, 43, 8]) await get(`${url}/${id}`, { agent });
    await get(`${url}/8`, { agent, method: "POST" });
    agent.destroy();
    expect(sockets.size).toBe(1);
  });
});
