import { describe, expect, it } from "vitest";
import { learnHabits, wateringHabit } from "../../src/habits/plant-habit.js";
import { buildProfiles, dayProfile, type HealthReading, profileWindow } from "../../src/index.js";
import { dayMs, dayOne, hourMs, minuteMs } from "../support/greenhouse.js";

const day = "2026-01-20";
const { sinceMs, untilMs } = profileWindow(day);

/** A reading each minute of the window, watered at these times after midnight. */
function readingsOf(wateredMs: readonly number[]): HealthReading[] {
  return Array.from({ length: (untilMs - sinceMs) / minuteMs }, (_, minute) => {
    const takenMs = sinceMs + minute * minuteMs;
    const lastWateredMs = Math.max(...wateredMs.map((ms) => dayOne + ms).filter((ms) => ms <= takenMs));
    return {
      plantId: 1,
      takenMs,
      temperature: 12,
      soilMoisture: 100 - (3.4 * (takenMs - lastWateredMs)) / hourMs,
      lastWateredMs,
      qualityFlag: 0,
    };
  });
}

describe("profileWindow", () => {
  it("is the day in UTC, and an hour before and after", () => {
    expect([sinceMs, untilMs]).toEqual([dayOne - hourMs, dayOne + dayMs + hourMs]);
  });
});

describe("buildProfiles", () => {
  it("has the median of each half hour, and the waterings with their interval, trough and peak", () => {
    const [profile, ...others] = buildProfiles(readingsOf([-10 * hourMs, 14 * hourMs]), day);
    expect(others).toEqual([]);
    expect(profile).toMatchObject({ plantId: 1, day });
    expect(profile?.soilMoisture[0]).toBeCloseTo(100 - 3.4 * 10.25, 0);
    expect(profile?.soilMoisture[28]).toBeCloseTo(100 - 3.4 * 0.25, 0);
    expect(profile?.temperature).toEqual(Array.from({ length: 48 }, () => 12));
    expect(profile?.waterings).toEqual([
      {
        atMs: dayOne + 14 * hourMs,
        intervalMs: dayMs,
        trough: expect.closeTo(100 - 3.4 * 23.75, 0),
        peak: expect.closeTo(100 - 3.4 / 3, 0),
      },
    ]);
  });

  it("knows the levels of a watering beside midnight, which belongs to its own day", () => {
    const early = buildProfiles(readingsOf([-10 * hourMs, 2 * minuteMs]), day)[0]?.waterings;
    expect(early).toMatchObject([{ trough: expect.any(Number), peak: expect.any(Number) }]);
    const late = buildProfiles(readingsOf([-10 * hourMs, dayMs - 2 * minuteMs]), day)[0]?.waterings;
    expect(late).toMatchObject([{ trough: expect.any(Number), peak: expect.any(Number) }]);
    expect(buildProfiles(readingsOf([-10 * hourMs, dayMs + minuteMs]), day)[0]?.waterings).toEqual([]);
  });

  it("does not believe a single wild reading, nor half an hour with one reading", () => {
    const readings = readingsOf([-10 * hourMs, 14 * hourMs]).map((reading, minute) =>
      minute % 20 === 0 ? { ...reading, temperature: 110, soilMoisture: -80 } : reading,
    );
    const sparse = readings.filter(({ takenMs }) => takenMs < dayOne || takenMs >= dayOne + 29 * minuteMs);
    const profile = dayProfile(1, day, sparse);
    expect(profile.temperature).toEqual([null, ...Array.from({ length: 47 }, () => 12)]);
    expect(Math.min(...profile.soilMoisture.map((value) => value ?? 0))).toBeGreaterThanOrEqual(0);
  });

  it("leaves out plants without a reading on the day", () => {
    expect(buildProfiles([], day)).toEqual([]);
    expect(buildProfiles(readingsOf([-10 * hourMs]).slice(0, 50), day)).toEqual([]);
    expect(dayProfile(2, day, readingsOf([-10 * hourMs])).soilMoisture.every((value) => value === null)).toBe(
      true,
    );
  });
});

describe("wateringHabit", () => {
  /** The habit of a plant that was watered at these times. */
  const habitAfter = (timesMs: readonly number[]) =>
    wateringHabit(
      timesMs.map((atMs, index) => ({
        atMs,
        intervalMs: atMs - (timesMs[index - 1] ?? Number.NaN) || null,
        trough: null,
        peak: null,
      })),
      { ...options, lastWateredMs: timesMs.at(-1) ?? Number.NaN },
    );
  const options = { lastWateredMs: 0, firstLimitMs: 26 * hourMs, marginMs: 2 * hourMs };
  const habitOf = (hours: readonly number[]) =>
    wateringHabit(
      hours.map((hour, index) => ({ atMs: index, intervalMs: hour * hourMs, trough: null, peak: null })),
      options,
    );

  it("has the first limit until three intervals are known", () => {
    expect(habitOf([24, 24])).toEqual({ usualMs: null, limitMs: 26 * hourMs });
  });

  it("adds the margin to a regular interval, and more to an irregular one", () => {
    expect(habitOf([24, 24, 24])).toEqual({ usualMs: 24 * hourMs, limitMs: 26 * hourMs });
    expect(habitOf([24, 22, 26, 23, 25]).limitMs).toBeCloseTo((24 + 4 * 1.4826) * hourMs, -3);
  });

  it("has 1.5 times the longest interval of a plant with one or two long ones", () => {
    expect(habitOf([24 * 12]).limitMs).toBe(24 * 18 * hourMs);
    expect(habitOf([24 * 10, 24 * 12])).toEqual({ usualMs: null, limitMs: 24 * 18 * hourMs });
  });

  it("allows a plant that is watered once a week two hours for each day", () => {
    expect(habitOf([7 * 24, 7 * 24, 7 * 24]).limitMs).toBe((7 * 24 + 14) * hourMs);
  });

  it("knows after two weekends that nobody waters on Saturday and Sunday, and misses no watering of a weekday", () => {
    // 2026-01-19 is a Monday; the watering is at 14:00, at most half an hour early or late.
    const mondayMs = Date.UTC(2026, 0, 19);
    const wateringMs = (day: number) => mondayMs + day * dayMs + (14 + 0.5 * Math.sin(day * 7)) * hourMs;
    const weekdays = Array.from({ length: 28 }, (_, day) => day).filter((day) => day % 7 < 5);
    const limitAfter = (nowMs: number, without = Number.NaN) => {
      const timesMs = weekdays.filter((day) => day !== without).map(wateringMs);
      const known = timesMs.filter((atMs) => atMs <= nowMs);
      return { elapsedMs: nowMs - (known.at(-1) ?? 0), ...habitAfter(known) };
    };
    for (let nowMs = wateringMs(15); nowMs <= wateringMs(25); nowMs += 10 * minuteMs) {
      const { elapsedMs, limitMs } = limitAfter(nowMs);
      expect(elapsedMs, new Date(nowMs).toISOString()).toBeLessThan(limitMs);
    }
    for (const missed of [15, 16, 17, 18, 21]) {
      const { elapsedMs, limitMs } = limitAfter(wateringMs(missed) + 4 * hourMs, missed);
      expect(elapsedMs, `day ${missed}`).toBeGreaterThan(limitMs);
    }
    const onFirstSaturday = limitAfter(wateringMs(4) + 27 * hourMs);
    expect(onFirstSaturday.elapsedMs).toBeGreaterThan(onFirstSaturday.limitMs);
  });

  it("does not take one missed watering for the habit of its weekday", () => {
    const daily = Array.from({ length: 21 }, (_, day) => day * dayMs).filter((ms) => ms !== 13 * dayMs);
    expect(habitAfter(daily.slice(0, -1)).limitMs).toBe(26 * hourMs);
  });

  it("does not change with a missed watering or a second can, and follows a new rhythm in a week", () => {
    expect(habitOf([24, 24, 48, 0.2, 24, 24]).limitMs).toBe(26 * hourMs);
    const rhythm = habitOf([...Array.from({ length: 14 }, () => 24), ...Array.from({ length: 8 }, () => 72)]);
    expect(rhythm.usualMs).toBe(72 * hourMs);
  });
});

describe("learnHabits", () => {
  it("has the waterings of all days once, and the median temperature of the last 7", () => {
    const profiles = Array.from({ length: 9 }, (_, n) => ({
      ...dayProfile(1, day, readingsOf([-10 * hourMs, 14 * hourMs])),
      day: `2026-01-${20 + n}`,
      temperature: Array.from({ length: 48 }, () => (n < 4 ? 30 : n)),
    }));
    const habit = learnHabits(profiles.reverse()).get(1);
    expect(habit?.waterings).toHaveLength(1);
    expect(habit?.temperature).toBe(7);
    expect(habit?.newestDay).toBe("2026-01-28");
  });
});
