import { describe, expect, it } from "vitest";
import { type Alert, type AlertDetail, describeAlert, summarizeAlerts } from "../../src/index.js";

const nowMs = Date.parse("2026-11-28T16:42:00Z");
const options = { nowMs, timeZone: "Europe/London" };
const at = (time: string) => Date.parse(`2026-${time}:00Z`);

function alert(detail: AlertDetail, values: Partial<Alert> = {}): Alert {
  return {
    alertId: "a",
    plantId: 36,
    detail,
    startedMs: at("11-28T14:42"),
    firedMs: at("11-28T15:00"),
    resolvedMs: null,
    acknowledgedMs: null,
    ...values,
  };
}

/** With plain spaces, which are easier to read here. */
function described(detail: AlertDetail, values: Partial<Alert> = {}, at = options) {
  const { heading, sentence } = describeAlert(alert(detail, values), at);
  return [heading, sentence.replaceAll("\u00a0", " ")];
}

const unknown = "The state of the plant is not known: look at it, and at the sensor.";

describe("describeAlert", () => {
  it("tells when a plant was watered last, how often it usually is, and how dry it is", () => {
    const detail = {
      rule: "not-watered",
      lastWateredMs: at("11-27T14:18"),
      limitMs: 26 * 3_600_000,
      usualMs: 24.2 * 3_600_000,
      soilMoisture: 14.2,
      dryingPerHour: 3.04,
    } as const;
    expect(described(detail)).toEqual([
      "Not watered",
      "Last watered yesterday at 14:18, 26 hours ago; it is usually watered every day. Soil at 14 %, falling 3.0 % an hour.",
    ]);
    expect(described({ ...detail, usualMs: null, soilMoisture: -12.4, dryingPerHour: null })[1]).toBe(
      "Last watered yesterday at 14:18, 26 hours ago. Soil at −12 %.",
    );
    expect(described({ ...detail, usualMs: 48 * 3_600_000, soilMoisture: null })[1]).toBe(
      "Last watered yesterday at 14:18, 26 hours ago; it is usually watered every 2 days.",
    );
    expect(described({ ...detail, usualMs: 12 * 3_600_000, lastWateredMs: at("11-24T14:18") })[1]).toMatch(
      /^Last watered on Tuesday at 14:18, 4 days ago; it is usually watered every 12 hours\./,
    );
  });

  it("asks where the water goes when a watering has no effect", () => {
    const detail = { rule: "no-effect", wateredMs: at("11-28T13:06"), before: 15, after: 4.6 } as const;
    expect(described(detail)).toEqual([
      "Watered, not wetter",
      "Watered at 13:06, and the soil has not become wetter: 5 %. Does the water reach the pot, and the sensor the soil?",
    ]);
  });

  it("compares a temperature with the usual one", () => {
    expect(described({ rule: "temperature", temperature: 17.46, base: 9.4 })).toEqual([
      "Too warm",
      "17.5 °C, 8.1 °C warmer than usual, since 14:42. Is it in the sun, or near a heater?",
    ]);
    expect(described({ rule: "temperature", temperature: -0.04, base: 9.4 })).toEqual([
      "Too cold",
      "0.0 °C, 9.4 °C colder than usual, since 14:42. Is a door or a window open, or the heating off?",
    ]);
  });

  it("does not present the value of a stuck, silent or drifting sensor as the plant's state", () => {
    expect(described({ rule: "stuck", soilMoisture: 20.4, sinceMs: at("11-28T13:26") })).toEqual([
      "Sensor stuck",
      `The sensor has shown exactly 20.4 % since 13:26. ${unknown}`,
    ]);
    expect(described({ rule: "silent", lastReadingMs: at("11-28T15:56"), sensorFault: true })).toEqual([
      "No readings",
      `No reading since 15:56, 46 minutes ago; the museum’s system reports a sensor fault. ${unknown}`,
    ]);
    expect(described({ rule: "silent", lastReadingMs: null, sensorFault: false })[1]).toBe(
      `There has been no reading for hours. ${unknown}`,
    );
    expect(described({ rule: "drift", level: "peak", soilMoisture: 78, usual: 96 })[1]).toBe(
      "After a watering the soil is at 78 %; usually it is at 96 %, and this is the second time. Has the sensor moved in the soil, or the amount of water changed?",
    );
  });

  it("sends the reader of an outage to the pipeline and not to the plants", () => {
    const newestReadingMs = at("11-28T15:56");
    const outage = { rule: "outage", plants: 48, newestReadingMs } as const;
    const rest =
      "The state of the plants is not known. Check the pipeline, the network and the museum’s API, not the plants.";
    expect(described({ ...outage, silentPlants: 48 }, { plantId: null })).toEqual([
      "No readings arrive",
      `No plant has sent a reading since 15:56, 46 minutes ago. ${rest}`,
    ]);
    expect(described({ ...outage, silentPlants: 30 }, { plantId: null })).toEqual([
      "Most plants are silent",
      `30 of 48 plants send no readings. ${rest}`,
    ]);
  });

  it("describes how a resolved alert ended", () => {
    const detail = { rule: "no-effect", wateredMs: at("11-28T13:06"), before: 15, after: 4.6 } as const;
    expect(described(detail, { resolvedMs: at("11-28T16:12") })).toEqual([
      "Watered, not wetter: over",
      "The soil is wetter, or the plant was watered again. It ended at 16:12, after 90 minutes.",
    ]);
  });

  it("uses the clock of the time zone, also for yesterday and in summer", () => {
    const detail = { rule: "silent", lastReadingMs: at("07-01T23:30"), sensorFault: false } as const;
    const summer = { nowMs: at("07-02T09:00"), timeZone: "Europe/London" };
    expect(described(detail, {}, summer)[1]).toContain("No reading since 00:30, 9 hours ago.");
    expect(described(detail, {}, { ...summer, timeZone: "UTC" })[1]).toContain("since yesterday 23:30");
    expect(described(detail, {}, { ...summer, nowMs: at("11-28T09:00") })[1]).toContain("since 2 July 00:30");
    const lastYear = { ...detail, lastReadingMs: Date.parse("2025-11-28T09:00:00Z") };
    expect(described(lastYear)[1]).toContain("since 28 November 2025 09:00, 365 days ago");
  });

  it("rejects an unknown time zone", () => {
    const detail = { rule: "stuck", soilMoisture: 20.4, sinceMs: nowMs } as const;
    expect(() => describeAlert(alert(detail), { nowMs, timeZone: "Europe/Atlantis" })).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: 'unknown time zone "Europe/Atlantis"',
      }),
    );
  });
});

describe("summarizeAlerts", () => {
  const silent = { rule: "silent", lastReadingMs: null, sensorFault: false } as const;
  const warm = { rule: "temperature", temperature: 20, base: 10 } as const;
  const dry = {
    rule: "not-watered",
    lastWateredMs: 0,
    limitMs: 0,
    usualMs: null,
    soilMoisture: null,
    dryingPerHour: null,
  } as const;

  it("counts plants and sensors in words", () => {
    const alerts = [
      ...[1, 2, 3].map((plantId) => alert(warm, { plantId })),
      ...[4, 5].map((plantId) => alert(silent, { plantId })),
    ];
    expect(summarizeAlerts(alerts, 49)).toBe("Three plants need you, two sensors to look at");
    expect(summarizeAlerts(alerts.slice(0, 1), 49)).toBe("One plant needs you");
    expect(summarizeAlerts(alerts.slice(4), 49)).toBe("One sensor to look at");
    expect(
      summarizeAlerts(
        Array.from({ length: 12 }, (_, plantId) => alert(dry, { plantId })),
        49,
      ),
    ).toBe("12 plants need you");
  });

  it("counts a plant once, and no resolved alert", () => {
    expect(summarizeAlerts([alert(warm), alert(dry)], 49)).toBe("One plant needs you");
    expect(summarizeAlerts([alert(warm, { resolvedMs: nowMs })], 49)).toBe("Every plant is as usual");
    expect(summarizeAlerts([], 0)).toBe("No plants yet");
  });

  it("does not judge single plants during an outage", () => {
    const outage = { rule: "outage", plants: 48, silentPlants: 48, newestReadingMs: null } as const;
    expect(summarizeAlerts([alert(outage, { plantId: null }), alert(warm)], 49)).toBe(
      "The state of the plants is not known",
    );
  });
});
