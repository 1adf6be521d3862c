import { formatNumber } from "../words/format-value.js";
import type { TimeWords } from "../words/local-time.js";
import type { Grid, Sample } from "./median-line.js";
import type { BandPoint, DaySummary, LineView, PageModel, PagePlant } from "./page-model.js";
import { html, type SafeHtml } from "./safe-html.js";

// A chart is stretched to the width of its place: x is a step of the grid, y a small unit, and both are whole numbers, so
// that a line costs few bytes and the page's script can read the values back from the path.

/** A range of values and the height of its drawing, in units of which `perUnit` are one of the value. */
interface Scale {
  readonly low: number;
  readonly high: number;
  readonly perUnit: number;
}

/** Of soil moisture: 0 to 100 %, and below for a plant that dries beyond 0. */
export function moistureScale({ medians }: LineView): Scale {
  const lowest = Math.min(0, ...medians.filter((value) => value !== null));
  return { low: lowest < -1 ? Math.max(-100, Math.floor(lowest / 25) * 25) : 0, high: 100, perUnit: 2 };
}

const leastCelsius = 12;
/** What is beyond is drawn at the edge. */
const drawnCelsius = { low: -50, high: 70 } as const;

/** Of temperature: the plant's own range, at least 12 °C wide, so that the usual waves look small. */
export function temperatureScale({ medians, band }: LineView): Scale {
  const values = [...medians, ...band.flatMap(({ low, high }) => [low, high])]
    .filter((value) => value !== null)
    .map((value) => clamp(value, drawnCelsius));
  if (values.length === 0) return { low: 0, high: leastCelsius, perUnit: 10 };
  const low = Math.min(...values);
  const high = Math.max(...values);
  const missing = Math.max(0, leastCelsius - (high - low)) / 2;
  return { low: Math.floor(low - missing), high: Math.ceil(high + missing), perUnit: 10 };
}

export interface ChartOptions {
  readonly grid: Grid;
  readonly scale: Scale;
  /** The names of the classes of the line. */
  readonly kind: "moisture" | "temperature";
  readonly top: number;
  readonly height: number;
  readonly wateringsMs: readonly number[];
}

/** One line with its band, its waterings, and the readings that are not believed. */
export function renderLine(
  line: LineView,
  { grid, scale, kind, top, height, wateringsMs }: ChartOptions,
): SafeHtml {
  const width = grid.points - 1;
  const y = (value: number) => Math.round((scale.high - clamp(value, scale)) * scale.perUnit);
  const x = (atMs: number) => Math.round((atMs - grid.startMs) / grid.stepMs);
  const bottom = y(scale.low);
  // Round ends and dots at the edge stay whole.
  const pad = Math.ceil((bottom * 2.5) / (height - 5));
  const middle = kind === "moisture" ? `M0 ${y(50)}H${width}` : null;
  return html`<svg y="${top}" width="100%" height="${height}" viewBox="0 ${-pad} ${width} ${bottom + 2 * pad}" preserveAspectRatio="none">
    ${middle && html`<path class="grid" d="${middle}"/>`}
    <path class="band ${kind}" d="${bandPath(line.band, { grid, y, margin: bandMargins[kind] })}"/>
    ${wateringsMs.length > 0 && html`<path class="watering" d="${wateringsMs.map((atMs) => `M${x(atMs)} 0V${bottom}`).join("")}"/>`}
    <path class="odd" d="${oddPath(line.odd, x, y)}"/>
    <path class="line ${kind}" data-high="${scale.high}" data-per-unit="${scale.perUnit}" d="${linePath(line.medians, y)}"/>
  </svg>`;
}

function clamp(value: number, { low, high }: Pick<Scale, "low" | "high">): number {
  return Math.min(high, Math.max(low, value));
}

/** `M` begins a part of the line, and each pair after `l` is a step to the right and a change of y. */
function linePath(medians: readonly (number | null)[], y: (value: number) => number): string {
  let path = "";
  let last: number | null = null;
  for (const [index, value] of medians.entries()) {
    if (value === null) {
      last = null;
      continue;
    }
    const now = y(value);
    // A part of one point has no length, and its round ends are a dot.
    path += last === null ? `M${index} ${now}l0 0` : `${now < last ? " 1" : " 1 "}${now - last}`;
    last = now;
  }
  return path;
}

interface BandOptions {
  readonly grid: Grid;
  readonly y: (value: number) => number;
  readonly margin: number;
}

/** Percent and °C that are added on both sides, so that the line of a very regular plant does not hide its band. */
const bandMargins = { moisture: 3, temperature: 0.5 } as const;

function bandPath(band: readonly BandPoint[], { grid: { startMs, stepMs }, y, margin }: BandOptions): string {
  const parts: { readonly x: number; readonly low: number; readonly high: number }[][] = [[]];
  for (const { atMs, low, high } of band) {
    if (low === null || high === null) parts.push([]);
    else
      parts
        .at(-1)
        ?.push({ x: Math.round((atMs - startMs) / stepMs), low: y(low - margin), high: y(high + margin) });
  }
  return parts
    .filter((part) => part.length > 1)
    .map((part) => {
      const upper = part.map(({ x, high }) => `${x} ${high}`);
      const lower = part.toReversed().map(({ x, low }) => `${x} ${low}`);
      return `M${[...upper, ...lower].join("L")}Z`;
    })
    .join("");
}

function oddPath(odd: readonly Sample[], x: (atMs: number) => number, y: (value: number) => number): string {
  return odd.map(({ atMs, value }) => `M${x(atMs)} ${y(value)}h0`).join("");
}

/** The hours below the lines, once a page; each chart uses it. */
export function renderTimeAxis({ startMs, stepMs, points }: Grid, times: TimeWords): SafeHtml {
  const spanMs = stepMs * (points - 1);
  const ticks: SafeHtml[] = [];
  const quarterMs = 15 * 60_000;
  // All time zones are offset by whole quarters of an hour.
  for (let atMs = Math.ceil(startMs / quarterMs) * quarterMs; atMs <= startMs + spanMs; atMs += quarterMs) {
    const { hour, minute } = times.local(atMs);
    if (hour % 6 !== 0 || minute !== 0) continue;
    const percent = ((atMs - startMs) / spanMs) * 100;
    const anchor = percent < 6 ? "start" : percent > 94 ? "end" : "middle";
    const label = hour === 0 ? "midnight" : hour === 12 ? "noon" : times.time(atMs);
    ticks.push(html`<text class="hour" x="${percent.toFixed(1)}%" text-anchor="${anchor}">${label}</text>`);
  }
  return html`<svg class="defs" width="0" height="0" aria-hidden="true"><defs><g id="hours">${ticks}</g></defs></svg>`;
}

/** The chart of a card: one line, with its scale beside it. */
export function renderCardChart(plant: PagePlant, isTemperature: boolean, { grid }: PageModel): SafeHtml {
  const line = isTemperature ? plant.temperature : plant.soilMoisture;
  const scale = isTemperature ? temperatureScale(line) : moistureScale(line);
  const unit = isTemperature ? "°C" : "%";
  const chart = renderLine(line, {
    grid,
    scale,
    kind: isTemperature ? "temperature" : "moisture",
    top: 0,
    height: 74,
    wateringsMs: isTemperature ? [] : plant.wateringsMs,
  });
  return html`<div class="chart">
    <svg class="plot" height="92" role="img" aria-label="${isTemperature ? "Temperature" : "Soil moisture"} of ${plant.name}, the last 24 hours" data-start="${grid.startMs}" data-step="${grid.stepMs}">
    ${chart}<use href="#hours" y="86"/></svg>
    <div class="scale" aria-hidden="true"><span>${formatNumber(scale.high, 0)}\u00a0${unit}</span><span>${formatNumber(scale.low, 0)}</span></div>
  </div>`;
}

/** Moisture above, the hours, and temperature below. */
export function renderPlantChart(plant: PagePlant, { grid }: PageModel): SafeHtml {
  const { soilMoisture, temperature } = plant;
  return html`<svg class="plot" height="116" role="img" aria-label="Soil moisture and temperature of ${plant.name}, the last 24 hours" data-start="${grid.startMs}" data-step="${grid.stepMs}">
    ${renderLine(soilMoisture, { grid, scale: moistureScale(soilMoisture), kind: "moisture", top: 0, height: 62, wateringsMs: plant.wateringsMs })}
    <use href="#hours" y="73"/>
    ${renderLine(temperature, { grid, scale: temperatureScale(temperature), kind: "temperature", top: 78, height: 38, wateringsMs: [] })}
  </svg>`;
}

/** All that is known; a summary may have other statistics too. */
export function quartilesOf(history: readonly DaySummary[], key: "soilMoisture" | "temperature"): number[] {
  return history
    .flatMap(({ [key]: { p25, median, p75 } }) => [p25, median, p75])
    .filter((value) => value !== null);
}

/** Days that a history has place for, so that a day is as wide in a short one. */
const historyDays = 14;

/** A box from p25 to p75 and a dash at the median, for each of the last days. */
export function renderHistory(
  history: readonly DaySummary[],
  key: "soilMoisture" | "temperature",
  label: string,
): SafeHtml | null {
  const values = quartilesOf(history, key);
  if (values.length === 0) return null;
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const missing = Math.max(0, leastCelsius / 2 - (greatest - least)) / 2;
  const low = key === "soilMoisture" ? Math.min(least, 0) : least - missing;
  const high = key === "soilMoisture" ? 100 : greatest + missing;
  const y = (value: number) => Math.round(((high - value) / (high - low)) * 36) + 2;
  const first = historyDays - history.length;
  const boxes = history.map(({ [key]: { p25, p75 } }, index) =>
    p25 === null || p75 === null ? "" : `M${(first + index) * 10 + 5} ${y(p75)}V${y(p25)}`,
  );
  const medians = history.map(({ [key]: { median } }, index) =>
    median === null ? "" : `M${(first + index) * 10 + 3} ${y(median)}h4`,
  );
  const kind = key === "soilMoisture" ? "moisture" : "temperature";
  return html`<svg class="days" height="40" role="img" aria-label="${label}" viewBox="0 0 ${historyDays * 10} 40" preserveAspectRatio="none">
    <path class="box ${kind}" d="${boxes.join("")}"/><path class="line ${kind}" d="${medians.join("")}"/></svg>`;
}
