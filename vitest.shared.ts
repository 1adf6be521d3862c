import { configDefaults, type ViteUserConfig } from "vitest/config";

/**
 * What every package's tests have in common. The limits end what hangs, and nothing else: a machine may be busy with other
 * work, and a test that starts processes or reads many thousands of readings then takes minutes.
 */
export const shared: NonNullable<ViteUserConfig["test"]> = {
  // CI runs the slow ones too: npm test -- --slow
  exclude: [...configDefaults.exclude, ...(process.env.PLANT_TEST_SLOW ? [] : ["**/*.slow.test.ts"])],
  // Builds, of other workspaces too, are Node's to load: vitest would transform each file of them.
  server: { deps: { external: [/\/dist\//] } },
  // On two cores vitest would use one.
  maxWorkers: "100%",
  reporters: ["default", ["json", { outputFile: "test-report.json" }]],
  testTimeout: 600_000,
  hookTimeout: 600_000,
  teardownTimeout: 60_000,
};
