import type { FailedRequest } from "../response.js";

/** An attempt without a complete response. */
export interface NetworkFailure {
  readonly code: Extract<FailedRequest["code"], "timeout" | "network" | "tls">;
  readonly message: string;
  /** No server responds at the address. */
  readonly unreachable: boolean;
}

const connectionRefused = "connection refused";
const hostUnknown = "host not found";
const connectionLost = "connection lost before the response was complete";

const messages: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", connectionRefused],
  ["ENOTFOUND", hostUnknown],
  ["EAI_AGAIN", hostUnknown],
  ["ECONNRESET", connectionLost],
  ["EPIPE", connectionLost],
  ["ERR_STREAM_PREMATURE_CLOSE", connectionLost],
  ["UND_ERR_SOCKET", connectionLost],
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
  return `the server's certificate is not trusted (${code})`;
}

function describeZlibError(code: string): string | undefined {
  return /^(Z_|ERR__ERROR_|ERR_BROTLI_)/.test(code)
    ? "the body is not compressed as its content-encoding declares"
    : undefined;
}

function describeProxyRefusal(status: string): string {
  const advice =
    status === "407"
      ? "; it requires a login: http://USER:PASSWORD@HOST:PORT"
      : "; check its address and its rules";
  return `the proxy refused the connection with HTTP status ${status}${advice}`;
}

/**
 * Classifies the error of a rejected `fetch` or an incomplete body, by name and code: node-fetch has the code on the error,
 * undici on its cause. The error's own text is dropped, since it may contain the URL.
 */
export function classifyNetworkError(error: unknown): NetworkFailure {
  const code = findCode(error);
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError" || name === "TimeoutError" || (code !== undefined && timeouts.has(code)))
    return { code: "timeout", message: "the connection timed out", unreachable: false };
  const proxyStatus = /^PROXY_(\d{3})$/.exec(code ?? "")?.[1];
  if (proxyStatus !== undefined)
    return { code: "network", message: describeProxyRefusal(proxyStatus), unreachable: true };
  if (code !== undefined && certificateErrors.test(code))
    return { code: "tls", message: describeCertificateError(code), unreachable: true };
  const known = code === undefined ? undefined : (messages.get(code) ?? describeZlibError(code));
  const message = `${known ?? "network error"}${code === undefined ? "" : ` (${code})`}`;
  return { code: "network", message, unreachable: known === connectionRefused || known === hostUnknown };
}

function findCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if ("code" in at && typeof at.code === "string") return at.code;
  return undefined;
}
