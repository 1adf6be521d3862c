// npm run test:crash: the archive's crash matrix in full, 110 kills a store, 5,000 hostile files, and a disk that fills up
// at 40 different moments; every test run makes a sample of each.
import { install, run, turbo } from "./setup.mjs";

install();
turbo(["build:js", "--filter=@lmnh/plant-cli...", "--output-logs=errors-only"]);
run("npm", ["exec", "--workspace", "@lmnh/plant-archive", "--", "vitest", "run", "test/crash"], {
  env: {
    ...process.env,
    PLANT_TEST_SLOW: "1",
    PLANT_TEST_CRASH_KILLS: process.env.PLANT_TEST_CRASH_KILLS ?? "110",
    PLANT_TEST_MUTATED_FILES: process.env.PLANT_TEST_MUTATED_FILES ?? "5000",
  },
});
run("npm", ["exec", "--workspace", "@lmnh/plant-cli", "--", "vitest", "run", "test/scenarios/faults"], {
  env: {
    ...process.env,
    PLANT_TEST_SLOW: "1",
    PLANT_TEST_FAULT_TRIALS: process.env.PLANT_TEST_FAULT_TRIALS ?? "40",
  },
});
