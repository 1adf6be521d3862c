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

type Words = readonly [code: PlantSchemaErrorCode, recovery: Recovery, message: string];

/**
 * Why a connection to SQL Server could not be made, in one line.
 *
 * @param said what the server said meanwhile
 */
export function explainConnectError(
  error: unknown,
  said: readonly ServerError[],
  { host, port }: Pick<CheckedMssqlConfig, "host" | "port">,
  timeoutMs: number,
): PlantSchemaError {
  for (const each of said) {
    const explained = explainServerError(each, error);
    if (explained !== undefined) return explained;
  }
  const [code, recovery, message] = explainNetwork(error, `${host}:${port}`, timeoutMs);
  return new PlantSchemaError(code, recovery, message, { cause: error });
}

function explainNetwork(error: unknown, where: string, timeoutMs: number): Words {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = driverCodeOf(inner);
  const reason = reasonOf(inner).replace(/\.$/, "");
  if (driverCodeOf(error) === "EENCRYPT")
    return [
      "TLS_FAILED",
      "abort",
      `${where} takes only encrypted connections. Take encrypt=false out of the settings.`,
    ];
  if (code === clearTextCode)
    return [
      "TLS_FAILED",
      "abort",
      `${where} does not encrypt, and nothing was sent to it. Give it a certificate; only where nobody else can listen: encrypt=false`,
    ];
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return [
      "TLS_FAILED",
      "abort",
      `The certificate of ${where} is for another name (${reason}). Use the name that it is for as the host.`,
    ];
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID")
    return [
      "TLS_FAILED",
      "abort",
      `The certificate of ${where} is not valid at this time (${reason}). Renew it, and check this machine's clock.`,
    ];
  if (/CERT|ISSUER|SIGNATURE|CRL/.test(code))
    return [
      "TLS_FAILED",
      "abort",
      `The certificate of ${where} is not trusted (${reason}). Name a file with the authority that signed it: caFile=FILE`,
    ];
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code))
    return ["TLS_FAILED", "abort", `No encrypted connection to ${where} could be agreed on: ${reason}`];
  if (code === "ENOTFOUND")
    return [
      "DATABASE_UNREACHABLE",
      "abort",
      `The host of ${where} is not known to this machine's DNS. Check its name.`,
    ];
  if (code === "ECONNREFUSED")
    return [
      "DATABASE_UNREACHABLE",
      "retry",
      `Nothing listens at ${where}. Check the port, and that SQL Server runs there.`,
    ];
  if (code === "ETIMEDOUT" || code === "ETIMEOUT")
    return [
      "DATABASE_UNREACHABLE",
      "retry",
      `SQL Server did not answer at ${where} within ${timeoutMs / 1000} s. Check host, port, and the firewalls and security groups between.`,
    ];
  return [
    "DATABASE_UNREACHABLE",
    "retry",
    `The connection to ${where} broke while it was made: ${reason || code}. Check that SQL Server listens there.`,
  ];
}
