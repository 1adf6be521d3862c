import { PlantEtlError } from "../errors.js";
import type { RequestRetryOptions } from "./backoff.js";
import { listRoster, maxPlantId, type Roster } from "./roster.js";

/** Where the API is: its address without secrets, and the headers that go with each request. */
export interface Endpoint {
  readonly baseUrl: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Credentials in the URL become a header, because WHATWG's fetch refuses them and messages must not show them. */
export function readEndpoint(
  baseUrl: string | URL,
  headers: Readonly<Record<string, string>> = {},
): Endpoint {
  const text = String(baseUrl);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const shown = /[@?#]/.test(text)
      ? "one that is not shown, as it may hold a secret"
      : JSON.stringify(text);
    throw invalid(`baseUrl must be an http or https URL such as https://host/api/plants, not ${shown}`);
  }
  const own: Record<string, string> = {
    accept: "application/json",
    "accept-encoding": "gzip, deflate",
  };
  if (url.username !== "" || url.password !== "") {
    const credentials = `${decodeUserInfo(url.username)}:${decodeUserInfo(url.password)}`;
    own.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  url.username = "";
  url.password = "";
  url.hash = "";
  for (const [name, value] of Object.entries(headers)) own[name.toLowerCase()] = checkHeader(name, value);
  return { baseUrl: url, headers: own };
}

/** Makes `{base}/{plantId}`; a query of the base stays. The base is taken apart once, not for every plant. */
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

export function checkRetry(retry: Partial<RequestRetryOptions> = {}): RequestRetryOptions {
  return {
    attempts: checkInteger("retry.attempts", retry.attempts ?? 4, 1, 100),
    baseDelayMs: checkInteger("retry.baseDelayMs", retry.baseDelayMs ?? 500, 0, longestTimer),
    maxDelayMs: checkInteger("retry.maxDelayMs", retry.maxDelayMs ?? 8000, 0, longestTimer),
    maxRetryAfterMs: checkInteger("retry.maxRetryAfterMs", retry.maxRetryAfterMs ?? 30_000, 0, longestTimer),
  };
}

/** Milliseconds; a timer of Node's that is set longer fires at once. */
export const longestTimer = 2_147_483_647;

export function checkInteger(name: string, value: number, least: number, limit: number): number {
  if (Number.isInteger(value) && value >= least && value <= limit) return value;
  throw invalid(`${name} must be a whole number from ${least} to ${limit}, not ${String(value)}`);
}

function checkHeader(name: string, value: string): string {
  try {
    new Headers([[name, value]]);
    return value;
  } catch {
    // Neither the value nor the error, which quotes it: it may be a secret.
    throw invalid(`headers: ${JSON.stringify(name)} has a name or a value that HTTP does not allow`);
  }
}

/** What is no percent-encoding stands for itself. */
function decodeUserInfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(problem: string): PlantEtlError {
  return new PlantEtlError("OPTION_INVALID", "abort", `httpPlantSource: ${problem}.`);
}
