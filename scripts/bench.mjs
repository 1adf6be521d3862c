// npm run bench -- NAME …: a benchmark of bench/, with its options.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../bench", import.meta.url));
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".mjs") ? [file.slice(0, -4)] : []));
const [name, ...options] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`Give the name of a benchmark: ${names.join(", ")}.`);
  process.exit(64);
}
const { status } = spawnSync(process.execPath, [`${name}.mjs`, ...options], {
  cwd: folder,
  stdio: "inherit",
});
process.exit(status ?? 1);
