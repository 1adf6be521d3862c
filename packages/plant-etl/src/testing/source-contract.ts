import { describe, expect, it } from "vitest";
import type { PlantSource } from "../ports.js";
import type { PlantResponse } from "../response.js";

/** An answer that the source under test is to give, at the first try. */
export interface KnownResponse {
  readonly plantId: number;
  readonly status: number;
  readonly body: string;
}

export interface PlantSourceContract {
  /** Names the source in the tests. */
  readonly name: string;
  /** Makes a source that asks for exactly these plants and gets exactly these answers. */
  make(
    known: readonly KnownResponse[],
  ): Promise<{ readonly source: PlantSource; close?(): void | Promise<void> }>;
  /** `true` for a source that cannot tell which plants are left when it is stopped, such as a recording. */
  readonly endsOnAbort?: boolean;
}

/** Milliseconds after which a source that has not ended after an abort never will: no limit of speed. */
const hangsAfterMs = 60_000;

/** Declares vitest tests of everything that `PlantSource` promises, for any source. */
export function plantSourceContract({ name, make, endsOnAbort = false }: PlantSourceContract): void {
  describe(`${name} keeps the contract of a plant source`, () => {
    const known = knownResponses();
    const ids = known.map(({ plantId }) => plantId);

    async function withSource(use: (source: PlantSource) => Promise<void>): Promise<void> {
      const { source, close } = await make(known);
      try {
        await use(source);
      } finally {
        await close?.();
      }
    }

    it("answers for every plant exactly once", () =>
      withSource(async (source) => {
        const responses = await collect(source);
        expect(plantsOf(responses)).toEqual(ids);
      }));

    it("passes status and body on unharmed, and says when and after how many requests", () =>
      withSource(async (source) => {
        for (const response of await collect(source)) expectKnown(response, known);
      }));

    it("can be iterated a second time", () =>
      withSource(async (source) => {
        await collect(source);
        const responses = await collect(source);
        expect(plantsOf(responses)).toEqual(ids);
      }));

    it("lets its consumer leave after the first answer, and can be iterated again", () =>
      withSource(async (source) => {
        let seen = 0;
        for await (const _response of source.responses(new AbortController().signal)) {
          seen++;
          break;
        }
        expect(seen).toBe(1);
        expect(plantsOf(await collect(source))).toEqual(ids);
      }));

    it("gives no plant a real answer when it was stopped before it began", () =>
      withSource(async (source) => {
        const responses = await promptly(collect(source, AbortSignal.abort()));
        expect(responses.filter((response) => !isAborted(response))).toEqual([]);
        for (const { attempts } of responses) expect(attempts).toBe(0);
        expect(plantsOf(responses)).toEqual(endsOnAbort ? [] : ids);
      }));

    it("ends promptly when it is stopped, and its numbers still add up", () =>
      withSource(async (source) => {
        const controller = new AbortController();
        const responses: PlantResponse[] = [];
        const run = async () => {
          for await (const response of source.responses(controller.signal)) {
            responses.push(response);
            controller.abort();
          }
        };
        await promptly(run());
        for (const response of responses) if (!isAborted(response)) expectKnown(response, known);
        expect(new Set(plantsOf(responses)).size).toBe(responses.length);
        if (!endsOnAbort) expect(plantsOf(responses)).toEqual(ids);
        else expect(ids).toEqual(expect.arrayContaining(plantsOf(responses)));
      }));
  });
}

async function collect(source: PlantSource, signal = new AbortController().signal): Promise<PlantResponse[]> {
  const responses: PlantResponse[] = [];
  for await (const response of source.responses(signal)) responses.push(response);
  return responses;
}

function plantsOf(responses: readonly PlantResponse[]): number[] {
  return responses.map(({ plantId }) => plantId).sort((a, b) => a - b);
}

function isAborted({ outcome }: PlantResponse): boolean {
  return outcome.kind === "failed" && outcome.code === "aborted";
}

function expectKnown(response: PlantResponse, known: readonly KnownResponse[]): void {
  const { status, body } = known.find(({ plantId }) => plantId === response.plantId) ?? {};
  expect(response.outcome).toEqual({ kind: "answered", status, body, cut: false });
  expect(response.attempts).toBeGreaterThanOrEqual(1);
  expect(response.receivedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
}

async function promptly<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${hangsAfterMs} ms`)), hangsAfterMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** More plants than a source asks at once, and bodies of every kind: what they mean is no business of a source. */
function knownResponses(): KnownResponse[] {
  const bodies: readonly (readonly [number, string])[] = [
    [200, '{"plant_id": 1, "name": "Calathea ‘Striata’ 🌱", "temperature": 12.5}'],
    [404, '{"error":"plant not found","plant_id":7}'],
    [404, '{"error":"plant on loan to another museum","plant_id":43}'],
    [200, ""],
    [200, "<html>\r\n<p>not JSON</p>\n\n</html>\n"],
    [400, "NUL \0, tab \t, quotes \"'`, backslash \\, line separators \u2028\u2029"],
    [200, JSON.stringify({ long: "é".repeat(100_000) })],
  ];
  return Array.from({ length: 40 }, (_, index) => {
    const [status, body] = bodies[index % bodies.length] ?? [200, ""];
    return { plantId: index === 39 ? 2_147_483_647 : index, status, body };
  });
}
