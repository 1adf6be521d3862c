import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

// Types, those of test/public-types.test-d.ts among them, are checked by `npm run typecheck`, which has the declarations.
export default defineConfig({ test: { ...shared } });
