import { z } from "zod";
import type { NoticeKind } from "./batch.js";

const errorBody = z.object({ error: z.string() });

/** Which of its own errors a body of the API is; `null` for anything else, broken JSON included. */
export function readApiError(body: string): NoticeKind | null {
  return classifyApiError(parseJson(body));
}

/** The same of a body that has been parsed, by the text of its `error`. */
export function classifyApiError(value: unknown): NoticeKind | null {
  const said = errorBody.safeParse(value);
  if (!said.success) return null;
  if (/\bplant on loan\b/i.test(said.data.error)) return "on_loan";
  if (/\bplant not found\b/i.test(said.data.error)) return "not_found";
  if (/\bplant sensor fault\b/i.test(said.data.error)) return "sensor_fault";
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
