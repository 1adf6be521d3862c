import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

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

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath ?? "" });
}
