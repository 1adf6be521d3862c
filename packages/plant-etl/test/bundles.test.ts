// Of the build, and on the Node that runs the tests: npm run test:node -- 24 @lmnh/plant-etl
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { build, type Format, type Platform } from "esbuild";
import { describe, expect, it } from "vitest";
import { memoryPlantStore } from "../src/load/memory-plant-store.js";
import type { PlantResponse } from "../src/response.js";
import { buildPayload, buildResponse } from "../src/testing/builders.js";
import { runResponses } from "./support/run-responses.js";

async function bundle(contents: string, format: Format, platform: Platform = "node") {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format,
    platform,
    logLevel: "silent",
  });
  const { text = "", contents: bytes } = outputFiles[0] ?? {};
  return { text, bytes: bytes?.length ?? 0, modules: Object.keys(metafile.inputs) };
}

/** A program that uses one function of an entry. */
function use(name: string, entry: string, format: Format): string {
  return format === "cjs"
    ? `console.log(require("@lmnh/plant-etl${entry}").${name}({}));`
    : `import { ${name} } from "@lmnh/plant-etl${entry}"; console.log(${name}({}));`;
}

describe("a bundle", () => {
  // kB, minified: a tenth more than they have.
  it.each([
    ["lmnhTransform", "", 208, 242],
    ["runEtl", "", 215, 242],
    ["fetchPlantSource", "/fetch", 17, 29],
    ["httpPlantSource", "/http", 41, 54],
    ["replayResponses", "/recording", 31, 55],
    ["memoryPlantStore", "/memory", 10, 21],
  ])(
    "that uses %s of plant-etl%s has at most %i kB as ESM and %i kB as CJS",
    async (name, entry, esm, cjs) => {
      expect((await bundle(use(name, entry, "esm"), "esm")).bytes).toBeLessThan(esm * 1000);
      expect((await bundle(use(name, entry, "cjs"), "cjs")).bytes).toBeLessThan(cjs * 1000);
    },
  );

  it.each(["esm", "cjs"] as const)(
    "of the main entry has no HTTP, no SQL and nothing of Node (%s)",
    async (format) => {
      const { text, modules } = await bundle(use("runEtl", "", format), format);
      expect(
        modules.filter((path) => /cross-fetch|node-fetch|kysely|dist\/(http|fetch|sql)\./.test(path)),
      ).toEqual([]);
      expect(text.match(/\bnode:\w+|\bBuffer\b/g)).toBeNull();
    },
  );

  it.each(["esm", "cjs"] as const)("of fetchPlantSource has no other fetch in it (%s)", async (format) => {
    const { text } = await bundle(use("fetchPlantSource", "/fetch", format), format);
    expect(text.match(/node-fetch/g)).toBeNull();
  });
});

describe("the main entry in a browser's bundle", () => {
  const responses: PlantResponse[] = [
    buildResponse(1),
    buildResponse(2, buildPayload(2, { recording_taken: "é" })),
    buildResponse(
      3,
      buildPayload(3, { botanist: { name: "N", email: "n@x.org", phone: "(020) 7946 0958" } }),
    ),
    {
      ...buildResponse(4),
      outcome: { kind: "undecodable", status: 200, bodyBase64: "/+8=", cut: false, problem: "is not utf-8" },
    },
  ];
  const program = `
    import { lmnhTransform, runEtl } from "@lmnh/plant-etl";
    import { memoryPlantStore } from "@lmnh/plant-etl/memory";
    const store = memoryPlantStore();
    const source = { async *responses() { yield* JSON.parse(responses); } };
    const clock = { now: () => 1769601601000, sleep: () => new Promise(() => {}) };
    const options = { source, store, clock, runId: "1", transform: lmnhTransform() };
    export const done = runEtl(options).then(() => JSON.stringify(store.state()));
  `;

  it("transforms and loads as in Node where there are no globals of Node's", async () => {
    const { text } = await bundle(program, "cjs", "browser");
    const globals = { AbortController, AbortSignal, TextEncoder, URL, atob, structuredClone };
    const context = createContext({ module: {}, responses: JSON.stringify(responses), ...globals });
    const state = JSON.parse(await runInContext(`${text}; module.exports.done`, context));
    expect(state).toMatchObject({
      readings: [{ plantId: 1 }, { plantId: 3 }],
      rejections: [{ plantId: 2 }, { plantId: 4 }],
    });
    const store = memoryPlantStore();
    await runResponses(responses, store, "1");
    expect(state).toEqual(JSON.parse(JSON.stringify(store.state())));
  });
});

describe("httpPlantSource in a bundle", () => {
  const program = (format: Format, url: string) => `
    ${format === "cjs" ? 'const { httpPlantSource } = require("@lmnh/plant-etl/http");' : 'import { httpPlantSource } from "@lmnh/plant-etl/http";'}
    const clock = { now: Date.now, sleep: async () => {} };
    const roster = { kind: "list", ranges: [[1, 2]] };
    const source = httpPlantSource({ baseUrl: "${url}", roster, clock, random: Math.random });
    (async () => {
      for await (const { outcome } of source.responses(new AbortController().signal)) console.log(outcome.kind);
    })();
  `;

  it.each([
    ["ESM", "esm", "module"],
    ["CJS", "cjs", "commonjs"],
  ] as const)("requests the API without a deprecation warning (%s)", async (_name, format, inputType) => {
    const server = createServer((_request, response) => response.end("{}")).listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => server.once("listening", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/plants`;
      const { text } = await bundle(program(format, url), format);
      const flags = ["--throw-deprecation", `--input-type=${inputType}`, "--eval", text];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, flags);
      expect({ stdout, stderr }).toEqual({ stdout: "received\nreceived\n", stderr: "" });
    } finally {
      server.close();
    }
  });
});
