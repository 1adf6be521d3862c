import { fc } from "@lmnh/testing/property";
import type { PlantResponse } from "../../src/response.js";
import { buildPayload } from "../../src/testing/builders.js";

/** Keys with a special meaning in JavaScript, a validator, the schema or a terminal. */
const keys = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[
        "toString",
        "valueOf",
        "toJSON",
        "length",
        "size",
        "__proto__",
        "constructor",
        "prototype",
        "then",
        "get",
      ],
      ...[
        "",
        "0",
        "-1",
        "name",
        "email",
        "error",
        "temperature",
        "botanist",
        "images",
        "latitude",
        "\u001b[31m",
        "\u202e",
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }).map((length) => "k".repeat(length)) },
);

/** Any UTF-16, lone surrogates included. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units));

const strings = fc
  .oneof(
    anyUnits,
    fc.constantFrom(
      "2026-06-30 23:59:60",
      "1e309",
      "not found",
      "a@\u001b[2J",
      "http://[::1",
      "https://h/a.jpg?X-Amz-Date=99999999T999999Z&X-Amz-Expires=60",
      "https://h/a.jpg?X-Amz-Date=20260128T120000Z&X-Amz-Expires=999999",
      "\ud83d",
      "\ufb2c".repeat(255),
    ),
    fc
      .tuple(
        fc.constantFrom("x", "\u0958", "🌵", "\u0000", " ", "(", "1", "\ud800"),
        fc.constantFrom(255, 256, 5000),
      )
      .map(([unit, count]) => unit.repeat(count)),
  )
  .map((text) => JSON.stringify(text));

const numbers = fc.constantFrom(
  ...[
    "1e309",
    "-1e309",
    "-0",
    "5e-324",
    "1.7976931348623157e308",
    "9007199254740993",
    "1".repeat(400),
    "0.1",
  ],
);

const deep = fc
  .tuple(fc.constantFrom(["[", "]"], ['{"a":', "}"]), fc.constantFrom(7000, 100_000))
  .map(([[open, close], depth]) => `${open?.repeat(depth)}0${close?.repeat(depth)}`);

const long = fc.constantFrom(
  ...[`[${"5,".repeat(3000)}5]`, `[${'"name",'.repeat(3000)}5]`],
  `{${Array.from({ length: 3000 }, (_, index) => `"key ${index}":0`).join(",")}}`,
);

/** JSON as text, including forms that JSON.stringify does not produce. */
const json = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    { weight: 6, arbitrary: strings },
    { weight: 4, arbitrary: numbers },
    { weight: 3, arbitrary: fc.constantFrom("null", "true", "[]", "{}") },
    { weight: 6, arbitrary: tie("object") },
    { weight: 4, arbitrary: tie("list") },
  ),
  list: fc.array(tie("value"), { maxLength: 5 }).map((items) => `[${items.join(",")}]`),
  object: fc.array(fc.tuple(keys, tie("value")), { maxLength: 5 }).map(writeObject),
})).value;

const values = fc.oneof(
  { weight: 1500, arbitrary: json },
  { weight: 4, arbitrary: long },
  { weight: 1, arbitrary: deep },
);

function writeObject(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
}

/** A valid response with some values replaced, and keys added or repeated. */
const damaged = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...Object.keys(buildPayload(9))), values), { maxLength: 3 }),
    fc.array(fc.tuple(keys, values), { maxLength: 2 }),
  )
  .map(([replaced, added]) => (plantId: number) => {
    const payload = Object.entries(buildPayload(plantId)).map(
      ([key, value]) => [key, JSON.stringify(value)] as const,
    );
    return writeObject([
      ...payload.filter(([key]) => !replaced.some(([name]) => name === key)),
      ...replaced,
      ...added,
    ]);
  });

const bodies = fc.oneof(
  { weight: 20, arbitrary: damaged },
  { weight: 3, arbitrary: values.map((text) => () => text) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((text) => () => text) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(damaged, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([write, share]) => (id: number) => {
        const text = write(id);
        return text.slice(0, Math.floor(text.length * share));
      }),
  },
);

/** Responses of a hostile, broken or compromised API. */
export const hostileResponse: fc.Arbitrary<PlantResponse> = fc
  .record({
    plantId: fc.integer({ min: 0, max: 9 }),
    write: bodies,
    status: fc.oneof(
      { weight: 8, arbitrary: fc.constant(200) },
      { weight: 1, arbitrary: fc.integer({ min: 100, max: 999 }) },
    ),
    cut: fc.oneof({ weight: 20, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  })
  .map(({ plantId, write, status, cut }) => ({
    plantId,
    receivedAt: "2026-01-28T12:00:01.000Z",
    attempts: 1,
    outcome: { kind: "received", status, body: write(plantId), cut },
  }));
