import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { validate } from "dockerfile-utils";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import contract from "../../../terraform/contract.json" with { type: "json" };
import { bundle } from "../scripts/bundle.mjs";
import { makeZip } from "../scripts/make-zip.mjs";
import { alertSettings, archiveSettings, dashboardSettings, etlSettings } from "../src/lambda-settings.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const zip = readFileSync(join(dist, "plant-lambda.zip"));
const megabyte = 1 << 20;

describe.each(["etl", "archive", "alert", "dashboard"] as const)("The bundle of %s", (name) => {
  const text = readFileSync(join(dist, `${name}.mjs`), "utf8");

  test("contains no native module and no SQLite", async () => {
    const { metafile } = await bundle({ [name]: join(root, "src", `${name}.ts`) }, dist, { write: false });
    const files = Object.keys(metafile.inputs);
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((file) => /libsql|sqlite3|\.node$/.test(file))).toEqual([]);
    const [output] = Object.values(metafile.outputs);
    const outside = output?.imports.map(({ path }) => path.replace(/^node:/, "")) ?? [];
    // An optional import of node-fetch.
    const known = [...builtinModules, "encoding"];
    expect(outside.filter((path) => !known.includes(path))).toEqual([]);
  });

  test("is smaller than 3 MB as a zip", () => {
    expect(makeZip({ [`${name}.mjs`]: Buffer.from(text) }).length).toBeLessThan(3 * megabyte);
  });
});

describe("The zip", () => {
  test("contains every handler at its root, and Amazon's authorities for RDS", () => {
    const files = unzipSync(zip);
    expect(Object.keys(files).sort()).toEqual([
      "LICENSES.txt",
      "alert.mjs",
      "archive.mjs",
      "dashboard.mjs",
      "etl.mjs",
      "rds-ca.pem",
    ]);
    for (const [name, content] of Object.entries(files))
      expect(Buffer.from(content).equals(readFileSync(join(dist, name))), name).toBe(true);
    const [first = "", ...more] = strFromU8(files["rds-ca.pem"] ?? new Uint8Array())
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .filter((pem) => pem.trim() !== "");
    expect(more.length).toBeGreaterThan(50);
    expect(new X509Certificate(first).subject).toMatch(/Amazon/);
  });

  test("contains the licences of the libraries in the bundles, also of those in our packages", () => {
    const text = strFromU8(unzipSync(zip)["LICENSES.txt"] ?? new Uint8Array());
    for (const name of ["@aws-sdk/client-s3", "@noble/hashes", "hyparquet", "kysely", "tedious", "zod"])
      expect(text).toMatch(new RegExp(`^${name}\n`, "m"));
    expect(text).toMatch(/Permission is hereby granted/);
    expect(text).toMatch(/Apache License/);
  });

  test("is reproducible, and readable by every user", () => {
    const files = unzipSync(zip);
    expect(Buffer.from(makeZip(files)).equals(zip)).toBe(true);
    // In the list at its end, "made by" is Unix, and the upper half of the attributes is rw-r--r--.
    const entry = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    expect(zip.readUInt8(entry + 5)).toBe(3);
    expect((zip.readUInt32LE(entry + 38) >>> 16).toString(8)).toBe("100644");
  });
});

describe("The Dockerfile", () => {
  const text = readFileSync(join(root, "Dockerfile"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

  test("is valid", () => {
    expect(validate(text)).toEqual([]);
  });

  test("starts from exact versions, of Node 22 or newer", () => {
    const images = lines.flatMap((line) => /^FROM (?:--platform=\S+ )?(\S+)/.exec(line)?.[1] ?? []);
    expect(images.length).toBe(2);
    for (const image of images) {
      const [, major] = /:(\d+)\.\d+\.[\d.]+(-[a-z-]+)?(@sha256:[0-9a-f]{64})?$/.exec(image) ?? [];
      expect(Number(major), image).toBeGreaterThanOrEqual(22);
    }
  });

  test("runs on the Node version of the zip", () => {
    const image = /^FROM public\.ecr\.aws\/lambda\/nodejs:(\d+)\./m.exec(text)?.[1];
    const functions = readFileSync(join(root, "../../terraform/functions.tf"), "utf8");
    expect(/"nodejs(\d+)\.x"/.exec(functions)?.[1]).toBe(image);
  });

  test("copies the files of the zip from the build, and nothing else", () => {
    const copied = lines.flatMap((line) =>
      /^COPY --from=build /.test(line) ? line.split(" ").slice(3, -1) : [],
    );
    const names = copied.map((path) => path.replace("/plants/runners/lambda/dist/", ""));
    expect(names).toEqual(Object.keys(unzipSync(zip)).sort());
    for (const name of names) expect(existsSync(join(dist, name)), name).toBe(true);
  });

  test("runs as an unprivileged user, and starts the handler of the ETL", () => {
    expect(lines).toContain("USER 65534:65534");
    expect(lines.at(-1)).toBe('CMD ["etl.handler"]');
  });
});

describe("terraform/contract.json", () => {
  test.each([
    ["etl", etlSettings],
    ["archive", archiveSettings],
    ["alert", alertSettings],
    ["dashboard", dashboardSettings],
  ] as const)("gives the Lambda of %s only what it reads", (name, settings) => {
    const read = Object.values(settings).map(({ environment }) => environment);
    // These are the logger's and the metrics' own.
    const powertools = ["LOG_LEVEL", "METRICS_NAMESPACE", "SERVICE_NAME"].map((end) => `POWERTOOLS_${end}`);
    const given = [...contract.environment.shared, ...contract.environment[name]];
    expect(given.filter((variable) => !powertools.includes(variable) && !read.includes(variable))).toEqual(
      [],
    );
  });

  test("lists every AWS call of the code, and no other", () => {
    const store = join(root, "../../packages/plant-archive/src/object-store/s3");
    const upload = fileURLToPath(new URL(import.meta.resolve("@aws-sdk/lib-storage")));
    // Tags are set by none of our uploads.
    const ofStore = commandsIn(store)
      .concat(commandsIn(join(upload, "../../dist-es")))
      .filter((command) => command !== "PutObjectTaggingCommand");
    const ofSecret = commandsIn(join(root, "src"));
    const ofNotifiers = commandsIn(join(root, "../../packages/plant-health/src/notify"));
    const { etl, archive, alert, dashboard } = contract.calls;
    const elsewhere = Object.keys(contract["calls-elsewhere"]);
    expect(sorted([...Object.keys(etl), ...elsewhere])).toEqual(sorted(ofSecret));
    expect(sorted([...Object.keys(archive), ...elsewhere])).toEqual(sorted([...ofStore, ...ofSecret]));
    expect(sorted([...Object.keys(alert), ...elsewhere])).toEqual(sorted([...ofNotifiers, ...ofSecret]));
    // It opens the same store, and only reads.
    expect(archive).toMatchObject(dashboard);
    expect(Object.values(dashboard).flat().join()).not.toMatch(/Put|Delete|Abort/);
  });
});

function commandsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(ts|js)$/.test(name) && !/browser|native/.test(name))
    .flatMap((name) => [...readFileSync(join(folder, name), "utf8").matchAll(/new (\w+Command)\(/g)])
    .map(([, command = ""]) => command);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
