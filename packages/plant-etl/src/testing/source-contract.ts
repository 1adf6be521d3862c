import assert from "node:assert/strict";
import { assertEqual, type Closable, contractSuite, type TestRunner } from "@lmnh/plant-schema/testing";
import type { PlantSource } from "../ports.js";
import type { PlantResponse } from "../response.js";

/** A response that the source under test must yield, received at the first attempt. */
export interface KnownResponse {
  /** Id of the plant in the museum's API: 0…2,147,483,647. */
  readonly plantId: number;
  /** HTTP status. */
  readonly status: number;
  /** The body, which must arrive unchanged. */
  readonly body: string;
}

/** A source that a test of the contract has opened. */
export interface SourceUnderTest extends Closable {
  /** A source of exactly the known responses. */
  readonly source: PlantSource;
}

/** How the contract opens the source to test. */
export interface PlantSourceContractOptions {
  /** Name of the source, for the names of the tests. */
  readonly name: string;
  /**
   * Opens a source that requests exactly these plants, of which there are 40, fewer than that at once, and receives exactly
   * these responses. Called by each test.
   */
  readonly open: (known: readonly KnownResponse[]) => Promise<SourceUnderTest>;
  /** `true` for a source that has no list of plants, such as a recording: it ends when it is stopped. */
  readonly endsOnAbort?: boolean | undefined;
}

/** Declares a test of each rule of `PlantSource`. */
export function plantSourceContract(
  runner: TestRunner,
  { name, open, endsOnAbort = false }: PlantSourceContractOptions,
): void {
  const known = knownResponses();
  const ids = known.map(({ plantId }) => plantId);

  contractSuite(
    runner,
    `${name}: contract of PlantSource`,
    () => open(known),
    ({ test }) => {
      test("yields one response per plant", async ({ source }) => {
        assertEqual(plantsOf(await collect(source)), ids);
      });

      test("yields status and body unchanged, with the time and the number of attempts", async ({
        source,
      }) => {
        for (const response of await collect(source)) assertKnown(response, known);
      });

      test("can be iterated twice", async ({ source }) => {
        await collect(source);
        assertEqual(plantsOf(await collect(source)), ids);
      });

      test("can be iterated again after the consumer left at the first response", async ({ source }) => {
        let seen = 0;
        for await (const _response of source.responses(new AbortController().signal)) {
          seen++;
          break;
        }
        assert.equal(seen, 1);
        assertEqual(plantsOf(await collect(source)), ids);
      });

      test("yields only aborted responses if the signal aborted before the start", async ({ source }) => {
        const responses = await collect(source, AbortSignal.abort());
        assertEqual(
          responses.filter((response) => !isAborted(response)),
          [],
        );
        for (const { attempts } of responses) assert.equal(attempts, 0);
        assertEqual(plantsOf(responses), endsOnAbort ? [] : ids);
      });

      test("stops requesting plants when the signal aborts, with one response per plant", async ({
        source,
      }) => {
        const controller = new AbortController();
        const responses: PlantResponse[] = [];
        for await (const response of source.responses(controller.signal)) {
          responses.push(response);
          assert.ok(responses.length <= mostResponses, "the source does not end");
          controller.abort();
        }
        const received = responses.filter((response) => !isAborted(response));
        for (const response of received) assertKnown(response, known);
        // Those that were in progress may have been received.
        assert.ok(received.length < known.length, "the source goes on after the signal aborted");
        const plants = plantsOf(responses);
        assertEqual(plants, endsOnAbort ? ids.filter((id) => plants.includes(id)) : ids);
      });
    },
  );
}

async function collect(source: PlantSource, signal = new AbortController().signal): Promise<PlantResponse[]> {
  const responses: PlantResponse[] = [];
  for await (const response of source.responses(signal)) {
    responses.push(response);
    assert.ok(responses.length <= mostResponses, "the source yields more responses than it has plants");
  }
  return responses;
}

function plantsOf(responses: readonly PlantResponse[]): number[] {
  return responses.map(({ plantId }) => plantId).sort((a, b) => a - b);
}

function isAborted({ outcome }: PlantResponse): boolean {
  return outcome.kind === "failed" && outcome.code === "aborted";
}

function assertKnown(response: PlantResponse, known: readonly KnownResponse[]): void {
  const { status, body } = known.find(({ plantId }) => plantId === response.plantId) ?? {};
  assertEqual(response.outcome, { kind: "received", status, body, cut: false });
  assert.ok(response.attempts >= 1);
  assert.match(response.receivedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
}

/** A source that never ends would keep a test from ending, and its timers from firing. */
const mostResponses = 1_000;

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
