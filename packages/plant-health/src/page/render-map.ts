import { equalEarth } from "./equal-earth.js";
import land from "./generated/land.json";
import type { PagePlant, PlantStatus } from "./page-model.js";
import { html, type SafeHtml } from "./safe-html.js";

interface Place {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly plants: PagePlant[];
}

/** Where the plants come from; `null` if that is known of none. The most urgent mark is drawn last, above the others. */
export function renderMap(plants: readonly PagePlant[]): SafeHtml | null {
  const places = placesOf(plants);
  if (places.length === 0) return null;
  return html`<section aria-labelledby="map-heading">
    <h2 id="map-heading">Where they come from</h2>
    <svg class="map" viewBox="0 0 ${land.width} 530" role="group" aria-label="World map of the plants’ places of origin">
    <path class="land" d="${land.path}"/>
    ${places.toReversed().map(renderPlace)}
    </svg>
  </section>`;
}

/** Plants of one city share a mark; the first of them, which is the most urgent, decides its look. */
function placesOf(plants: readonly PagePlant[]): Place[] {
  const places = new Map<string, Place>();
  for (const plant of plants) {
    if (plant.position === null) continue;
    const { x, y } = equalEarth(plant.position.latitude, plant.position.longitude);
    const [left, top] = [land.x0 + x * land.scale, land.y0 + y * land.scale];
    const key = `${Math.round(left / 4)}:${Math.round(top / 4)}`;
    const label = [plant.city, plant.country].filter((part) => part !== null).join(", ");
    const place = places.get(key);
    if (place === undefined) places.set(key, { x: left, y: top, label, plants: [plant] });
    else place.plants.push(plant);
  }
  return [...places.values()];
}

const statusWords: Readonly<Record<PlantStatus, string>> = {
  need: ", which needs you",
  sensor: ", whose sensor needs a look",
  usual: "",
  away: ", which is away",
  unknown: ", whose state is not known",
};

function renderPlace({ x, y, label, plants }: Place): SafeHtml | null {
  const [first] = plants;
  if (first === undefined) return null;
  const names = plants.slice(0, 12).map(({ name, status }) => name + statusWords[status]);
  const more = plants.length > names.length ? ` and ${plants.length - names.length} more` : "";
  const text = `${label === "" ? "" : `${label}: `}${names.join("; ")}${more}`;
  return html`<a href="#plant-${first.plantId}" class="${first.status}" aria-label="${text}"><title>${text}</title>
    <circle class="target" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="16"/><path d="M${x.toFixed(1)} ${y.toFixed(1)}${markPaths[first.status]}"/></a>`;
}

const smallDisc = "m-6 0a6 6 0 1 1 12 0a6 6 0 1 1-12 0Z";

/** The marks of the page, around a position. */
const markPaths: Readonly<Record<PlantStatus, string>> = {
  need: "m0-11l11 19h-22Z",
  sensor: "m0-11l11 11-11 11-11-11Z",
  usual: smallDisc,
  away: smallDisc,
  unknown: smallDisc,
};
