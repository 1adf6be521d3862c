// Other ways to find faults, each as its users configure it, with thresholds that suit the museum's plants. An alert begins
// when the condition holds and has not held for an hour.
import { usualBand } from "@lmnh/plant-health";
import { dayMs, hourMs, minuteMs } from "./times.mjs";

/** Outside of these a gardener would look: most plants stay inside on a usual day. */
const band = { temperature: [5, 20], soilMoisture: [10, 100] };

export const otherWays = {
  "fixed bands": (plant) => conditionEvents(plant, (reading) => isOutside(reading)),
  "3 in a row outside fixed bands": (plant) => {
    let run = 0;
    return conditionEvents(plant, (reading) => {
      run = isOutside(reading) ? run + 1 : 0;
      return run >= 3;
    });
  },
  "median of 15 minutes outside fixed bands": (plant) =>
    conditionEvents(plant, (_, index) => isOutside(medianAt(plant, index))),
  "median of 15 minutes outside the usual band of the time of day": (plant, profiles) => {
    const bands = new Map();
    let days = [];
    return conditionEvents(plant, ({ takenMs }, index) => {
      const day = Math.floor(takenMs / dayMs);
      if (!bands.has(day)) {
        days = profiles
          .filter(({ knownMs }) => knownMs <= day * dayMs + hourMs)
          .flatMap((known) => known.profiles);
        bands.set(day, usualBand(days, plant.plantId));
      }
      const usual = bands.get(day);
      if (usual === null) return false;
      const slot = Math.floor((takenMs % dayMs) / (30 * minuteMs));
      const now = medianAt(plant, index);
      return [
        ["temperature", 2],
        ["soilMoisture", 5],
      ].some(([name, margin]) => {
        const range = usual[name][slot];
        return range !== null && (now[name] < range.low - margin || now[name] > range.high + margin);
      });
    });
  },
  "QARTOD, fail": (plant) => qartodEvents(plant, "fail"),
  "QARTOD, fail or suspect": (plant) => qartodEvents(plant, "suspect"),
};

function isOutside({ temperature, soilMoisture }) {
  const [coldest, warmest] = band.temperature;
  const [driest, wettest] = band.soilMoisture;
  return temperature < coldest || temperature > warmest || soilMoisture < driest || soilMoisture > wettest;
}

function conditionEvents({ plantId, readings, startIndex }, holds) {
  const fired = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let index = startIndex; index < readings.length; index += 1) {
    const { takenMs } = readings[index];
    if (!holds(readings[index], index)) continue;
    if (takenMs - lastMs > hourMs) fired.push({ plantId, firedMs: takenMs });
    lastMs = takenMs;
  }
  return fired;
}

/** The medians of the last 15 minutes, of 3 readings or more. */
function medianAt({ readings, startIndex }, index) {
  const untilMs = readings[index].takenMs;
  let first = index;
  while (first > startIndex && (readings[first - 1].takenMs > untilMs - 15 * minuteMs || index - first < 2))
    first -= 1;
  const middle = (name) => {
    const values = Float64Array.from(
      { length: index - first + 1 },
      (_, n) => readings[first + n][name],
    ).sort();
    return values[values.length >> 1];
  };
  return { temperature: middle("temperature"), soilMoisture: middle("soilMoisture") };
}

/**
 * The gap, gross range, spike, rate of change and flat line tests of QARTOD's manual of in-situ temperature and salinity
 * data, with thresholds of this sensor. The flat line test is left out for the temperature, whose sensor has a lowest value.
 */
const qartod = {
  gapMs: { fail: 10 * minuteMs, suspect: 10 * minuteMs },
  range: {
    temperature: { fail: [-10, 50], suspect: [5, 20] },
    soilMoisture: { fail: [-30, 100], suspect: [0, 100] },
  },
  /** Of a reading from the mean of its neighbours. */
  spike: { temperature: { fail: 8, suspect: 4 }, soilMoisture: { fail: 20, suspect: 10 } },
  /** Standard deviations of the last hours, between two readings. */
  rate: { deviations: 3, windowMs: 25 * hourMs },
  flat: { fail: 5, suspect: 3, range: 0.05 },
};

function qartodEvents(plant, level) {
  const { readings, startIndex } = plant;
  const gap = Math.max(qartod.gapMs[level], plant.every * 5 * minuteMs);
  const spreads = {
    temperature: rollingDeviation(readings, "temperature"),
    soilMoisture: rollingDeviation(readings, "soilMoisture"),
  };
  const events = conditionEvents(plant, (reading, index) => {
    const before = readings[index - 1];
    const earlier = readings[index - 2];
    if (before === undefined || earlier === undefined) return false;
    if (reading.takenMs - before.takenMs > gap && index > startIndex) return true;
    for (const name of ["temperature", "soilMoisture"]) {
      const [low, high] = qartod.range[name][level];
      if (reading[name] < low || reading[name] > high) return true;
      if (Math.abs(before[name] - (reading[name] + earlier[name]) / 2) > qartod.spike[name][level])
        return true;
      // The rate of change is only ever suspect.
      if (
        level === "suspect" &&
        Math.abs(reading[name] - before[name]) > qartod.rate.deviations * spreads[name](index)
      )
        return true;
    }
    const count = qartod.flat[level];
    const flat = readings
      .slice(Math.max(0, index - count + 1), index + 1)
      .map(({ soilMoisture }) => soilMoisture);
    return flat.length === count && Math.max(...flat) - Math.min(...flat) < qartod.flat.range;
  });
  return events;
}

/** The standard deviation of the window before a reading, from running sums. */
function rollingDeviation(readings, name) {
  let first = 0;
  let next = 0;
  let sum = 0;
  let squares = 0;
  return (index) => {
    for (; next < index; next += 1) {
      sum += readings[next][name];
      squares += readings[next][name] ** 2;
    }
    while (readings[first].takenMs < readings[index].takenMs - qartod.rate.windowMs) {
      sum -= readings[first][name];
      squares -= readings[first][name] ** 2;
      first += 1;
    }
    const count = next - first;
    return count < 2
      ? Number.POSITIVE_INFINITY
      : Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  };
}
