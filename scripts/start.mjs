// npm start: install, build, and show the whole pipeline at work.
import { join } from "node:path";
import { install, root, run, turbo } from "./setup.mjs";

install();
turbo(["build", "--filter=@lmnh/plant-cli", "--output-logs=errors-only", "--log-prefix=none"]);
run(process.execPath, [join(root, "runners", "cli", "dist", "plant.js"), "demo", ...process.argv.slice(2)], {
  shell: false,
});
