import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { errorToken, type FakeTdsOptions, startFakeTdsServer } from "@lmnh/testing/sql-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { type MssqlConfig, type OpenMssqlOptions, openMssql } from "../../src/mssql/index.js";
import { expectQuietConsole } from "../support/quiet-console.js";

/** Signs that have a meaning in URLs, in JSON, in regular expressions or in a shell. */
const oddPassword = `p@s/s:#%"'\\$&*+ {0} ;=?ü\u{1F335}`;

const certificatePath = (name: string) =>
  fileURLToPath(new URL(`../support/certificates/${name}.pem`, import.meta.url));

/** A certificate with its key. */
const pem = (name: string) => readFileSync(certificatePath(name), "utf8");

async function serve(options?: FakeTdsOptions) {
  const server = await startFakeTdsServer(options);
  onTestFinished(() => server.close());
  return server;
}

const open = (port: number, config: Partial<MssqlConfig> = {}, options: OpenMssqlOptions = {}) =>
  openMssql(
    {
      host: "localhost",
      port,
      database: "plants",
      user: "etl",
      password: oddPassword,
      encrypt: false,
      ...config,
    },
    options,
  );

/** The error, after a look at all of it that could be printed. */
async function failure(opening: Promise<unknown>): Promise<Error> {
  const error = await opening.then(
    () => new Error("it opened"),
    (reason: Error) => reason,
  );
  expect(error.message).not.toContain("\n");
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(oddPassword);
  return error;
}

expectQuietConsole();

describe("openMssql", () => {
  it("logs in at once, and the first query uses that connection", async () => {
    const server = await serve();
    const opened = await open(server.port);
    expect(server.kinds).toEqual([18, 16, 1]);
    await opened.db.selectFrom("plant").selectAll().execute();
    await opened.db.selectFrom("plant").selectAll().execute();
    expect(server.kinds).toEqual([18, 16, 1, 3, 3]);
    await opened.close();
  });

  it.each([
    [
      18456,
      "Login failed for user 'etl'.",
      "LOGIN_FAILED",
      "abort",
      /^SQL Server error 18456: .* Check user and password/,
    ],
    [
      4060,
      'Cannot open database "plants"',
      "DATABASE_MISSING",
      "abort",
      /^SQL Server error 4060: .* Check the name of the database/,
    ],
    [18401, "Server is in script upgrade mode.", "CONNECTION_LOST", "retry", /Try again/],
    [40613, "Database plants is not currently available.", "CONNECTION_LOST", "retry", /Try again/],
    [40501, "The service is currently busy.", "DATABASE_BUSY", "retry", /Try again/],
  ])("explains error %i of the login in one line", async (number, text, code, recovery, advice) => {
    const server = await serve({ response: (kind) => (kind === 16 ? errorToken(number, text) : undefined) });
    expect(await failure(open(server.port))).toMatchObject({
      code,
      recovery,
      message: expect.stringMatching(advice),
    });
    // Not again and again, which locks accounts.
    expect(server.kinds).toEqual([18, 16]);
  });

  it("reports the missing database and not the failed login that it causes", async () => {
    const response = Buffer.concat([
      errorToken(4060, "Cannot open database."),
      errorToken(18456, "Login failed."),
    ]);
    const server = await serve({ response: (kind) => (kind === 16 ? response : undefined) });
    expect(await failure(open(server.port))).toMatchObject({ code: "DATABASE_MISSING" });
  });

  it("calls renewLogin when the login fails, and uses its user and password from then on", async () => {
    let renewed = 0;
    const server = await serve({
      response: (kind, number) =>
        kind === 16 && number === 2 ? errorToken(18456, "Login failed.") : undefined,
    });
    const opened = await open(
      server.port,
      {},
      {
        renewLogin: async () => {
          renewed += 1;
          return { user: "etl", password: "new" };
        },
      },
    );
    expect(renewed).toBe(1);
    // The connection that was refused, and the one that was not.
    expect(server.kinds).toEqual([18, 16, 18, 16, 1]);
    await opened.close();
  });

  it("calls renewLogin once for each connection", async () => {
    const server = await serve({
      response: (kind) => (kind === 16 ? errorToken(18456, "Login failed.") : undefined),
    });
    const opening = open(
      server.port,
      {},
      { renewLogin: async () => ({ user: "etl", password: oddPassword }) },
    );
    expect(await failure(opening)).toMatchObject({ code: "LOGIN_FAILED" });
    expect(server.kinds).toEqual([18, 16, 18, 16]);
  });

  it("does not call renewLogin for another error", async () => {
    const server = await serve({
      response: (kind) => (kind === 16 ? errorToken(4060, "Cannot open database.") : undefined),
    });
    const renewLogin = () => Promise.reject(new Error("requested"));
    expect(await failure(open(server.port, {}, { renewLogin }))).toMatchObject({ code: "DATABASE_MISSING" });
  });

  it("is DATABASE_UNREACHABLE if nothing listens on the port", async () => {
    const server = await startFakeTdsServer();
    await server.close();
    expect(await failure(open(server.port))).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      recovery: "retry",
      message: expect.stringMatching(/^Nothing listens at localhost:\d+\. Check the port/),
    });
  });

  it("is DATABASE_UNREACHABLE if DNS does not resolve the host", async () => {
    expect(await failure(open(1433, { host: "db.invalid" }))).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      recovery: expect.any(String),
      message: expect.stringMatching(/^DNS does not resolve the host of db\.invalid:1433|failed: /),
    });
  });

  it("is DATABASE_UNREACHABLE after connectTimeoutMs without a response", async () => {
    const server = await serve({ response: () => "silence" });
    expect(await failure(open(server.port, {}, { connectTimeoutMs: 100 }))).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      recovery: "retry",
      message: expect.stringMatching(/did not respond at localhost:\d+ within 0\.1 s\. Check host, port/),
    });
  });

  it.each([18, 16, 1])("is DATABASE_UNREACHABLE if the connection closes at message %i", async (broken) => {
    const server = await serve({ response: (kind) => (kind === broken ? "end" : undefined) });
    expect(await failure(open(server.port, {}, { connectTimeoutMs: 2_000 }))).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      recovery: "retry",
    });
  });

  it("is DATABASE_UNREACHABLE if another program listens on the port", async () => {
    const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(
      0,
      "127.0.0.1",
    );
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    expect(await failure(open(port, {}, { connectTimeoutMs: 500 }))).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      recovery: "retry",
    });
  });
});

describe("openMssql with encryption", () => {
  it.each([0, 2])(
    "sends nothing after the prelogin if the server declines TLS with %i",
    async (encryption) => {
      const server = await serve({ encryption });
      expect(await failure(open(server.port, { encrypt: true }))).toMatchObject({
        code: "TLS_FAILED",
        recovery: "abort",
        message: expect.stringMatching(/does not encrypt, and nothing was sent to it.*encrypt=false/),
      });
      expect(server.kinds).toEqual([18]);
      expect(server.received.length).toBeLessThan(200);
    },
  );

  it("is TLS_FAILED for encrypt=false if the server requires encryption", async () => {
    const server = await serve({ encryption: 3 });
    expect(await failure(open(server.port))).toMatchObject({
      code: "TLS_FAILED",
      message: expect.stringMatching(/accepts only encrypted connections\. Remove encrypt=false/),
    });
    expect(server.kinds).toEqual([18]);
  });

  it.each([
    ["localhost", {}, /is not trusted .*: caFile=FILE$/],
    ["expired", { caFile: certificatePath("authority") }, /is not valid at this time .*Renew it/],
    ["elsewhere", { caFile: certificatePath("authority") }, /is for another name .*db\.elsewhere\.example/],
    ["localhost", { caFile: certificatePath("elsewhere") }, /is not trusted/],
  ])("rejects the certificate %s with %j", async (certificate, config, message) => {
    const server = await serve({ encryption: 1, certificate: pem(certificate) });
    expect(await failure(open(server.port, { encrypt: true, ...config }))).toMatchObject({
      code: "TLS_FAILED",
      recovery: "abort",
      message: expect.stringMatching(message),
    });
    expect(server.received.includes(Buffer.from(oddPassword.slice(0, 4), "utf16le"))).toBe(false);
  });

  it("verifies the certificate of an IP address, without a warning of Node", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    onTestFinished(() => void process.off("warning", listen));
    const secure = { host: "127.0.0.1", encrypt: true };
    const wrong = await serve({ encryption: 1, certificate: pem("localhost") });
    expect(
      await failure(open(wrong.port, { ...secure, caFile: certificatePath("authority") })),
    ).toMatchObject({
      code: "TLS_FAILED",
      message: expect.stringMatching(/is for another name .*IP: 127\.0\.0\.1 is not in/),
    });
    const right = await serve({ encryption: 1, certificate: pem("address") });
    expect(await failure(open(right.port, secure))).toMatchObject({ code: "TLS_FAILED" });
    expect(
      await failure(
        open(right.port, { ...secure, caFile: certificatePath("address") }, { connectTimeoutMs: 500 }),
      ),
    ).toMatchObject({ code: "DATABASE_UNREACHABLE", message: expect.stringMatching(/did not respond/) });
    expect(warnings).toEqual([]);
  });

  // The server that these speak to knows no more than the handshake: beyond it the connection only falls silent.
  it.each([
    ["localhost", { caFile: certificatePath("authority") }],
    ["elsewhere", { trustServerCertificate: true }],
  ])("accepts the certificate %s with %j", async (certificate, config) => {
    const server = await serve({ encryption: 1, certificate: pem(certificate) });
    expect(
      await failure(open(server.port, { encrypt: true, ...config }, { connectTimeoutMs: 500 })),
    ).toMatchObject({ code: "DATABASE_UNREACHABLE", message: expect.stringMatching(/did not respond/) });
  });

  it("reports an unreadable caFile before it connects", async () => {
    expect(await failure(open(1, { encrypt: true, caFile: "/nowhere/ca.pem" }))).toMatchObject({
      code: "URL_INVALID",
      message: expect.stringMatching(/\/nowhere\/ca\.pem cannot be read.*ENOENT/),
    });
  });
});
