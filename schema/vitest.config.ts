import { readFile } from "node:fs/promises";
import { defineConfig } from "vitest/config";
import { shared } from "../vitest.shared.js";

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
  test: shared,
});
