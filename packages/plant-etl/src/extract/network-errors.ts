import type { FailedRequest } from "../response.js";

/** A try that got no whole answer. `unreachable`: there is nobody at that address. */
export interface NetworkFailure {
  readonly code: Extract<FailedRequest["code"], "timeout" | "network" | "tls">;
  readonly message: string;
  readonly unreachable: boolean;
}

const refused = "connection refused";
const hostUnknown = "host not found";
const lost = "connection lost before the whole answer came";

const messages: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", refused],
  ["ENOTFOUND", hostUnknown],
  ["EAI_AGAIN", hostUnknown],
  ["ECONNRESET", lost],
  ["EPIPE", lost],
  ["ERR_STREAM_PREMATURE_CLOSE", lost],
  ["UND_ERR_SOCKET", lost],
]);

const timeouts: ReadonlySet<string> = new Set([
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** The codes of OpenSSL's X.509 verification errors, and Node's own for a certificate of another host. */
const certificateErrors =
  /^(CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

function describeCertificateError(code: string): string {
  if (/EXPIRED|NOT_YET_VALID/.test(code))
    return `the server's certificate is not valid at this time (${code}); check this machine's clock, or have the certificate renewed`;
  if (/^HOSTNAME|ALTNAME/.test(code))
    return `the server's certificate is for another host (${code}); check the host name`;
  return `the server's certificate is not trusted (${code}); for a private certificate authority set NODE_EXTRA_CA_CERTS to the file of its certificate`;
}

function describeZlibError(code: string): string | undefined {
  return /^(Z_|ERR__ERROR_|ERR_BROTLI_)/.test(code)
    ? "the body is not compressed as its content-encoding declares"
    : undefined;
}

/**
 * Tells what a rejected `fetch` or a broken body means, by names and codes: node-fetch has the code on the error,
 * undici on its cause. The error's own text is not passed on, since it may hold the URL.
 */
export function classifyNetworkError(error: unknown): NetworkFailure {
  const code = findCode(error);
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError" || name === "TimeoutError" || (code !== undefined && timeouts.has(code)))
    return { code: "timeout", message: "the connection timed out", unreachable: false };
  if (code !== undefined && certificateErrors.test(code))
    return { code: "tls", message: describeCertificateError(code), unreachable: true };
  const known = code === undefined ? undefined : (messages.get(code) ?? describeZlibError(code));
  const message = `${known ?? "network error"}${code === undefined ? "" : ` (${code})`}`;
  return { code: "network", message, unreachable: known === refused || known === hostUnknown };
}

function findCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if ("code" in at && typeof at.code === "string") return at.code;
  return undefined;
}
