import { readFile } from "node:fs/promises";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    {
      name: "text-files",
      enforce: "pre",
      async load(id) {
        return /\.(sql|csv)$/.test(id)
          ? `export default ${JSON.stringify(await readFile(id, "utf8"))}`
          : null;
      },
    },
  ],
  test: { reporters: ["default", ["json", { outputFile: "test-report.json" }]] },
});
