import { validateHeaderName, validateHeaderValue } from "node:http";
import { checkInteger, invalidOption, maxTimerMs, type PartialOptions } from "../check-options.js";
import type { RequestRetryOptions } from "./backoff.js";
import { listRoster, maxPlantId, type Roster } from "./roster.js";

/** The API's address without secrets, and the headers of each request. */
export interface Endpoint {
  readonly baseUrl: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Credentials in the URL become a header, because WHATWG's fetch rejects them and messages must not show them. */
export function parseEndpoint(
  baseUrl: string | URL,
  headers: Readonly<Record<string, string>> = {},
): Endpoint {
  const text = String(baseUrl);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const shown = /[@?#]/.test(text)
      ? "a URL that is not shown, as it may contain a secret"
      : JSON.stringify(text);
    throw invalidOption(`baseUrl must be an http or https URL such as https://host/api/plants, not ${shown}`);
  }
  const allHeaders: Record<string, string> = {
    accept: "application/json",
    "accept-encoding": "gzip, deflate",
  };
  if (url.username !== "" || url.password !== "") {
    const credentials = `${decodeUserInfo(url.username)}:${decodeUserInfo(url.password)}`;
    allHeaders.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  url.username = "";
  url.password = "";
  url.hash = "";
  for (const [name, value] of Object.entries(headers))
    allHeaders[name.toLowerCase()] = checkHeader(name, value);
  return { baseUrl: url, headers: allHeaders };
}

/** Builds `{base}/{plantId}` with the query of the base. The base is parsed once, not for every plant. */
export function plantUrls(baseUrl: URL): (plantId: number) => string {
  const { origin, pathname, search } = baseUrl;
  const before = `${origin}${pathname.replace(/\/+$/, "")}/`;
  return (plantId) => `${before}${plantId}${search}`;
}

export function checkRoster(roster: Roster): Roster {
  if (roster.kind === "discover") {
    checkInteger("roster.from", roster.from, 0, maxPlantId);
    checkInteger("roster.upTo", roster.upTo, roster.from, maxPlantId);
    checkInteger("roster.stopAfter", roster.stopAfter, 1, maxPlantId);
    return roster;
  }
  for (const [from, to] of roster.ranges) {
    checkInteger("roster.ranges: from", from, 0, maxPlantId);
    checkInteger("roster.ranges: to", to, from, maxPlantId);
  }
  return listRoster(roster.ranges);
}

export function checkRetry(retry: PartialOptions<RequestRetryOptions> = {}): RequestRetryOptions {
  return {
    attempts: checkInteger("retry.attempts", retry.attempts ?? 4, 1, 100),
    baseDelayMs: checkInteger("retry.baseDelayMs", retry.baseDelayMs ?? 500, 0, maxTimerMs),
    maxDelayMs: checkInteger("retry.maxDelayMs", retry.maxDelayMs ?? 8000, 0, maxTimerMs),
    maxRetryAfterMs: checkInteger("retry.maxRetryAfterMs", retry.maxRetryAfterMs ?? 30_000, 0, maxTimerMs),
  };
}

function checkHeader(name: string, value: string): string {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return value;
  } catch {
    // Without the value, and without the error, which quotes it: it may be a secret.
    throw invalidOption(`headers: ${JSON.stringify(name)} has a name or a value that HTTP does not allow`);
  }
}

/** Invalid percent-encoding is kept as it is. */
function decodeUserInfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
