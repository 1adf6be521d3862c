import { describe, expect, it } from "vitest";
import type { PlantSource } from "../ports.js";
import type { PlantResponse } from "../response.js";

/** A response that the source under test must yield, received at the first attempt. */
export interface KnownResponse {
  readonly plantId: number;
  readonly status: number;
  readonly body: string;
}

export interface PlantSourceContract {
  /** Name of the source in the test names. */
  readonly name: string;
  /** Creates a source that requests exactly these plants and receives exactly these responses. */
  make(
    known: readonly KnownResponse[],
  ): Promise<{ readonly source: PlantSource; close?(): void | Promise<void> }>;
  /** `true` for a source that cannot determine the remaining plants when it is stopped, such as a recording. */
  readonly endsOnAbort?: boolean;
}

/** Milliseconds after which a source that has not ended after an abort counts as hanging. Not a speed limit. */
const hangsAfterMs = 60_000;

/** Declares vitest tests of everything that `PlantSource` guarantees. */
export function plantSourceContract({ name, make, endsOnAbort = false }: PlantSourceContract): void {
  describe(`PlantSource contract: ${name}`, () => {
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

    it("yields one response per plant", () =>
      withSource(async (source) => {
        const responses = await collect(source);
        expect(plantsOf(responses)).toEqual(ids);
      }));

    it("yields status and body unchanged, with the time and the number of attempts", () =>
      withSource(async (source) => {
        for (const response of await collect(source)) expectKnown(response, known);
      }));

    it("can be iterated twice", () =>
      withSource(async (source) => {
        await collect(source);
        const responses = await collect(source);
        expect(plantsOf(responses)).toEqual(ids);
      }));

    it("can be iterated again after the consumer left at the first response", () =>
      withSource(async (source) => {
        let seen = 0;
        for await (const _response of source.responses(new AbortController().signal)) {
          seen++;
          break;
        }
        expect(seen).toBe(1);
        expect(plantsOf(await collect(source))).toEqual(ids);
      }));

    it("yields only aborted responses if the signal aborted before the start", () =>
      withSource(async (source) => {
        const responses = await promptly(collect(source, AbortSignal.abort()));
        expect(responses.filter((response) => !isAborted(response))).toEqual([]);
        for (const { attempts } of responses) expect(attempts).toBe(0);
        expect(plantsOf(responses)).toEqual(endsOnAbort ? [] : ids);
      }));

    it("ends promptly when the signal aborts, with one response per plant", () =>
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
  expect(response.outcome).toEqual({ kind: "received", status, body, cut: false });
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

/** More plants than concurrent requests, and bodies of every kind, because a source does not interpret them. */
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
