import { countWord, formatCelsius, formatNumber, formatPercent } from "../words/format-value.js";
import { countOf, formatDuration, formatInterval, type TimeWords, timeWords } from "../words/local-time.js";
import { mailLink, telLink } from "./contact-links.js";
import client from "./generated/client.json";
import type {
  AlertView,
  ContactView,
  DaySummary,
  LineView,
  PageModel,
  PagePlant,
  PlantStatus,
} from "./page-model.js";
import {
  quartilesOf,
  renderCardChart,
  renderHistory,
  renderPlantChart,
  renderTimeAxis,
} from "./render-charts.js";
import { renderMap } from "./render-map.js";
import { html, type SafeHtml, trustedHtml } from "./safe-html.js";

/** What the page is told by the server that serves it. */
export interface RenderOptions {
  /**
   * How the page stays current where a server made it: `events` by server-sent events from `events`, `poll` by asking again
   * each minute. `null`, the default, is a file that nobody renews.
   */
  readonly live?: "events" | "poll" | null | undefined;
  /** Since when the data cannot be read; the page then shows the last that could be. */
  readonly failingSinceMs?: number | null | undefined;
}

/** Sources that a page may load from: none but itself, its own style and its own script. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src '${client.scriptHash}'`,
  `style-src '${client.styleHash}'`,
  "img-src data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join("; ");

/** At most this many cards; the other plants in need are marked in the list. */
const maxCards = 50;

/**
 * The page as one HTML document without any reference to the outside.
 *
 * @example
 * ```ts
 * import { buildPageModel, loadPageData, renderPage } from "@lmnh/plant-health/page";
 *
 * const nowMs = Date.now();
 * const page = renderPage(buildPageModel(await loadPageData({ ...stores, nowMs, history: [] }), { nowMs }));
 * ```
 */
export function renderPage(
  model: PageModel,
  { live = null, failingSinceMs = null }: RenderOptions = {},
): string {
  const times = timeWords(model.timeZone);
  const context: Context = { model, times, isServed: live !== null };
  const hasPlants = model.plants.length > 0 || model.search !== null;
  return renderDocument({
    title: `${model.verdict} · ${model.title}`,
    root: html`data-made="${model.nowMs}" data-stale-after="${model.staleAfterMs}" data-time-zone="${model.timeZone}" data-live="${live ?? ""}" data-state="${failingSinceMs === null ? model.state : "failing"}"`,
    body: html`${hasPlants && html`<a class="skip" href="#plants">Skip to all plants</a>`}
    <main id="main">
    ${renderHead(context, failingSinceMs)}
    ${renderCards(context)}
    ${hasPlants && renderPlants(context)}
    ${renderMap(model.plants)}
    ${model.plants.length > 0 && renderTable(context)}
    ${renderExplanation(context)}
    </main>`,
  });
}

/** A page without data, for a server that has none to show. */
export function renderProblemPage(options: {
  readonly title: string;
  readonly heading: string;
  readonly sentence: string;
}): string {
  const { title, heading, sentence } = options;
  return renderDocument({
    title: `${heading} · ${title}`,
    root: html`data-live="poll" data-state="failing"`,
    body: html`<main id="main"><header><p class="museum">${title}</p><h1>${heading}</h1></header>
    <div class="panel bad" role="status"><p>${sentence}</p></div></main>`,
  });
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%232b6b45' d='M14 2C6 2 2 6 2 14c8 0 12-4 12-12Z'/%3E%3C/svg%3E";

function renderDocument(parts: {
  readonly title: string;
  readonly root: SafeHtml;
  readonly body: SafeHtml;
}): string {
  const page = html`<!doctype html>
<html lang="en-GB" ${parts.root}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${parts.title}</title>
<link rel="icon" href="${trustedHtml(icon)}">
<style>${trustedHtml(client.style)}</style>
</head>
<body>
${parts.body}
<script>${trustedHtml(client.script)}</script>
</body>
</html>
`;
  return page.toString();
}

interface Context {
  readonly model: PageModel;
  readonly times: TimeWords;
  /** Whether a server made the page, which can make another one. */
  readonly isServed: boolean;
}

function renderHead(context: Context, failingSinceMs: number | null): SafeHtml {
  const { model, times, isServed } = context;
  const { nowMs, title, verdict, counts, state, newestReadingMs } = model;
  const isCounted = counts.plants > 0 && state !== "empty";
  const newest =
    state === "current" && newestReadingMs !== null
      ? ` The last reading came in at ${times.time(newestReadingMs)}.`
      : "";
  return html`<header>
    <p class="museum">${title}</p>
    <div${isServed ? html` aria-live="polite"` : null}><h1>${verdict}</h1></div>
    <p class="made">${times.date(nowMs)}, ${times.time(nowMs)}.${isCounted && ` ${countSentence(model)}${newest}`}</p>
    <div class="panel bad" id="old" role="status" hidden></div>
    ${failingSinceMs === null ? renderState(context) : renderFailing(failingSinceMs, context)}
  </header>`;
}

function countSentence({ counts, state, outage }: PageModel): string {
  const isKnown = state === "current" && outage === null;
  const plants = countOf(counts.plants, "plant");
  const parts = [
    isKnown ? `${counts.usual} of ${plants} ${counts.usual === 1 ? "is" : "are"} as usual` : plants,
  ];
  if (counts.onLoan > 0) parts.push(`${countWord(counts.onLoan)} on loan`);
  if (counts.away > counts.onLoan) parts.push(`${countWord(counts.away - counts.onLoan)} not there`);
  if (counts.unknown > 0 && isKnown) parts.push(`${countWord(counts.unknown)} not known`);
  return `${parts.join(", ")}.`;
}

function renderFailing(sinceMs: number, { model, times }: Context): SafeHtml {
  return html`<div class="panel bad" role="status"><p><strong>This is the last page that could be made.</strong>
    The plants’ data cannot be read since ${times.since(sinceMs, Math.max(sinceMs, model.nowMs))}. What you see is from ${times.time(model.nowMs)}.</p></div>`;
}

function renderState({ model, times }: Context): SafeHtml | null {
  const { state, nowMs, newestReadingMs, lastRun, counts, outage, hint } = model;
  if (state === "empty")
    return html`<div class="panel"><p>The plants appear here as soon as the pipeline has loaded a first reading.</p>
      ${hint !== null && html`<p>To load one: <code>${hint}</code></p>`}</div>`;
  if (state === "stale") {
    const age =
      newestReadingMs === null ? "" : ` What you see is ${formatDuration(nowMs - newestReadingMs)} old;`;
    const run =
      lastRun === null
        ? " no pull has run in the last 24 hours."
        : ` the last pull began ${times.at(lastRun.startedMs, nowMs)}.`;
    const alert =
      outage === null
        ? "Please tell the people who run the pipeline."
        : `An alert to the people who run the pipeline is open since ${times.since(outage.startedMs, nowMs)}.`;
    return html`<div class="panel bad"><p><strong>How the plants are now is not known.</strong>${age}${run} ${alert}</p></div>`;
  }
  if (outage !== null)
    return html`<div class="panel bad"><p><strong>${outage.heading}, since ${times.since(outage.startedMs, nowMs)}.</strong> ${outage.sentence}</p></div>`;
  if (counts.need + counts.sensor > 0 || counts.plants === 0) return null;
  return html`<div class="panel calm"><p>Nothing is dry, too warm, too cold, stuck or silent.${model.learning && " What is usual for each plant is still being learned, so that not everything unusual is noticed yet."}</p></div>`;
}

function renderCards(context: Context): SafeHtml | null {
  const { model, times } = context;
  const inNeed = model.plants.filter(({ alerts }) => alerts.length > 0);
  const hidden = inNeed.length - maxCards;
  if (inNeed.length === 0 && model.ended.length === 0) return null;
  const ended = model.ended.map(
    ({ plantId, name, heading, endedMs }) =>
      html`<li><a href="#plant-${plantId}">${name}</a>: ${lowerFirst(heading)}, until ${times.since(endedMs, model.nowMs)}</li>`,
  );
  return html`<section class="needs" aria-labelledby="needs-heading">
    <h2 id="needs-heading" class="${model.state === "stale" ? "" : "hidden"}">${model.state === "stale" ? "What was open before" : "What needs you"}</h2>
    <div class="cards">${inNeed.slice(0, maxCards).map((plant) => renderCard(plant, context))}</div>
    ${hidden > 0 && html`<p class="note">${countOf(hidden, "more plant")} in need ${hidden === 1 ? "is" : "are"} marked in the list below.</p>`}
    ${ended.length > 0 && html`<p class="note" id="ended-heading">As usual again in the last 24 hours:</p><ul class="note" aria-labelledby="ended-heading">${ended}</ul>`}
  </section>`;
}

function renderCard(plant: PagePlant, context: Context): SafeHtml {
  const { model, times } = context;
  const [first, ...others] = plant.alerts;
  return html`<article class="card ${plant.status}" id="need-${plant.plantId}" aria-labelledby="need-name-${plant.plantId}">
    ${first && renderAlertHeading(first)}
    <h3 id="need-name-${plant.plantId}"><a href="#plant-${plant.plantId}">${plant.name}</a> <span class="id">${plant.plantId}</span></h3>
    ${first && renderSentence(first, model.nowMs, times)}
    ${others.map((alert) => [renderAlertHeading(alert), renderSentence(alert, model.nowMs, times)])}
    ${renderCardChart(plant, first?.rule === "temperature", model)}
    ${plant.botanist === null ? html`<p class="contact">No botanist is known.</p>` : renderContact(plant.botanist, `${plant.name} (${plant.plantId}): ${first?.heading ?? ""}`)}
  </article>`;
}

function renderAlertHeading({ heading, kind }: AlertView): SafeHtml {
  return html`<p class="heading ${kind === "plant" ? "need" : "sensor"}"><span class="mark" aria-hidden="true"></span>${heading}</p>`;
}

function renderSentence({ sentence, acknowledgedMs }: AlertView, nowMs: number, times: TimeWords): SafeHtml {
  const taken = acknowledgedMs === null ? "" : ` Somebody took this over ${times.at(acknowledgedMs, nowMs)}.`;
  return html`<p class="sentence">${sentence}${taken}</p>`;
}

function renderContact({ name, phone, email }: ContactView, subject: string | null): SafeHtml {
  const tel = telLink(phone);
  const mail = mailLink(email, subject);
  return html`<p class="contact"><span>${name}</span>
    ${phone !== "" && (tel === null ? html`<span>${phone}</span>` : html`<a href="${tel}">${phone}</a>`)}
    ${email !== "" && (mail === null ? html`<span>${email}</span>` : html`<a href="${mail}">${breakable(email)}</a>`)}</p>`;
}

/** An address breaks where its parts end, if at all. */
function breakable(email: string): SafeHtml {
  const [local = "", domain = ""] = email.split("@");
  return html`${local}@<wbr>${domain}`;
}

function renderPlants(context: Context): SafeHtml {
  const { model, times } = context;
  return html`<section id="plants" aria-labelledby="plants-heading">
    ${renderTimeAxis(model.grid, times)}
    <div class="bar"><h2 id="plants-heading">All plants, the last 24 hours</h2>
    ${model.search === null ? renderFind() : renderSearch(context)}</div>
    <p class="legend" aria-hidden="true"><span><svg width="32" height="12"><path class="band moisture" d="M0 1H32V11H0Z"/><path class="line moisture" d="M0 6H32"/></svg>soil moisture, in its usual band</span>
    <span><svg width="6" height="14"><path class="watering" d="M3 0V14"/></svg>watered</span>
    <span><svg width="32" height="12"><path class="line temperature" d="M0 6H32"/></svg>temperature</span>
    <span><svg width="8" height="12"><path class="odd" d="M4 6h0"/></svg>a reading that is not believed</span></p>
    ${model.learning && html`<p class="note">What is usual is being learned: the bands appear on the third day.</p>`}
    <p class="note" id="none-found" role="status" hidden></p>
    <div class="plants" id="list">${model.plants.map((plant, rank) => renderPlant(plant, rank, context))}</div>
  </section>`;
}

/** Without script there is nothing to find with, so that the script shows it. */
function renderFind(): SafeHtml {
  return html`<form class="find" id="find-form" role="search" hidden><label>Find <input type="search" id="find" maxlength="100" placeholder="plant, botanist, place" autocomplete="off"></label>
    <label>Order <select id="order"><option value="need">what needs you</option><option value="name">name</option><option value="dry">driest first</option><option value="warm">warmest first</option><option value="botanist">botanist</option><option value="country">country</option></select></label></form>`;
}

/** Of more plants than are shown; a file has no server to search with. */
function renderSearch({ model, isServed }: Context): SafeHtml {
  const { search, counts, plants } = model;
  const found = search === null || search.text === "" ? "" : `${countOf(search.found, "plant")} found. `;
  const shown = `${found}${countOf(plants.length, "plant")} of ${counts.plants} shown: those in need${isServed ? ", and those that you find" : ""}.`;
  const form = html`<form class="find" role="search" method="get"><label>Find <input type="search" name="q" maxlength="100" value="${search?.text}" placeholder="plant, botanist, place"></label> <button>Find</button></form>`;
  return html`${isServed && form}<p class="note">${shown}</p>`;
}

function renderPlant(plant: PagePlant, rank: number, context: Context): SafeHtml {
  const { plantId, name, status, alerts, botanist, country, soilMoisture, temperature, absence } = plant;
  const hasLine = [...soilMoisture.medians, ...temperature.medians].some((value) => value !== null);
  const text = absence !== null ? absenceTexts[absence] : hasLine ? null : noReadings(context.model);
  return html`<article class="plant ${status}" id="plant-${plantId}" tabindex="-1" aria-labelledby="name-${plantId}" data-rank="${rank}" data-name="${name}" data-dry="${soilMoisture.last?.toFixed(1)}" data-warm="${temperature.last?.toFixed(1)}" data-botanist="${botanist?.name}" data-country="${country}">
    <div class="title"><h3 id="name-${plantId}"><span class="mark" aria-hidden="true"></span>${name} <span class="id">${plantId}</span><span class="hidden">, ${statusText(status, context.model)}</span></h3>
    ${renderValues(plant)}</div>
    ${alerts.map(({ heading, kind }) => html`<p class="heading ${kind === "plant" ? "need" : "sensor"}">${heading}</p>`)}
    ${text !== null && html`<p class="absence">${text}</p>`}
    ${absence === null && hasLine && renderPlantChart(plant, context.model)}
    ${renderDetails(plant, context)}
  </article>`;
}

const statusTexts: Readonly<Record<PlantStatus, string>> = {
  need: "needs you",
  sensor: "its sensor needs a look",
  usual: "as usual",
  away: "away",
  unknown: "state not known",
};

function statusText(status: PlantStatus, { state }: PageModel): string {
  return state === "stale" && status === "usual" ? "was as usual" : statusTexts[status];
}

/** Of many plants, the readings of those in need are on the page. */
function noReadings({ search }: PageModel): string {
  return search === null
    ? "No readings in the last 24 hours."
    : "No readings of this plant are on this page.";
}

const absenceTexts = {
  on_loan: "Lent to another museum; the sensor is here, the plant is not.",
  not_found: "The museum’s system has no such plant at present.",
} as const;

const absenceWords = { on_loan: "on loan", not_found: "not there" } as const;

/** A present value, or the last one by that name. */
function renderValues({ soilMoisture, temperature, absence }: PagePlant): SafeHtml {
  if (absence !== null) return html`<p class="values last">${absenceWords[absence]}</p>`;
  if (soilMoisture.last === null && temperature.last === null)
    return html`<p class="values last">no value</p>`;
  if (!soilMoisture.isPresent) {
    const last = soilMoisture.last === null ? "–" : formatPercent(soilMoisture.last);
    return html`<p class="values last">last ${last}</p>`;
  }
  return html`<p class="values">${renderValue(soilMoisture, "moisture", "%", 0)} ${renderValue(temperature, "temperature", "°C", 1)}</p>`;
}

function renderValue({ last }: LineView, kind: string, unit: string, decimals: 0 | 1): SafeHtml | null {
  return last === null
    ? null
    : html`<span class="value"><b class="${kind}">${formatNumber(last, decimals)}</b>\u00a0${unit}</span>`;
}

function renderDetails(plant: PagePlant, { model, times }: Context): SafeHtml {
  const { lastWateredMs, wateringsMs, usualIntervalMs, botanist, scientificName, history } = plant;
  const watered =
    lastWateredMs === null
      ? "The last watering is not known."
      : `Last ${times.at(lastWateredMs, model.nowMs)}; ${wateringsMs.length === 0 ? "none" : countWord(wateringsMs.length)} in 24 hours${usualIntervalMs === null ? "" : `; usually every ${formatInterval(usualIntervalMs)}`}.`;
  const last = history.at(-1)?.day;
  const days = `${countOf(history.length, "day")} to ${last === undefined ? "" : shortDay(last)}`;
  const waterings = history.reduce((sum, { timesWatered }) => sum + timesWatered, 0);
  const isShort = history.length < leastBoxes;
  const moisture = isShort
    ? renderFewDays(history, "soilMoisture")
    : renderHistory(history, "soilMoisture", `Soil moisture of ${plant.name}, ${days}`);
  const warmth = isShort
    ? renderFewDays(history, "temperature")
    : renderHistory(history, "temperature", `Temperature of ${plant.name}, ${days}`);
  return html`<details><summary>Watering, history, people<span class="hidden"> of ${plant.name}</span></summary>
    <dl>${scientificName !== null && html`<dt>Species</dt><dd><i>${scientificName}</i></dd>`}
    <dt>Watering</dt><dd>${watered}</dd>
    <dt>From</dt><dd>${placeOf(plant) ?? "not known"}</dd>
    <dt>Botanist</dt><dd>${botanist === null ? "not known" : renderContact(botanist, `${plant.name} (${plant.plantId})`)}</dd></dl>
    ${moisture !== null && html`<p class="caption">Soil moisture, ${days}: ${rangeOf(history, "soilMoisture")}, watered ${countOf(waterings, "time")}</p>${moisture}`}
    ${warmth !== null && html`<p class="caption">Temperature, ${days}: ${rangeOf(history, "temperature")}</p>${warmth}`}
    ${history.length === 0 && html`<p class="caption">No history yet: a day appears here once the archive has it.</p>`}
  </details>`;
}

/** Fewer days than this are easier to read as text. */
const leastBoxes = 4;

/** The middle half of the values of each day, and their median; `null` of no day. */
function renderFewDays(history: readonly DaySummary[], key: "soilMoisture" | "temperature"): SafeHtml | null {
  if (quartilesOf(history, key).length === 0) return null;
  const days = history.map((day) => {
    const { median } = day[key];
    const values = median === null ? "not known" : `${rangeOf([day], key)}, median ${formatOf[key](median)}`;
    return html`<li>${shortDay(day.day)}: ${values}</li>`;
  });
  return html`<ul class="few">${days}</ul>`;
}

const formatOf = {
  soilMoisture: (value: number) => formatPercent(value),
  temperature: formatCelsius,
} as const;

/** From the lowest to the highest quartile, which is the height of the boxes. */
function rangeOf(history: readonly DaySummary[], key: "soilMoisture" | "temperature"): string {
  const values = quartilesOf(history, key);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${formatNumber(low, key === "soilMoisture" ? 0 : 1)} to ${formatOf[key](high)}`;
}

function placeOf({ city, country }: PagePlant): string | null {
  return [city, country].filter((part) => part !== null).join(", ") || null;
}

const shortMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "27 Nov" of `2026-11-27`; nothing of what is not a day. */
function shortDay(day: string): string {
  const match = /^\d{4}-(\d{2})-(\d{2})$/.exec(day);
  return match === null ? "" : `${Number(match[2])}\u00a0${shortMonths[Number(match[1]) - 1] ?? ""}`;
}

function renderTable({ model, times }: Context): SafeHtml {
  const rows = model.plants.map((plant) => {
    const {
      plantId,
      name,
      scientificName,
      status,
      alerts,
      soilMoisture,
      temperature,
      lastWateredMs,
      botanist,
      absence,
    } = plant;
    const state =
      absence !== null
        ? absenceWords[absence]
        : alerts.map(({ heading }) => heading).join(", ") || statusText(status, model);
    const value = ({ last, isPresent }: LineView, format: (value: number) => string) =>
      last === null || absence !== null ? "–" : `${isPresent ? "" : "last "}${format(last)}`;
    return html`<tr data-plant="${plantId}" class="${status}"><th scope="row"><a href="#plant-${plantId}">${name}</a> <span class="id">${plantId}</span>${scientificName !== null && html` <i>${scientificName}</i>`}</th>
    <td><span class="mark" aria-hidden="true"></span>${state}</td><td class="number">${value(soilMoisture, formatPercent)}</td><td class="number">${value(temperature, formatCelsius)}</td>
    <td>${lastWateredMs === null ? "not known" : times.since(lastWateredMs, model.nowMs)}</td>
    <td>${botanist === null ? "not known" : `${botanist.name} ${botanist.phone}`}</td><td>${placeOf(plant) ?? "not known"}</td></tr>`;
  });
  return html`<section aria-labelledby="table-heading">
    <h2 id="table-heading">Everything in one table</h2>
    <div class="scroll" role="group" aria-label="Table of all plants" tabindex="0"><table>
    <thead><tr><th scope="col">Plant</th><th scope="col">State</th><th scope="col" class="number">Soil</th><th scope="col" class="number">Air</th><th scope="col">Last watered</th><th scope="col">Botanist</th><th scope="col">From</th></tr></thead>
    <tbody>${rows}</tbody></table></div>
  </section>`;
}

function renderExplanation({ model, times }: Context): SafeHtml {
  const { lastRun, nowMs, timeZone } = model;
  const run =
    lastRun === null
      ? ""
      : ` Pull of ${times.since(lastRun.startedMs, nowMs)}: ${lastRun.loaded} of ${countOf(lastRun.requested, "plant")} read.`;
  return html`<section class="explanation" aria-labelledby="how-heading">
    <h2 id="how-heading">How to read this page</h2>
    <ul class="marks"><li class="need"><span class="mark" aria-hidden="true"></span>the plant needs somebody</li><li class="sensor"><span class="mark" aria-hidden="true"></span>the sensor needs a look; how the plant is, is not known</li><li class="usual"><span class="mark" aria-hidden="true"></span>as usual</li><li class="away"><span class="mark" aria-hidden="true"></span>away, or not known</li></ul>
    <p>A value is the median of 15 minutes, or of more where readings come seldom. Single readings that stand alone are drawn as dots and believed by nobody. The band is what this plant was like at this time of day over the last two weeks. “Last” stands before a value that is not the plant’s present one.</p>
    <p>Times are ${timeZone}.${run}</p>
  </section>`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
