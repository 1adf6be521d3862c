import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type PlantResponse, parseRoster } from "@lmnh/plant-etl";
import { expect, onTestFinished, test } from "vitest";
import { openApi, type SourceOptions } from "../../src/open/open-source.js";

const certificate = (name: string) =>
  fileURLToPath(new URL(`../../../../schema/test/support/certificates/${name}.pem`, import.meta.url));

interface Listener {
  listen(port: number, host: string, onListening: () => void): unknown;
  address(): AddressInfo | string | null;
  close(): unknown;
  closeAllConnections(): void;
}

async function listen(server: Listener): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** An API that keeps the headers of its requests. */
async function serveApi({ tls }: { readonly tls: boolean }) {
  const requests: IncomingMessage["headers"][] = [];
  const handle = (message: IncomingMessage, response: { end(body: string): unknown }) => {
    requests.push(message.headers);
    response.end("{}");
  };
  const pem = tls ? readFileSync(certificate("elsewhere")) : "";
  const server = tls ? createTlsServer({ key: pem, cert: pem }, handle) : createServer(handle);
  return { port: await listen(server), requests };
}

/** A proxy that resolves every host name to the loopback address; with a password, it requires the user `plant`. */
async function serveProxy(password?: string) {
  const targets: string[] = [];
  const isAdmitted = ({ headers }: IncomingMessage) =>
    password === undefined ||
    headers["proxy-authorization"] === `Basic ${Buffer.from(`plant:${password}`).toString("base64")}`;
  const server = createServer((message, response) => {
    targets.push(message.url ?? "");
    if (!isAdmitted(message)) return void response.writeHead(407).end();
    const { port, pathname } = new URL(message.url ?? "");
    const { "proxy-authorization": _login, ...headers } = message.headers;
    const forwarded = request({ host: "127.0.0.1", port, path: pathname, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    message.pipe(forwarded);
  });
  server.on("connect", (message: IncomingMessage, socket) => {
    targets.push(message.url ?? "");
    if (!isAdmitted(message)) return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const upstream = connect(Number(message.url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) end.on("error", () => end.destroy());
    socket.on("close", () => upstream.destroy());
    onTestFinished(() => void upstream.destroy());
  });
  return { port: await listen(server), targets };
}

async function pullOne(api: string, options: Partial<SourceOptions>): Promise<PlantResponse> {
  const source = await openApi(
    { api, plants: parseRoster("7"), requestTimeout: 60_000, ...options },
    {
      clock: { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
      random: () => 0,
      userAgent: "test/1",
      attempts: 1,
    },
  );
  for await (const response of source.responses(new AbortController().signal)) return response;
  throw new Error("the source has no response");
}

test("openApi requests http addresses through HTTP_PROXY, with the proxy's login", async () => {
  const api = await serveApi({ tls: false });
  const proxy = await serveProxy("word");
  const httpProxy = `http://plant:word@127.0.0.1:${proxy.port}`;
  const response = await pullOne(`http://plants.test:${api.port}/api`, { httpProxy });
  expect(response.outcome).toMatchObject({ kind: "received", status: 200, body: "{}" });
  expect(proxy.targets).toEqual([`http://plants.test:${api.port}/api/7`]);
  expect(api.requests).toHaveLength(1);
});

test("openApi requests https addresses through a tunnel of HTTPS_PROXY, and trusts the authorities of the file", async () => {
  const api = await serveApi({ tls: true });
  const proxy = await serveProxy();
  const options = { httpsProxy: `http://127.0.0.1:${proxy.port}`, apiCaFile: certificate("authority") };
  const url = `https://db.elsewhere.example:${api.port}/api`;
  expect((await pullOne(url, options)).outcome).toMatchObject({ kind: "received", body: "{}" });
  expect(proxy.targets).toEqual([`db.elsewhere.example:${api.port}`]);
  // Without the file the certificate is not trusted.
  expect((await pullOne(url, { ...options, apiCaFile: undefined })).outcome).toMatchObject({ code: "tls" });
});

test.each([
  ["an address in NO_PROXY", "127.0.0.2", { noProxy: "museum.test, 127.0.0.2" }],
  ["every address with NO_PROXY=*", "127.0.0.2", { noProxy: "*" }],
  ["localhost", "localhost", {}],
  ["a loopback address", "127.0.0.1", {}],
])("openApi requests %s without the proxy", async (_name, host, options) => {
  const api = createServer((_message, response) => response.end("{}"));
  await new Promise<void>((resolve) => api.listen(0, resolve));
  onTestFinished(() => void api.close());
  onTestFinished(() => api.closeAllConnections());
  const proxy = await serveProxy();
  const httpProxy = `http://127.0.0.1:${proxy.port}`;
  const { port } = api.address() as AddressInfo;
  expect((await pullOne(`http://${host}:${port}/api`, { httpProxy, ...options })).outcome.kind).toBe(
    "received",
  );
  expect(proxy.targets).toEqual([]);
});

test.each(["http", "https"])("openApi explains a proxy that requires a login, for %s", async (scheme) => {
  const proxy = await serveProxy("word");
  const url = `http://plant:wrong@127.0.0.1:${proxy.port}`;
  const { outcome } = await pullOne(`${scheme}://plants.test:8080/api`, { httpProxy: url, httpsProxy: url });
  expect(outcome).toMatchObject({ kind: "failed" });
  expect("message" in outcome ? outcome.message : "").toContain(
    "the proxy refused the connection with HTTP status 407; it requires a login",
  );
  expect(JSON.stringify(outcome)).not.toContain("wrong");
});

test("openApi rejects a certificate file that is missing or is none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plant-fetch-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "ca.pem");
  await expect(pullOne("https://plants.test/", { apiCaFile: file })).rejects.toThrow(
    /ca\.pem \(--api-ca-file\)/,
  );
  writeFileSync(file, "not a certificate");
  await expect(pullOne("https://plants.test/", { apiCaFile: file })).rejects.toThrow(/not a PEM file/);
});

test("openApi sends headers and a token, and reads the token's file again for each run", async () => {
  const api = await serveApi({ tls: false });
  const url = `http://127.0.0.1:${api.port}/api`;
  await pullOne(url, { apiToken: "one", header: { "x-api-key": "two" } });
  expect(api.requests[0]).toMatchObject({
    authorization: "Bearer one",
    "x-api-key": "two",
    "user-agent": "test/1",
  });

  const folder = mkdtempSync(join(tmpdir(), "plant-fetch-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const apiTokenFile = join(folder, "token");
  writeFileSync(apiTokenFile, "three\n");
  const source = await openApi(
    { api: url, plants: parseRoster("7"), apiTokenFile },
    { clock: { now: () => 0, sleep: () => Promise.resolve() }, random: () => 0, userAgent: "test/1" },
  );
  const run = async () => {
    for await (const { outcome } of source.responses(new AbortController().signal))
      expect(outcome.kind).toBe("received");
  };
  await run();
  writeFileSync(apiTokenFile, "four");
  await run();
  expect(api.requests.slice(1).map(({ authorization }) => authorization)).toEqual([
    "Bearer three",
    "Bearer four",
  ]);

  writeFileSync(apiTokenFile, "a secret with spaces");
  await expect(run()).rejects.toThrow(/token \(--api-token-file\) has more than one word/);
  await expect(run()).rejects.not.toThrow(/secret with/);
});

test("openApi rejects two logins", async () => {
  await expect(
    pullOne("http://127.0.0.1:1/", { apiToken: "one", header: { authorization: "Basic x" } }),
  ).rejects.toThrow(/more than one login/);
});
