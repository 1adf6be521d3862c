import { gzipSync } from "node:zlib";
import type { Plant } from "@lmnh/plant-schema";
import { fc, test } from "@lmnh/testing/property";
import { describe, expect, it } from "vitest";
import { buildPageModel, contentSecurityPolicy, type PageData, renderPage } from "../../src/page/index.js";
import { museumDay, museumPlants, nowMs, outage } from "../support/museum-day.js";

const minuteMs = 60_000;
const nothing: PageData = {
  plants: [],
  readings: [],
  newestReadingMs: null,
  notices: [],
  runs: [],
  profiles: [],
  alerts: [],
  history: [],
};

function render(data: PageData, options: Partial<Parameters<typeof buildPageModel>[1]> = {}): string {
  return renderPage(buildPageModel(data, { nowMs, ...options }));
}

function textOf(page: string): string {
  return page
    .replace(/<(style|script)>.*?<\/\1>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/[\s\u00a0]+/g, " ");
}

describe("renderPage", () => {
  it("has the verdict, the counts and a card of each plant in need, the plants before the sensors", () => {
    const page = render(museumDay());
    const text = textOf(page);
    expect(text).toContain("Three plants need you, two sensors to look at");
    expect(text).toContain(
      "Saturday 28 November, 16:42. 43 of 49 plants are as usual, one on loan. The last reading came in at 16:41.",
    );
    expect([...page.matchAll(/id="need-(\d+)"/g)].map(([, id]) => id)).toEqual(["36", "12", "31", "20", "5"]);
    expect(page).toContain('href="tel:+17635550135;ext=57724"');
    expect(page).toContain("As usual again in the last 24 hours:");
  });

  it("is calm when nothing is the matter", () => {
    const text = textOf(render(museumDay({ isCalm: true })));
    expect(text).toContain("Every plant is as usual");
    expect(text).toContain("Nothing is dry, too warm, too cold, stuck or silent.");
  });

  it("does not present the values of a silent or stuck sensor as present ones", () => {
    const page = render(museumDay());
    const valuesOf = (id: number) =>
      textOf(page.slice(page.indexOf(`id="plant-${id}"`)).split("</div>")[0] ?? "");
    expect(valuesOf(5)).toMatch(/last \d+ %/);
    expect(valuesOf(20)).toMatch(/last \d+ %/);
    expect(valuesOf(6)).not.toContain("last");
    expect(valuesOf(43)).toContain("on loan");
  });

  it("says that it is stale, and is not calm then", () => {
    const stale = { ...museumDay({ isCalm: true, ageMs: 37 * minuteMs }), alerts: [outage] };
    const text = textOf(render(stale));
    expect(text).toContain("Nothing has come in since 16:04");
    expect(text).toContain("What you see is 38 minutes old; the last pull began at 16:04.");
    expect(text).toContain("An alert to the people who run the pipeline is open since 16:06.");
    expect(text).not.toContain("Nothing is dry");
    expect(text).not.toMatch(/, as usual/);
    expect(textOf(render({ ...stale, alerts: [] }))).toContain(
      "Please tell the people who run the pipeline.",
    );
    expect(textOf(render({ ...stale, readings: [] }))).toContain("No readings in the last 24 hours.");
  });

  it("judges no single plant while most of them are silent", () => {
    const detail = { ...outage.detail, silentPlants: 30 } as typeof outage.detail;
    const text = textOf(render({ ...museumDay({ isCalm: true }), alerts: [{ ...outage, detail }] }));
    expect(text).toContain("The state of the plants is not known");
    expect(text).toContain("Most plants are silent, since 16:06. 30 of 48 plants send no readings.");
    expect(text).toContain("16:42. 49 plants, one on loan.");
    expect(text).not.toContain("Nothing is dry");
  });

  it("is not stale between two pulls that are ten minutes apart", () => {
    const data = museumDay({ isCalm: true, everyMinutes: 10, ageMs: 30 * minuteMs });
    expect(textOf(render(data))).toContain("Every plant is as usual");
  });

  it("shows how to begin when there are no readings yet", () => {
    const text = textOf(render(nothing, { hint: "plant run" }));
    expect(text).toContain("No readings yet");
    expect(text).toContain("To load one: plant run");
    expect(text).not.toContain("All plants");
  });

  it("says that it is learning before there is a usual band", () => {
    expect(textOf(render(museumDay({ profileDays: 2 })))).toContain("What is usual is being learned");
    expect(textOf(render(museumDay({ profileDays: 3 })))).not.toContain("What is usual is being learned");
  });

  it("shows the last good page with its time when the data cannot be read", () => {
    const model = buildPageModel(museumDay({ isCalm: true }), { nowMs });
    const text = textOf(renderPage(model, { failingSinceMs: nowMs + 8 * minuteMs }));
    expect(text).toContain("The plants’ data cannot be read since 16:50. What you see is from 16:42.");
    expect(text).not.toContain("Nothing is dry");
  });

  it("names the time zone and uses its clock", () => {
    const text = textOf(render(museumDay(), { timeZone: "Asia/Kolkata" }));
    expect(text).toContain("Saturday 28 November, 22:12.");
    expect(text).toContain("Times are Asia/Kolkata.");
    expect(textOf(render(museumDay()))).toContain("Times are Europe/London.");
  });

  it("shows of the history the quartiles alone, whatever else a summary has", () => {
    const quartiles = { p25: 20, median: 50, p75: 80 };
    const day = {
      plantId: 6,
      day: "2026-11-27",
      soilMoisture: { ...quartiles, min: -40, flagged: 3 },
      temperature: { p25: 9, median: 10, p75: 11, max: 80 },
      timesWatered: 1,
    };
    const text = textOf(render({ ...museumDay({ isCalm: true }), history: [day] }));
    expect(text).toContain("Soil moisture, 1 day to 27 Nov: 20 to 80 %, watered 1 time");
    expect(text).toContain("Temperature, 1 day to 27 Nov: 9.0 to 11.0 °C");
  });

  it("refers to nothing outside, and allows nothing but its own style and script", () => {
    const page = render(museumDay());
    const urls = [...page.matchAll(/(?:href|src|action|url\()="?([^"> ]*)/g)].map(([, url = ""]) => url);
    expect(urls.filter((url) => !/^(#|tel:|mailto:|data:image\/svg)/.test(url))).toEqual([]);
    expect(page).not.toMatch(/\sstyle=|\son\w+=/);
    expect(contentSecurityPolicy).not.toContain("unsafe");
    expect(contentSecurityPolicy).toContain("default-src 'none'");
  });

  it("stays within 600 kB, 100 kB compressed and 1.5 s of CPU for 50 plants of 1,440 readings", () => {
    const spare = museumPlants[0] as Plant;
    const data = museumDay({ plants: [...museumPlants, { ...spare, plantId: 51 }] });
    expect(data.plants).toHaveLength(50);
    const start = process.cpuUsage();
    const page = render(data);
    const { user, system } = process.cpuUsage(start);
    expect(Buffer.byteLength(page)).toBeLessThan(600_000);
    expect(gzipSync(page).length).toBeLessThan(100_000);
    expect((user + system) / 1_000_000).toBeLessThan(1.5);
  });

  it("shows of more than 500 plants those in need and those found", () => {
    const plants = Array.from({ length: 600 }, (_, index) => {
      const template = museumPlants[index % museumPlants.length] as Plant;
      return { ...template, plantId: index + 1, name: `${template.name} ${index + 1}` };
    });
    const data = { ...museumDay({ plants: museumPlants }), plants };
    const shown = (page: string) => [...page.matchAll(/id="plant-(\d+)"/g)].map(([, id]) => id);
    expect(shown(render(data)).toSorted()).toEqual(["12", "20", "31", "36", "5"]);
    expect(render(data)).not.toContain('name="q"');
    const page = renderPage(buildPageModel(data, { nowMs, search: "COFFEE 4" }), { live: "poll" });
    expect(page).toContain('name="q"');
    expect(page).toContain('value="COFFEE 4"');
    expect(shown(page).length).toBeGreaterThan(5);
    expect(shown(page).length).toBeLessThan(40);
  });

  const time: fc.Arbitrary<number> = fc.oneof(
    fc.integer({ min: nowMs - 2 * 86_400_000, max: nowMs + 86_400_000 }),
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
  );
  const value: fc.Arbitrary<number> = fc.oneof(
    fc.double({ min: -50, max: 150, noNaN: true }),
    fc.double({ noNaN: true }),
  );
  const reading = fc.record({
    plantId: fc.constantFrom(12, 36, 999),
    takenMs: time,
    temperature: value,
    soilMoisture: value,
    lastWateredMs: fc.option(time),
    qualityFlag: fc.nat(31),
  });

  test(
    "makes a page of a bounded size of any readings",
    [
      fc.array(reading, { maxLength: 100 }),
      fc.array(value, { maxLength: 300 }),
      fc.option(time, { nil: null }),
    ],
    (scattered, dense, newestReadingMs) => {
      const minutes = dense.map((one, index) => ({
        plantId: 12,
        takenMs: nowMs - index * minuteMs,
        temperature: one,
        soilMoisture: -one,
        lastWateredMs: null,
        qualityFlag: 0,
      }));
      const readings = [...scattered, ...minutes];
      const plants = museumPlants.filter(({ plantId }) => plantId === 12 || plantId === 36);
      const sorted = readings.toSorted(
        (one, other) => one.plantId - other.plantId || one.takenMs - other.takenMs,
      );
      const page = render({ ...nothing, plants, readings: sorted, newestReadingMs });
      expect(page).not.toMatch(/NaN|Infinity|undefined|\d{12}\D*%|\de\+\d/);
      expect(page.length).toBeLessThan(120_000);
    },
  );

  const hostile = fc.oneof(
    fc.constantFrom(
      "<script>alert(1)</script>",
      '" onmouseover="alert(1)',
      "javascript:alert(1)//",
      "\u202etxt.exe\u2066\u0000",
      "x".repeat(10_000),
      "<".repeat(10_000),
    ),
    fc.string({ unit: "binary", maxLength: 200 }),
  );

  test(
    "is the same markup whatever a stranger wrote into any column",
    [hostile, hostile, hostile, hostile, hostile],
    (name, botanist, place, phone, email) => {
      const plant = (values: Partial<Plant>): Plant => ({
        ...(museumPlants[0] as Plant),
        plantId: 36,
        ...values,
      });
      const day = museumDay({ plants: [plant({})], everyMinutes: 60 });
      const tags = (page: string) => {
        const parts = page.match(/<[^>]*>/g) ?? [];
        return parts
          .map((tag) => tag.replace(/"[^"]*"/g, '""'))
          .filter((tag) => !/^<\/?(?:span|a) ?/.test(tag));
      };
      const withTexts = (text: (value: string) => string) =>
        render({
          ...day,
          plants: [
            plant({
              name: text(name),
              scientificName: text(place) || "species",
              botanist: { name: text(botanist), phone: text(phone), email: text(email) },
              origin: {
                city: { name: text(place), country: { name: text(name), code: null } },
                latitude: 1,
                longitude: 1,
              },
            }),
          ],
        });
      const page = withTexts((value) => `x${value}`);
      expect(tags(page)).toEqual(tags(withTexts(() => "x")));
      expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u);
      expect(page.length).toBeLessThan(150_000);
      expect(page).not.toMatch(/href="(?!#|tel:|mailto:|data:image)/);
    },
  );
});
