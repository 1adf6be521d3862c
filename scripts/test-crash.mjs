// npm run test:crash: the archive's crash matrix in full, 110 kills a store, and 5,000 hostile files; every test run makes
// a sample of both.
import { install, run, turbo } from "./setup.mjs";

install();
turbo(["build", "--filter=@lmnh/plant-archive", "--output-logs=errors-only"]);
run("npm", ["exec", "--workspace", "@lmnh/plant-archive", "--", "vitest", "run", "test/crash"], {
  env: {
    ...process.env,
    PLANT_TEST_CRASH_KILLS: process.env.PLANT_TEST_CRASH_KILLS ?? "110",
    PLANT_TEST_MUTATED_FILES: process.env.PLANT_TEST_MUTATED_FILES ?? "5000",
  },
});
