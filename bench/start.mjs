import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSimulator } from "./harness/simulator.mjs";
import { makeFolder } from "./harness/temporary-folder.mjs";

const emptyScript = "node -e 0";
const temporaryFailure = 75;
const ofDemo = [
  "--database",
  "sqlite:plant-data/demo/plants.db",
  "--archive",
  "file:plant-data/demo/archive",
];
const plant = fileURLToPath(new URL("../runners/cli/bin/plant.js", import.meta.url));

export const start = {
  name: "start",
  title: "A process of the command line",
  options: { plants: 48 },
  rounds: 21,
  alternative: emptyScript,
  measures: { wallMs: { title: "ms", digits: 0, compared: true } },
  describe: ({ plants }) =>
    `From the start of the process to its end. A run requests ${plants} plants, without latency, from a simulator on the same cores. The demo is two days of 50 plants.`,
  async prepare(options) {
    const { folder, remove } = makeFolder();
    const { url, stop } = await startSimulator({ plants: options.plants, latencyMs: 0 });
    const context = { folder, url };
    // Creates the database of the second way, and compiles the simulator's code.
    for (let nth = 0; nth < 3; nth++) plantRun(options, context, `sqlite:${join(folder, "plants.db")}`);
    timeNode([plant, "demo", "--quiet"], folder);
    return {
      context,
      release() {
        stop();
        remove();
      },
    };
  },
  ways: {
    [emptyScript]: (_, { folder }) => timeNode(["-e", "0"], folder),
    "plant --version": (_, { folder }) => timeNode([plant, "--version"], folder),
    "plant status, of plant demo": (_, { folder }) =>
      // The demo has plants that need someone.
      timeNode([plant, "status", ...ofDemo], folder, temporaryFailure),
    "plant run, with its database": (options, context) =>
      plantRun(options, context, `sqlite:${join(context.folder, "plants.db")}`),
    "plant run, with a new database": (options, context) => plantRun(options, context, "sqlite::memory:"),
  },
};

function plantRun({ plants }, { folder, url }, database) {
  // The simulator repeats plants with other ids; those that do not exist or are on loan are no failures.
  return timeNode(
    [plant, "run", "--api", url, "--plants", `1-${plants}`, "--database", database, "--quiet"],
    folder,
  );
}

function timeNode(args, folder, expected = 0) {
  // Node 20 reads these certificates at each start.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
  const wallMs = performance.now() - startedMs;
  if (status !== expected) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return { wallMs };
}
