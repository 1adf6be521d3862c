import type { NoticeKind } from "./batch.js";

/** Which of its own errors a body of the API is; `null` for anything else, broken JSON included. */
export function readApiError(body: string): NoticeKind | null {
  return classifyApiError(parseJson(body));
}

/** The same of a body that has been parsed, by the text of its `error`. */
export function classifyApiError(value: unknown): NoticeKind | null {
  const said = typeof value === "object" && value !== null && "error" in value ? value.error : undefined;
  if (typeof said !== "string") return null;
  if (/\bplant on loan\b/i.test(said)) return "on_loan";
  if (/\bplant not found\b/i.test(said)) return "not_found";
  if (/\bplant sensor fault\b/i.test(said)) return "sensor_fault";
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
