import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { classifyNetworkError } from "../../src/extract/network-errors.js";
import type { PlantResponse } from "../../src/response.js";
import { fetches } from "../support/request-plants.js";

const certificate = (name: string) =>
  fileURLToPath(new URL(`../../../../schema/test/support/certificates/${name}.pem`, import.meta.url));

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** An API behind TLS; counts the connections. */
async function serveTls(name: string) {
  const pem = readFileSync(certificate(name));
  const server = createServer({ key: pem, cert: pem }, (_request, response) => response.end("{}"));
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://localhost:${port}/plants`, connections: () => connections };
}

async function ask(url: string, fetchName: string, authority?: string): Promise<PlantResponse> {
  const script = fileURLToPath(new URL("../support/request-once.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, fetchName], {
    env: { ...process.env, ...(authority && { NODE_EXTRA_CA_CERTS: certificate(authority) }) },
    timeout: 60_000,
  });
  return JSON.parse(stdout) as PlantResponse;
}

describe.each(fetches)("httpPlantSource over $fetchName and TLS", ({ fetchName }) => {
  it("accepts a server certificate of an authority in NODE_EXTRA_CA_CERTS", async () => {
    const { url } = await serveTls("localhost");
    expect((await ask(url, fetchName, "authority")).outcome).toMatchObject({ kind: "received", body: "{}" });
  }, 60_000);

  it.each([
    ["localhost", undefined, /is not trusted \(\w+\)$/],
    ["expired", "authority", /is not valid at this time \(CERT_HAS_EXPIRED\); check this machine's clock/],
    ["elsewhere", "authority", /is for another host \(ERR_TLS_CERT_ALTNAME_INVALID\); check the host name/],
  ])(
    "rejects the certificate %s at the first attempt, with advice",
    async (name, authority, message) => {
      const { url, connections } = await serveTls(name);
      expect(await ask(url, fetchName, authority)).toMatchObject({
        attempts: 1,
        outcome: { kind: "failed", code: "tls", message: expect.stringMatching(message) },
      });
      expect(connections()).toBe(1);
    },
    60_000,
  );
});

it.each([
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_CRL",
  "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "CERT_SIGNATURE_FAILURE",
  "CRL_SIGNATURE_FAILURE",
  "CERT_NOT_YET_VALID",
  "CERT_HAS_EXPIRED",
  "CRL_HAS_EXPIRED",
  "ERROR_IN_CERT_NOT_BEFORE_FIELD",
  "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_CHAIN_TOO_LONG",
  "CERT_REVOKED",
  "INVALID_CA",
  "PATH_LENGTH_EXCEEDED",
  "INVALID_PURPOSE",
  "CERT_UNTRUSTED",
  "CERT_REJECTED",
  "HOSTNAME_MISMATCH",
  "ERR_TLS_CERT_ALTNAME_INVALID",
])("classifyNetworkError: %s is a certificate error and not transient", (code) => {
  const error = Object.assign(new Error(code), { code });
  expect(classifyNetworkError(error)).toMatchObject({ code: "tls", unreachable: true });
  expect(classifyNetworkError(new TypeError("fetch failed", { cause: error })).code).toBe("tls");
});

it.each(["ECONNRESET", "ERR_SSL_WRONG_VERSION_NUMBER", "EPROTO", "INVALID_ARG"])(
  "classifyNetworkError: %s is not a certificate error",
  (code) => {
    expect(classifyNetworkError(Object.assign(new Error(code), { code })).code).toBe("network");
  },
);
