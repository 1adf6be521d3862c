import { expect, test } from "vitest";
import { writeSettingsPage } from "./support/settings-page.js";

test("docs/settings.md is what the table of settings says; if not: npm run docs", async () => {
  await expect(writeSettingsPage()).toMatchFileSnapshot("../../../docs/settings.md");
});
