// The script of the page. The page is complete without it; this adds finding, ordering, the readout of a chart, the warning
// on an old page, and on a server the renewal of the page in place.

const root = document.documentElement;
const { timeZone, live } = root.dataset;
const minuteMs = 60_000;

function byId(id: string): HTMLElement | null {
  return document.getElementById(id);
}

function all<T extends Element>(selector: string): T[] {
  return [...document.querySelectorAll<T>(selector)];
}

// ── Find and order, kept in the hash so that they can be sent to somebody ──

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });

function readHash(): { find: string; order: string } {
  const values = new URLSearchParams(location.hash.slice(1));
  return { find: values.get("find") ?? "", order: values.get("order") ?? "need" };
}

function writeHash(): void {
  const find = (byId("find") as HTMLInputElement | null)?.value ?? "";
  const order = (byId("order") as HTMLSelectElement | null)?.value ?? "need";
  const values = new URLSearchParams();
  if (find !== "") values.set("find", find);
  if (order !== "need") values.set("order", order);
  const hash = values.toString();
  history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`);
}

function applyFind(): void {
  const input = byId("find") as HTMLInputElement | null;
  if (input === null) return;
  const words = fold(input.value).split(/\s+/).filter(Boolean);
  let count = 0;
  const plants = all<HTMLElement>(".plant");
  for (const plant of plants) {
    const text = fold(plant.textContent ?? "");
    plant.hidden = !words.every((word) => text.includes(word));
    if (!plant.hidden) count++;
    const row = document.querySelector<HTMLElement>(`[data-plant="${plant.id.slice(6)}"]`);
    if (row !== null) row.hidden = plant.hidden;
  }
  const note = byId("none-found");
  if (note === null) return;
  note.hidden = words.length === 0;
  const text =
    count === 0 ? `No plant matches “${input.value}”.` : `${count} of ${plants.length} plants match.`;
  setText(note, text);
}

function applyOrder(): void {
  const list = byId("list");
  const order = (byId("order") as HTMLSelectElement | null)?.value ?? "need";
  if (list === null) return;
  const plants = all<HTMLElement>(".plant");
  const numberOf = (plant: HTMLElement, key: string, missing: number) =>
    plant.dataset[key] ? Number(plant.dataset[key]) : missing;
  const compare: Record<string, (one: HTMLElement, other: HTMLElement) => number> = {
    dry: (one, other) => numberOf(one, "dry", 1e9) - numberOf(other, "dry", 1e9),
    warm: (one, other) => numberOf(other, "warm", -1e9) - numberOf(one, "warm", -1e9),
  };
  const byText = (one: HTMLElement, other: HTMLElement) => {
    const [first, second] = [one.dataset[order] ?? "", other.dataset[order] ?? ""];
    return Number(first === "") - Number(second === "") || collator.compare(first, second);
  };
  const sorted = [...plants].sort(
    (one, other) =>
      (order === "need" ? 0 : (compare[order] ?? byText)(one, other)) ||
      Number(one.dataset.rank) - Number(other.dataset.rank),
  );
  if (sorted.every((plant, index) => plant === plants[index])) return;
  const focused = document.activeElement as HTMLElement | null;
  list.append(...sorted);
  if (focused !== null && list.contains(focused)) focused.focus({ preventScroll: true });
}

/** A hash is a find and an order, or the id of a plant, which must not be hidden then. */
function followHash(): void {
  const target = location.hash.startsWith("#plant-") ? byId(location.hash.slice(1)) : null;
  const input = byId("find") as HTMLInputElement | null;
  const select = byId("order") as HTMLSelectElement | null;
  if (target === null) {
    const { find, order } = readHash();
    if (input !== null) input.value = find;
    if (select !== null && [...select.options].some(({ value }) => value === order)) select.value = order;
  } else if (target.hidden && input !== null) input.value = "";
  applyFind();
  applyOrder();
  if (target === null) return;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

document.addEventListener("input", ({ target }) => {
  const { id } = target as Element;
  if (id !== "find" && id !== "order") return;
  writeHash();
  applyFind();
  applyOrder();
});
document.addEventListener("submit", (event) => {
  if ((event.target as Element).id === "find-form") event.preventDefault();
});
window.addEventListener("hashchange", followHash);

// ── The readout of a chart, decoded from its paths ──

const timeFormat = new Intl.DateTimeFormat("en-GB", {
  ...(timeZone ? { timeZone } : {}),
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** The values of a path by the step of the grid. */
function decodeLine(path: SVGPathElement): Map<number, number> {
  const { high, perUnit } = path.dataset;
  const values = new Map<number, number>();
  let x = 0;
  let y = 0;
  for (const part of (path.getAttribute("d") ?? "").split("M").slice(1)) {
    const [start = "", steps = ""] = part.split("l");
    [x = 0, y = 0] = start.split(" ").map(Number);
    const numbers = (steps.match(/-?\d+/g) ?? []).map(Number);
    for (let index = 0; index < numbers.length; index += 2) {
      x += numbers[index] ?? 0;
      y += numbers[index + 1] ?? 0;
      values.set(x, Number(high) - y / Number(perUnit));
    }
  }
  return values;
}

function textAt(plot: SVGSVGElement, step: number): string {
  const parts = [timeFormat.format(Number(plot.dataset.start) + step * Number(plot.dataset.step))];
  for (const path of plot.querySelectorAll<SVGPathElement>("path.line")) {
    const value = decodeLine(path).get(step);
    if (value === undefined) continue;
    const isMoisture = path.classList.contains("moisture");
    const text = Math.abs(value).toFixed(isMoisture ? 0 : 1);
    const sign = value < 0 && Number(text) !== 0 ? "−" : "";
    parts.push(`${sign}${text}\u00a0${isMoisture ? "%" : "°C"}`);
  }
  return parts.length === 1 ? `${parts[0]} no value` : parts.join("  ");
}

const readout = document.body.appendChild(document.createElement("div"));
readout.className = "readout";
readout.hidden = true;
readout.setAttribute("aria-hidden", "true");
const cursor = document.body.appendChild(document.createElement("div"));
cursor.className = "cursor";
cursor.hidden = true;

const steps = 288;

function showReadout(plot: SVGSVGElement, step: number): void {
  const text = textAt(plot, step);
  const { left, top, width, height } = plot.getBoundingClientRect();
  const x = left + (step / steps) * width;
  readout.textContent = text;
  readout.hidden = cursor.hidden = false;
  const half = readout.offsetWidth / 2;
  readout.style.left = `${Math.min(Math.max(x - half, 4), root.clientWidth - 2 * half - 4)}px`;
  readout.style.top = `${Math.max(4, top - readout.offsetHeight - 2)}px`;
  cursor.style.left = `${x}px`;
  cursor.style.top = `${top}px`;
  cursor.style.height = `${height}px`;
  if (plot.getAttribute("role") === "slider") {
    plot.setAttribute("aria-valuenow", String(step));
    plot.setAttribute("aria-valuetext", text);
  }
}

function hideReadout(): void {
  readout.hidden = cursor.hidden = true;
}

function plotOf(target: EventTarget | null): SVGSVGElement | null {
  return (target as Element | null)?.closest?.<SVGSVGElement>("svg.plot") ?? null;
}

for (const type of ["pointermove", "pointerdown"] as const)
  document.addEventListener(type, ({ target, clientX }) => {
    const plot = plotOf(target);
    if (plot === null) return hideReadout();
    const { left, width } = plot.getBoundingClientRect();
    const step = Math.round(((clientX - left) / width) * steps);
    showReadout(plot, Math.min(steps, Math.max(0, step)));
  });
document.addEventListener("scroll", hideReadout, { passive: true });
document.addEventListener("focusout", hideReadout);
document.addEventListener("focusin", ({ target }) => {
  const plot = plotOf(target);
  if (plot?.matches(":focus-visible")) showReadout(plot, Number(plot.getAttribute("aria-valuenow")));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return hideReadout();
  const plot = plotOf(event.target);
  if (plot === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const now = Number(plot.getAttribute("aria-valuenow"));
  const far = event.shiftKey ? 12 : 1;
  const moves: Record<string, number> = {
    ArrowLeft: now - far,
    ArrowDown: now - far,
    ArrowRight: now + far,
    ArrowUp: now + far,
    PageDown: now - 12,
    PageUp: now + 12,
    Home: 0,
    End: steps,
  };
  const to = moves[event.key];
  if (to === undefined) return;
  event.preventDefault();
  showReadout(plot, Math.min(steps, Math.max(0, to)));
});

/** A chart becomes a slider over its time, which a keyboard can move. */
function enhanceCharts(): void {
  for (const plot of all<SVGSVGElement>("svg.plot")) {
    if (plot.getAttribute("role") === "slider") continue;
    plot.setAttribute("role", "slider");
    plot.setAttribute("tabindex", "0");
    plot.setAttribute("aria-valuemin", "0");
    plot.setAttribute("aria-valuemax", String(steps));
    plot.setAttribute("aria-valuenow", String(steps));
    plot.setAttribute("aria-valuetext", textAt(plot, steps));
  }
}

// ── The age of the page ──

/** When the page was received; `Date.now()` may be set to anything, but a file has nothing else. */
let receivedMs = performance.now();

function ageMs(): number {
  return live ? performance.now() - receivedMs : Date.now() - Number(root.dataset.made);
}

/** The verdict of an old page is no verdict: its age takes the place of the heading. */
function showAge(): void {
  const old = byId("old");
  const heading = document.querySelector<HTMLElement>("h1");
  if (old === null || heading === null || !root.dataset.made) return;
  const age = ageMs();
  const isOld = age > Math.max(5 * minuteMs, Number(root.dataset.staleAfter));
  old.hidden = !isOld;
  root.toggleAttribute("data-old", isOld);
  const verdict = heading.dataset.verdict ?? heading.textContent ?? "";
  if (!isOld) {
    if (heading.dataset.verdict !== undefined) heading.textContent = verdict;
    delete heading.dataset.verdict;
    return;
  }
  const minutes = Math.floor(age / minuteMs);
  const hours = Math.floor(minutes / 60);
  const duration =
    minutes < 120 ? `${minutes} minutes` : hours < 72 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
  const reason = live ? "The connection to its server is lost." : "Open a newer one, if there is one.";
  heading.dataset.verdict = verdict;
  setText(heading, `This page is ${duration} old`);
  setText(old, `How the plants are now is not known. ${reason} When the page was made: “${verdict}”.`);
}

/** Without a change where there is none, which would be read out. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

// ── Renewal in place: open details, focus and scroll stay, because elements stay ──

const kept = new Set([
  "open",
  "hidden",
  "tabindex",
  "role",
  "aria-valuemin",
  "aria-valuemax",
  "aria-valuenow",
  "aria-valuetext",
]);

function keyOf(node: Node): string {
  return node instanceof Element ? node.id || (node as HTMLElement).dataset?.plant || "" : "";
}

function morph(from: Element, to: Element): void {
  for (const { name } of [...from.attributes])
    if (!kept.has(name) && !to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes)
    if (!kept.has(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  if (from.id === "old" || from.id === "none-found") return;
  const keyed = new Map<string, ChildNode>();
  for (const child of from.childNodes) if (keyOf(child) !== "") keyed.set(keyOf(child), child);
  let place: ChildNode | null = from.firstChild;
  for (const next of [...to.childNodes]) {
    const key = keyOf(next);
    const same = key === "" ? place : (keyed.get(key) ?? null);
    if (same === null || same.nodeName !== next.nodeName || keyOf(same) !== key) {
      from.insertBefore(next, place);
      continue;
    }
    if (same === place) place = place.nextSibling;
    else from.insertBefore(same, place);
    if (same instanceof Element && next instanceof Element) morph(same, next);
    else if (same.nodeValue !== next.nodeValue) same.nodeValue = next.nodeValue;
  }
  while (place !== null) {
    const next: ChildNode | null = place.nextSibling;
    place.remove();
    place = next;
  }
}

let isRenewing = false;

async function renew(): Promise<void> {
  if (isRenewing) return;
  isRenewing = true;
  try {
    const response = await fetch(location.pathname + location.search, { cache: "no-cache" });
    if (!(response.headers.get("content-type") ?? "").startsWith("text/html")) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const [main, next] = [byId("main"), page.getElementById("main")];
    if (main === null || next === null) return;
    for (const key of ["made", "staleAfter", "state"])
      root.dataset[key] = page.documentElement.dataset[key] ?? "";
    document.title = page.title;
    const focused = document.activeElement as HTMLElement | null;
    morph(main, next);
    // What was moved to another place has lost its focus.
    if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    if (response.ok) receivedMs = performance.now();
    start();
  } catch {
    // The server is away for a moment: the next event or minute tries again, and the page's age shows it.
  } finally {
    isRenewing = false;
  }
}

function start(): void {
  const form = byId("find-form");
  if (form !== null) form.hidden = false;
  enhanceCharts();
  applyFind();
  applyOrder();
  showAge();
}

start();
if (location.hash !== "") followHash();
setInterval(showAge, 15_000);
document.addEventListener("visibilitychange", showAge);
function poll(): void {
  setInterval(() => void renew(), minuteMs);
}

if (live === "poll") poll();
if (live === "events") {
  let known = "";
  const events = new EventSource("events");
  events.addEventListener("changed", ({ data }) => {
    if (data !== known) void renew();
    else receivedMs = performance.now();
    known = data;
  });
  // A browser tries again unless the server refuses, as it does when it has too many viewers.
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) poll();
  });
}
