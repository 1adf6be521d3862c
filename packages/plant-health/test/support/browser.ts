import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";

const executablePath = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => existsSync(path));

/** Why there is no browser; `null` if there is one. */
export const noBrowser: string | null =
  executablePath === undefined
    ? "skipped, because there is no /usr/bin/chromium; on Debian: apt-get install chromium"
    : null;

/** Ends what hangs, in milliseconds; a busy machine takes its time. */
export const timeout = 300_000;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath ?? "", timeout });
}

export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(timeout);
  context.setDefaultNavigationTimeout(timeout);
  return context;
}
