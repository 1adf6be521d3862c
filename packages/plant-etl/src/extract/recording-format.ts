import { decodeText } from "@lmnh/plant-schema/internal";
import * as z from "zod/mini";
import type { Rejection } from "../batch.js";
import { failureCodes, type PlantResponse } from "../response.js";
import { storedResponse } from "../stored-response.js";
import { maxPlantId } from "./roster.js";
import { maxLineBytes } from "./split-lines.js";

// Every schema has a message of its own, because zod/mini has none.
const text = z.string("is not text");
const flag = z.boolean("is neither true nor false");
const outsideStatus = "is not from 100 to 999";
const status = z
  .int("is not a whole number")
  .check(z.minimum(100, outsideStatus), z.maximum(999, outsideStatus));
const count = z.int("is not a whole number").check(z.minimum(0, "is negative"));

/** Any fraction of a second, as another program may write it; in the form that times are compared in, as text. */
const time = z.pipe(
  z.iso
    .datetime("is not a time such as 2026-01-28T12:00:00.000Z")
    .check(z.refine((text) => text >= "1753", "is before 1753")),
  z.transform((text) => new Date(text).toISOString()),
);

const recordedResponse = z.object(
  {
    v: z.literal(1, "is not 1, the only version"),
    plantId: count.check(z.maximum(maxPlantId, `is greater than ${maxPlantId}`)),
    receivedAt: time,
    attempts: count,
    outcome: z.discriminatedUnion(
      "kind",
      [
        z.object({ kind: z.literal("received"), status, body: text, cut: flag }),
        z.object({
          kind: z.literal("undecodable"),
          status,
          bodyBase64: z.base64("is not base64"),
          cut: flag,
          problem: text,
        }),
        z.object({
          kind: z.literal("failed"),
          code: z.enum(failureCodes, `is none of ${failureCodes.join(", ")}`),
          message: text,
        }),
      ],
      "is not an object with a known kind",
    ),
  },
  "is not an object",
);

/** A response as one line of JSON with its line end. */
export function formatRecordedResponse({ plantId, receivedAt, attempts, outcome }: PlantResponse): string {
  const json = JSON.stringify({ v: 1, plantId, receivedAt, attempts, outcome });
  // These two are line ends for Node's readline, but not in JSON.
  return `${json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")}\n`;
}

/** A rejected response as one line of a recording; `null` if only the beginning of its body is stored. */
export function formatRecordedRejection(rejection: Rejection): string | null {
  const response = storedResponse(rejection);
  return response === null ? null : formatRecordedResponse(response);
}

const linePrefix = '{"v":1,';

type ParsedLine = PlantResponse | { readonly problem: string; readonly torn: boolean };

/**
 * The response of a line, or the problem of the line; `null` for a blank line. `torn`: it begins as a response does and is
 * cut off, possibly within a character.
 */
export function parseRecordedLine(line: string | Uint8Array): ParsedLine | null {
  if (typeof line === "string") return parseText(line.replace(/^\ufeff/, ""));
  if (line.length > maxLineBytes)
    return { problem: `it is longer than ${maxLineBytes} bytes, the limit of a line`, torn: false };
  const [first, second] = [line[0], line[1]];
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { problem: "it is UTF-16; a recording is UTF-8", torn: false };
  const decoded = decodeText(line, { cut: true });
  return "text" in decoded ? parseText(decoded.text) : { problem: `it ${decoded.problem}`, torn: false };
}

function parseText(line: string): ParsedLine | null {
  if (line.trim() === "") return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: "it is not JSON", torn: line.startsWith(linePrefix) || linePrefix.startsWith(line) };
  }
  const result = recordedResponse.safeParse(value);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join(".")}: ${message}`,
    );
    return { problem: problems.join("; "), torn: false };
  }
  const { v: _version, ...response } = result.data;
  return response;
}
