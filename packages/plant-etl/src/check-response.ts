import { PlantEtlError } from "./errors.js";
import { failureCodes, type PlantResponse } from "./response.js";
import { isInt32 } from "./transform/is-int32.js";
import { isTimestamp } from "./transform/is-timestamp.js";
import { createIssue } from "./validation-issue.js";

const isText = (value: unknown) => typeof value === "string";
const isBoolean = (value: unknown) => typeof value === "boolean";
const isFailureCode = (value: unknown) => failureCodes.some((code) => code === value);

const responseFields = { plantId: isInt32, receivedAt: isTimestamp, attempts: isInt32 };
const outcomeFields: Readonly<
  Record<string, Readonly<Record<string, (value: unknown) => boolean>> | undefined>
> = {
  received: { status: isInt32, body: isText, cut: isBoolean },
  undecodable: { status: isInt32, bodyBase64: isText, cut: isBoolean, problem: isText },
  failed: { code: isFailureCode, message: isText },
};

/**
 * A copy of what a source yielded: the source may use its objects again, and an observer gets them before they are
 * transformed.
 *
 * @throws PlantEtlError `ADAPTER_INVALID` for what is no `PlantResponse`: nothing could be stored of it
 */
export function checkResponse(response: PlantResponse): PlantResponse {
  const given: unknown = response;
  if (typeof given !== "object" || given === null) throw noResponse("it", given);
  const { outcome } = response as { readonly outcome: unknown };
  if (typeof outcome !== "object" || outcome === null) throw noResponse("outcome", outcome);
  const { kind } = outcome as { readonly kind?: unknown };
  const fields =
    typeof kind === "string" && Object.hasOwn(outcomeFields, kind) ? outcomeFields[kind] : undefined;
  if (fields === undefined) throw noResponse("outcome.kind", kind);
  checkFields(given, responseFields, "");
  checkFields(outcome, fields, "outcome.");
  return { ...response, outcome: { ...response.outcome } };
}

function checkFields(
  value: object,
  fields: Readonly<Record<string, (value: unknown) => boolean>>,
  path: string,
): void {
  for (const name in fields) {
    const field = (value as Record<string, unknown>)[name];
    if (fields[name]?.(field) !== true) throw noResponse(`${path}${name}`, field);
  }
}

function noResponse(path: string, value: unknown): PlantEtlError {
  return new PlantEtlError(
    "ADAPTER_INVALID",
    "abort",
    `The source yielded something that is no response: ${path} is ${createIssue("", "", value).value}.`,
  );
}
