// npm run measure: how long a cold start takes, and how large the bundles are. The time is from the start of the process
// until AWS's runtime client requests its first invocation; nothing else should run meanwhile.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import {
  describeRuntimeClient,
  findRuntimeClient,
  installRuntimeClient,
} from "../../../scripts/lambda-runtime.mjs";
import { makeZip } from "./make-zip.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const times = 15;
installRuntimeClient();
const client = findRuntimeClient();

console.log(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model}, ${describeRuntimeClient(client)}`,
);
console.log("| handler | zip MB | file MB | cold start ms, median | fastest | slowest |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (const name of ["etl", "archive", "alert", "dashboard"]) {
  const file = readFileSync(`${dist}/${name}.mjs`);
  const ms = [];
  for (let time = 0; time < times; time++) ms.push(await coldStart(name));
  ms.sort((one, other) => one - other);
  const cells = [
    name,
    megabytes(makeZip({ [`${name}.mjs`]: file })),
    megabytes(file),
    ...[ms[(times - 1) / 2], ms[0], ms.at(-1)].map(Math.round),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

function megabytes({ length }) {
  return (length / 1_000_000).toFixed(2);
}

async function coldStart(name) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const start = performance.now();
  const child = spawn(process.execPath, [client.entry], {
    cwd: dist,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${server.address().port}`,
      AWS_LAMBDA_FUNCTION_NAME: "plant",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      _HANDLER: `${name}.handler`,
      LAMBDA_TASK_ROOT: dist,
      DB_HOST: "localhost",
      DB_NAME: "plants",
      PLANT_DATABASE_SECRET: "plant/login",
      PLANT_ARCHIVE: "s3://archive?region=eu-west-2",
    },
  });
  const [{ url }] = await once(server, "request");
  const ms = performance.now() - start;
  if (!url.endsWith("/invocation/next")) throw new Error(`${name} did not start: it requested ${url}`);
  child.kill("SIGKILL");
  await once(child, "close");
  server.closeAllConnections();
  server.close();
  return ms;
}
