import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { buildPageModel, renderPage } from "../../src/page/index.js";
import { noBrowser, openBrowser, openContext } from "../support/browser.js";
import { museumDay, nowMs } from "../support/museum-day.js";

const picture = fileURLToPath(new URL("../../../../docs/images/page.png", import.meta.url));

// `npm run picture` writes docs/images/page.png.
it.skipIf(noBrowser !== null)("renderPage makes a picture for the README of at most 200 kB", async () => {
  const browser = await openBrowser();
  const page = await (await openContext(browser, { viewport: { width: 1280, height: 1080 } })).newPage();
  await page.clock.setFixedTime(nowMs);
  await page.setContent(renderPage(buildPageModel(museumDay(), { nowMs })));
  const image = await page.screenshot();
  await browser.close();
  expect(image.length).toBeLessThanOrEqual(200_000);
  if (process.env.PLANT_PICTURE) writeFileSync(picture, image);
});
