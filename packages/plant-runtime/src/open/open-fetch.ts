import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Fetch } from "@lmnh/plant-etl/fetch";
import { reasonOf } from "@lmnh/plant-schema/internal";
import { UserError } from "../errors.js";
import { ExitCode } from "../exit-codes.js";
import type { ConnectionValues } from "../settings/setting-groups.js";

export interface FetchOptions
  extends Partial<Pick<ConnectionValues, "apiCaFile" | "httpsProxy" | "httpProxy" | "noProxy">> {
  /** Maximum number of connections to a host. */
  readonly concurrency?: number | undefined;
}

/** As in other programs, a proxy does not apply to them. */
const loopback = ["localhost", "127.0.0.1", "[::1]"];

/**
 * A fetch that uses the proxies and the certificate authorities of the settings; `undefined` if they have none.
 *
 * @throws UserError if the file of the authorities is unreadable or has no certificate
 */
export async function openFetch(options: FetchOptions): Promise<Fetch | undefined> {
  const { apiCaFile, httpsProxy = "", httpProxy = "", noProxy = "", concurrency } = options;
  if (apiCaFile === undefined && httpsProxy === "" && httpProxy === "") return undefined;
  const tls = apiCaFile === undefined ? {} : { ca: await readAuthorities(apiCaFile) };
  // Loaded only here: few need it, and loading takes longer than a request.
  const { Agent, EnvHttpProxyAgent, fetch } = await import("undici");
  const connections = { connect: tls, ...(concurrency !== undefined && { connections: concurrency }) };
  const direct = new Agent(connections);
  const proxied = new EnvHttpProxyAgent({
    ...connections,
    requestTls: tls,
    // Many proxies open tunnels to port 443 only.
    proxyTunnel: false,
    // Without these it reads the environment itself.
    httpProxy,
    httpsProxy,
    noProxy: [noProxy, ...loopback].join(","),
  });
  const dispatcherFor = (url: string) => {
    const hasProxy = (/^https:/i.test(url) ? httpsProxy : httpProxy) !== "" && noProxy.trim() !== "*";
    return hasProxy ? proxied : direct;
  };
  const send = async (input: string, init: Parameters<typeof fetch>[1]) => {
    try {
      return await fetch(input, { ...init, dispatcher: dispatcherFor(input) });
    } catch (error) {
      throw explainProxy(error);
    }
  };
  // The interface of Node's own fetch, which undici declares once more.
  return send as unknown as Fetch;
}

/** A code for what undici reports as text: the proxy's refusal to connect. */
function explainProxy(error: unknown): unknown {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const [, status] = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(at.message) ?? [];
    if (status !== undefined) return Object.assign(new Error(at.message), { code: `PROXY_${status}` });
  }
  return error;
}

async function readAuthorities(path: string): Promise<string> {
  try {
    const pem = await readFile(path, "utf8");
    // Throws unless the first one is a certificate; Node ignores a file without any.
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    throw new UserError(
      ExitCode.configuration,
      `The certificate file ${path} (--api-ca-file) is unreadable or not a PEM file with certificates: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
