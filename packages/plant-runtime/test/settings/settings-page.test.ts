import { expect, test } from "vitest";
import { writeSettingsPage } from "../support/settings-page.js";

test("docs/settings.md matches the table of settings; if not: npm run docs", async () => {
  await expect(writeSettingsPage()).toMatchFileSnapshot("../../../../docs/settings.md");
});
