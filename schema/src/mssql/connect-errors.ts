import {
  driverCodeOf,
  PlantSchemaError,
  type PlantSchemaErrorCode,
  type Recovery,
  reasonOf,
} from "../errors.js";
import type { CheckedMssqlConfig } from "./connection-url.js";
import { explainServerError, type ServerError } from "./request-errors.js";
import { clearTextCode } from "./tls-socket.js";

type FormattedError = readonly [code: PlantSchemaErrorCode, recovery: Recovery, message: string];

/**
 * Explains why a connection to SQL Server failed.
 *
 * @param serverErrors the errors that the server sent during the login
 */
export function explainConnectError(
  error: unknown,
  serverErrors: readonly ServerError[],
  { host, port }: Pick<CheckedMssqlConfig, "host" | "port">,
  timeoutMs: number,
): PlantSchemaError {
  for (const serverError of serverErrors) {
    const explained = explainServerError(serverError, error);
    if (explained !== undefined) return explained;
  }
  const [code, recovery, message] = explainNetworkError(error, `${host}:${port}`, timeoutMs);
  return new PlantSchemaError(code, recovery, message, { cause: error });
}

function explainNetworkError(error: unknown, address: string, timeoutMs: number): FormattedError {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = driverCodeOf(inner);
  const reason = reasonOf(inner).replace(/\.$/, "");
  if (driverCodeOf(error) === "EENCRYPT")
    return ["TLS_FAILED", "abort", `${address} accepts only encrypted connections. Remove encrypt=false.`];
  if (code === clearTextCode)
    return [
      "TLS_FAILED",
      "abort",
      `${address} does not encrypt, and nothing was sent to it. Install a certificate on the server. On a network that nobody else can read: encrypt=false`,
    ];
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return [
      "TLS_FAILED",
      "abort",
      `The certificate of ${address} is for another name (${reason}). Use a host name of the certificate.`,
    ];
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID")
    return [
      "TLS_FAILED",
      "abort",
      `The certificate of ${address} is not valid at this time (${reason}). Renew it, and check this machine's clock.`,
    ];
  if (/CERT|ISSUER|SIGNATURE|CRL/.test(code))
    return [
      "TLS_FAILED",
      "abort",
      `The certificate of ${address} is not trusted (${reason}). Name a file with the certificate of the authority that signed it: caFile=FILE`,
    ];
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code))
    return ["TLS_FAILED", "abort", `The TLS handshake with ${address} failed: ${reason}`];
  if (code === "ENOTFOUND")
    return ["DATABASE_UNREACHABLE", "abort", `DNS does not resolve the host of ${address}. Check its name.`];
  if (code === "ECONNREFUSED")
    return [
      "DATABASE_UNREACHABLE",
      "retry",
      `Nothing listens at ${address}. Check the port, and that SQL Server runs there.`,
    ];
  if (code === "ETIMEDOUT" || code === "ETIMEOUT")
    return [
      "DATABASE_UNREACHABLE",
      "retry",
      `SQL Server did not respond at ${address} within ${timeoutMs / 1000} s. Check host, port, firewalls and security groups.`,
    ];
  return [
    "DATABASE_UNREACHABLE",
    "retry",
    `The connection to ${address} failed: ${reason || code}. Check that SQL Server listens there.`,
  ];
}
