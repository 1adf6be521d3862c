import { describe, expect, it } from "vitest";
import { PlantEtlError } from "../../src/errors.js";
import { createSource, type SourceOptions } from "../support/request-plants.js";

function refusal(options: Partial<SourceOptions>): PlantEtlError {
  try {
    createSource({ baseUrl: "https://127.0.0.1/api/plants", ...options });
  } catch (error) {
    if (error instanceof PlantEtlError) return error;
  }
  throw new Error("it was not refused");
}

describe("httpPlantSource options", () => {
  it.each<[Partial<SourceOptions>, string]>([
    [{ concurrency: 0 }, "concurrency must be a whole number from 1 to 1000, not 0"],
    [{ concurrency: Number.NaN }, "concurrency must be a whole number from 1 to 1000, not NaN"],
    [{ requestTimeoutMs: 0.5 }, "requestTimeoutMs must be a whole number from 1 to 2147483647, not 0.5"],
    [{ requestTimeoutMs: 2_147_483_648 }, "requestTimeoutMs must be"],
    [{ maxBodyBytes: -1 }, "maxBodyBytes must be"],
    [{ retry: { attempts: 0 } }, "retry.attempts must be a whole number from 1 to 100, not 0"],
    [{ retry: { baseDelayMs: -1 } }, "retry.baseDelayMs must be"],
    [{ retry: { maxDelayMs: Number.POSITIVE_INFINITY } }, "retry.maxDelayMs must be"],
    [{ retry: { maxRetryAfterMs: 1.5 } }, "retry.maxRetryAfterMs must be"],
    [
      { baseUrl: "ftp://host/plants" },
      'baseUrl must be an http or https URL such as https://host/api/plants, not "ftp://host/plants"',
    ],
    [{ baseUrl: "plants" }, 'not "plants"'],
    [{ roster: { kind: "list", ranges: [[1, 2_147_483_648]] } }, "roster.ranges: to must be"],
    [{ roster: { kind: "list", ranges: [[0, 1_000_000]] } }, "has 1000001 plants"],
    [{ roster: { kind: "list", ranges: [[5, 4]] } }, "roster.ranges: to must be a whole number from 5"],
    [{ roster: { kind: "discover", from: -1, stopAfter: 1, upTo: 5 } }, "roster.from must be"],
    [{ roster: { kind: "discover", from: 1, stopAfter: 0, upTo: 5 } }, "roster.stopAfter must be"],
    [
      { roster: { kind: "discover", from: 9, stopAfter: 1, upTo: 5 } },
      "roster.upTo must be a whole number from 9",
    ],
  ])("rejects %j with option and value", (options, message) => {
    const error = refusal(options);
    expect(error).toMatchObject({ code: "OPTION_INVALID", recovery: "abort" });
    expect(error.message).toContain(message);
  });

  it.each<Partial<SourceOptions>>([
    { baseUrl: "http//curator:secret@host" },
    { baseUrl: "ftp://curator:secret@host/plants" },
    { baseUrl: "htp://host/plants?key=secret" },
    { headers: { authorization: "secret\nsecret" } },
  ])("keeps secrets out of the message: %j", (options) => {
    const error = refusal(options);
    expect(error.message).not.toContain("secret\n");
    expect(error.message).not.toMatch(/curator|key=|:secret/);
    expect(error.message).toContain(options.headers ? "authorization" : "baseUrl");
  });
});
