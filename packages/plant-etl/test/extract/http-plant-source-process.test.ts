import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LoopbackServer, sendJson, startServer } from "../support/loopback-server.js";

let server: LoopbackServer;

beforeAll(async () => {
  server = await startServer((_request, response, id) => {
    if (id !== 20) setTimeout(() => sendJson(response, 200, { plant_id: id }), 20);
  });
});
afterAll(() => server.close());

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
    ["ESM", "module", 'import { httpPlantSource } from "@lmnh/plant-etl/http";'],
    ["CJS", "commonjs", 'const { httpPlantSource } = require("@lmnh/plant-etl/http");'],
  ])("exits with idle connections, without warnings (%s)", async (_kind, inputType, header) => {
    // The server closes no connection: a process that waited for that would be ended by the timeout, and fail.
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [
        "--unhandled-rejections=strict",
        `--input-type=${inputType}`,
        "--eval",
        header + program(server.origin, 19),
      ],
      { cwd: import.meta.dirname, timeout: 300_000 },
    );
    expect({ stdout, stderr }).toEqual({ stdout: "19", stderr: "" });
  });
});
