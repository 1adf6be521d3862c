import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LoopbackServer, sendJson, startServer } from "../support/loopback-server.js";

const packageFolder = join(import.meta.dirname, "..", "..");
let folder = "";
let server: LoopbackServer;

beforeAll(async () => {
  // Inside the package, so that the built files find their dependencies.
  const parent = join(packageFolder, "node_modules");
  await mkdir(parent, { recursive: true });
  folder = await mkdtemp(join(parent, ".extract-test-"));
  await build({
    entry: [join(packageFolder, "src/entries/http.ts")],
    outDir: folder,
    format: ["esm", "cjs"],
    config: false,
    silent: true,
  });
  server = await startServer((_request, response, id) => {
    if (id !== 20) setTimeout(() => sendJson(response, 200, { plant_id: id }), 20);
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const program = (baseUrl: string, stopAt: number) => `
  async function main() {
    const source = httpPlantSource({
      baseUrl: "${baseUrl}",
      roster: { kind: "list", ranges: [[1, 20]] },
      clock: { now: () => 0, sleep: async () => {} },
      random: () => 0,
      concurrency: 20,
    });
    const controller = new AbortController();
    let answered = 0;
    for await (const { outcome } of source.responses(controller.signal)) {
      if (outcome.kind === "received") answered++;
      if (answered === ${stopAt}) controller.abort();
    }
    process.stdout.write(String(answered));
  }
  main();
`;

describe("a process after httpPlantSource", () => {
  it.each([
    ["ESM", "program.mjs", 'import { httpPlantSource } from "./http.js";'],
    ["CJS", "program.cjs", 'const { httpPlantSource } = require("./http.cjs");'],
  ])("exits with idle connections, without warnings (%s)", async (_kind, name, header) => {
    const file = join(folder, name);
    await writeFile(file, header + program(server.origin, 19));
    // The server closes no connection: a process that waited for that would be ended by the timeout, and fail.
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--unhandled-rejections=strict", file],
      {
        timeout: 300_000,
      },
    );
    expect({ stdout, stderr }).toEqual({ stdout: "19", stderr: "" });
  });
});
