import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getRequestListener } from "@hono/node-server";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createDashboard } from "../../src/dashboard/index.js";
import { buildPageModel, type PageData, renderPage } from "../../src/page/index.js";
import { noBrowser, openBrowser, openContext, timeout } from "../support/browser.js";
import { manualClock } from "../support/manual-clock.js";
import { museumDay, museumPlants, nowMs, outage } from "../support/museum-day.js";

const minuteMs = 60_000;
const calm = museumDay({ isCalm: true });
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

const states: Readonly<Record<string, string>> = {
  need: render(museumDay()),
  calm: render(calm),
  stale: render({ ...museumDay({ isCalm: true, ageMs: 37 * minuteMs }), alerts: [outage] }),
  learning: render({ ...museumDay({ isCalm: true, profileDays: 1 }), history: [] }),
  empty: renderPage(buildPageModel(nothing, { nowMs, hint: "plant run --watch" })),
  failing: renderPage(buildPageModel(calm, { nowMs }), { failingSinceMs: nowMs + 8 * minuteMs }),
};

const files = {
  ...states,
  short: render({ ...calm, history: calm.history.filter(({ day }) => day >= "2026-11-26") }),
};

function render(data: PageData): string {
  return renderPage(buildPageModel(data, { nowMs }));
}

describe.skipIf(noBrowser !== null)("the page in Chromium", () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "plant-page-"));
  const pictures = process.env.PLANT_TEST_SCREENSHOTS;

  beforeAll(async () => {
    browser = await openBrowser();
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.html`), text);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a file at the time at which it was made, unless another is given, and collects what must not happen. */
  async function open(name: string, options: BrowserContextOptions & { readonly atMs?: number } = {}) {
    const { atMs = nowMs + 30_000, ...contextOptions } = options;
    const context = await openContext(browser, contextOptions);
    const page = await context.newPage();
    await page.clock.setFixedTime(atMs);
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(?:file|data):/.test(request.url())) complaints.push(request.url());
    });
    const [file, hash = ""] = name.split("#");
    await page.goto(`${pathToFileURL(join(folder, `${file}.html`))}${hash === "" ? "" : `#${hash}`}`);
    return { page, complaints, close: () => context.close() };
  }

  /** Retries until the page, which handles events later than they are sent, has the expected value. */
  function poll<Value>(read: () => Value | Promise<Value>) {
    return expect.poll(read, { timeout });
  }

  async function takePicture(page: Page, name: string): Promise<void> {
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const result = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as axe.AxeResults;
    return result.violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html)
          .join(" ")}`,
    );
  }

  for (const name of Object.keys(states))
    for (const width of [390, 1280])
      for (const colorScheme of ["light", "dark"] as const)
        it(`state ${name} at ${width} px, ${colorScheme}: accessible, not wider than the screen, silent, without requests`, async () => {
          const { page, complaints, close } = await open(name, {
            colorScheme,
            viewport: { width, height: 844 },
          });
          await takePicture(page, `${name}-${width}-${colorScheme}`);
          expect(
            await page.evaluate("document.documentElement.scrollWidth - innerWidth"),
          ).toBeLessThanOrEqual(0);
          expect(await violations(page)).toEqual([]);
          expect(complaints).toEqual([]);
          await close();
        });

  it("has the table as blocks on a narrow screen, all of it visible", async () => {
    const { page, close } = await open("need", { viewport: { width: 390, height: 844 } });
    const row = page.locator('tr[data-plant="12"]');
    await row.scrollIntoViewIfNeeded();
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, "table-390.png") });
    expect(
      await page.evaluate("document.querySelector('.scroll').scrollWidth - innerWidth"),
    ).toBeLessThanOrEqual(0);
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('tr[data-plant="12"] > *')].every((cell) => cell.getBoundingClientRect().width > 100)`,
      ),
    ).toBe(true);
    expect(
      await page.evaluate(
        `getComputedStyle(document.querySelectorAll('tr[data-plant="12"] td')[1], "::before").content`,
      ),
    ).toBe('"Soil "');
    await close();
  });

  it("has a history of two days as text", async () => {
    const { page, close } = await open("short#plant-6");
    await page.locator("#plant-6 summary").click();
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, "history-2-days.png") });
    await page.locator("#plant-6 .few li").last().waitFor();
    const items = await page.locator("#plant-6 .few li").allInnerTexts();
    expect(items).toHaveLength(4);
    expect(items[0]).toMatch(/^26\u00a0Nov: \d+ to \d+\u00a0%, median \d+\u00a0%$/);
    await close();
  });

  it("is painted at once", async ({ annotate }) => {
    // Without a clock of the test's, which would stand in for this one too.
    const page = await (await openContext(browser)).newPage();
    await page.goto(String(pathToFileURL(join(folder, "need.html"))));
    const paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";
    while ((await page.evaluate<number>(paint)) === 0) await page.waitForTimeout(20);
    await annotate(`first contentful paint after ${await page.evaluate<number>(paint)} ms`);
    await page.close();
  });

  it("prints every word, with the details open and without what needs a screen", async () => {
    const { page, close } = await open("need");
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 794, height: 1123 });
    await takePicture(page, "need-print");
    await page.locator("#plant-6 dl").waitFor();
    await page.locator("#find-form").waitFor({ state: "hidden" });
    const clipped = await page.evaluate(`[...document.querySelectorAll("main *")].filter((element) =>
      !element.closest(".hidden, svg, [hidden]") && element.scrollWidth > element.clientWidth + 1 &&
      getComputedStyle(element).overflowX !== "visible").length`);
    expect(clipped).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    await close();
  });

  it("is complete without script", async () => {
    const { page, complaints, close } = await open("need", { javaScriptEnabled: false });
    expect(await page.locator(".plant").count()).toBe(49);
    await page.locator("#find-form").waitFor({ state: "hidden" });
    await page.locator("#plant-6 summary").click();
    await page.locator("#plant-6 dl").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("reaches everything by keyboard alone", async () => {
    const { page, close } = await open("need");
    const count =
      (await page.evaluate(`[...document.querySelectorAll("a[href], input, select, summary, [tabindex='0']")]
      .filter((element) => element.checkVisibility()).length`)) as number;
    await page.evaluate(`
      window.seen = new Set();
      document.addEventListener("focusin", ({ target }) => window.seen.add(target));`);
    for (let presses = 0; presses <= count; presses++) await page.keyboard.press("Tab");
    await poll(() => page.evaluate("window.seen.size")).toBeGreaterThanOrEqual(count);
    await page.locator("#plant-6 summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#plant-6 dl").waitFor();
    await close();
  });

  it("reads the value at a time back from the line, for a pointer and a keyboard", async () => {
    const { page, close } = await open("need");
    const model = buildPageModel(museumDay(), { nowMs });
    const plant = model.plants.find(({ plantId }) => plantId === 8);
    const expected = (step: number) => {
      const time = new Date(model.grid.startMs + step * model.grid.stepMs).toISOString().slice(11, 16);
      return `${time}  ${plant?.soilMoisture.medians[step]?.toFixed(0)}\u00a0%  ${plant?.temperature.medians[step]?.toFixed(1)}\u00a0°C`;
    };
    /** Within what a unit of the drawing is. */
    const readout = async () => (await page.locator(".readout").textContent()) ?? "";
    const expectNear = (step: number) => vi.waitFor(async () => near(await readout(), step), { timeout });
    const near = (text: string, step: number) => {
      const [one, other] = [text, expected(step)].map((part) => part.split(/\s+/).map(Number.parseFloat));
      expect(text.slice(0, 5)).toBe(expected(step).slice(0, 5));
      expect(Math.abs((one?.[1] ?? 0) - (other?.[1] ?? 9))).toBeLessThanOrEqual(1);
      expect(Math.abs((one?.[3] ?? 0) - (other?.[3] ?? 9))).toBeLessThanOrEqual(0.11);
    };
    const plot = page.locator("#plant-8 .plot");
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    await plot.hover({ position: { x: (box?.width ?? 0) / 2, y: 20 } });
    await expectNear(144);
    await plot.focus();
    await page.keyboard.press("Home");
    await expectNear(0);
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press("ArrowRight");
    await expectNear(3);
    expect(await plot.getAttribute("aria-valuetext")).toBe(await readout());
    await takePicture(page, "need-readout");
    await page.keyboard.press("Escape");
    await page.locator(".readout").waitFor({ state: "hidden" });
    await close();
  });

  it("finds and orders, and keeps both in the address", async () => {
    const { page, close } = await open("need");
    await page.locator("#find").fill("siobhan");
    const found = museumPlants.filter(({ botanist }) => botanist?.name.startsWith("Siobhán")).length;
    const visible = page.locator(".plant:visible");
    await poll(() => visible.count()).toBe(found);
    await page.locator("#order").selectOption("dry");
    await poll(() => page.url()).toMatch(/#find=siobhan&order=dry$/);
    await page.reload();
    await poll(() => visible.count()).toBe(found);
    const values = () =>
      page.evaluate<number[]>(
        "[...document.querySelectorAll('.plant')].map(({ dataset }) => Number(dataset.dry || 1e9))",
      );
    const sorted = (await values()).toSorted((one, other) => one - other);
    await poll(values).toEqual(sorted);
    await page.locator("#need-36 h3 a").click();
    await page.locator("#plant-36").waitFor();
    await page.locator("#find").fill("no such plant");
    await poll(() => page.locator("#none-found").textContent()).toBe("No plant matches “no such plant”.");
    await close();
  });

  it("says how old a file is, and is not calm then", async () => {
    const { page, close } = await open("calm", { atMs: nowMs + 14 * 60 * minuteMs });
    await poll(() => page.locator("h1").textContent()).toBe("This page is 14 hours old");
    await poll(() => page.locator("#old").textContent()).toContain(
      "When the page was made: “Every plant is as usual”.",
    );
    await page.locator(".calm").waitFor({ state: "hidden" });
    await takePicture(page, "calm-old");
    expect(await violations(page)).toEqual([]);
    await close();
  });

  it("renews a served page in place: open details, focus, find and scroll stay", async () => {
    const clock = manualClock(nowMs);
    let data = museumDay();
    const dashboard = createDashboard({ clock, load: async () => data });
    const server: Server = createServer(getRequestListener(dashboard.fetch));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const context = await openContext(browser);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.locator("#find").fill("o");
    await page.locator("#plant-8 summary").click();
    await page.locator("#plant-8 .plot").focus();
    const before = await page.evaluate("scrollY");
    while (dashboard.viewers === 0) await page.waitForTimeout(20);
    data = { ...data, alerts: data.alerts.filter(({ plantId }) => plantId !== 31) };
    await clock.advance(minuteMs);
    await page.getByText("Two plants need you, two sensors to look at").waitFor();
    await page.locator("#plant-8 dl").waitFor();
    await poll(() => page.evaluate("document.activeElement.closest('article')?.id")).toBe("plant-8");
    expect(await page.locator("#find").inputValue()).toBe("o");
    await poll(() => page.title()).toContain("Two plants");
    expect(Math.abs((await page.evaluate<number>("scrollY")) - (before as number))).toBeLessThan(400);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
    while (dashboard.viewers > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(clock.sleeps).toBe(0);
    dashboard.close();
    server.close();
  });
});

if (noBrowser !== null) it.skip(`the page in Chromium: ${noBrowser}`, () => {});
