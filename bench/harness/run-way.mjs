// One way of one benchmark, or a step of its preparation, in a process of its own. Its figures go to the parent process.
import { benchmarks } from "./benchmarks.mjs";

process.once("message", async ({ name, task, options, context }) => {
  const { ways, steps = {} } = benchmarks[name];
  process.send({ figures: await { ...steps, ...ways }[task](options, context) }, () => process.exit());
});
