import type { TestContext } from "@lmnh/plant-schema/testing";
import * as runner from "vitest";
import { fetchPlantSource } from "../../src/extract/fetch-plant-source.js";
import { httpPlantSource } from "../../src/extract/http-plant-source.js";
import { recordResponses, replayResponses } from "../../src/extract/record-replay.js";
import { formatRecordedResponse } from "../../src/extract/recording-format.js";
import { formatRanges, parseRoster } from "../../src/extract/roster.js";
import type { Fetch } from "../../src/extract/send-request.js";
import type { PlantResponse } from "../../src/response.js";
import { type KnownResponse, plantSourceContract } from "../../src/testing/source-contract.js";
import { fakeClock } from "../support/fake-clock.js";
import { startServer } from "../support/loopback-server.js";

async function serve(
  known: readonly KnownResponse[],
  { create = httpPlantSource, fetch }: { create?: typeof httpPlantSource; fetch?: Fetch } = {},
) {
  const byId = new Map(known.map((expected) => [expected.plantId, expected]));
  const server = await startServer((_request, response, plantId) => {
    const expected = byId.get(plantId);
    response.writeHead(expected?.status ?? 500);
    response.end(expected?.body);
  });
  const options = {
    baseUrl: `${server.origin}/api/plants`,
    roster: parseRoster(formatRanges(byId.keys())),
    clock: fakeClock(),
    random: () => 0.5,
  };
  const source = fetch === undefined ? create(options) : fetchPlantSource({ ...options, fetch });
  return { source, close: server.close };
}

plantSourceContract(runner, { name: "httpPlantSource", open: (known) => serve(known) });

plantSourceContract(runner, {
  name: "httpPlantSource of the build, whose cross-fetch is bundled",
  open: async (known) => serve(known, { create: (await import("@lmnh/plant-etl/http")).httpPlantSource }),
});

plantSourceContract(runner, {
  name: "fetchPlantSource with Node's fetch",
  open: (known) => serve(known, { fetch: globalThis.fetch }),
});

plantSourceContract(runner, {
  name: "recordResponses around httpPlantSource",
  open: async (known) => {
    const { source, close } = await serve(known);
    return {
      source: recordResponses(
        source,
        () => {},
        () => {},
      ),
      close,
    };
  },
});

plantSourceContract(runner, {
  name: "replayResponses",
  open: async (known) => ({
    source: replayResponses(
      known.map(({ plantId, status, body }) => {
        const outcome: PlantResponse["outcome"] = { kind: "received", status, body, cut: false };
        return formatRecordedResponse({
          plantId,
          receivedAt: "2026-03-01T12:00:00.000Z",
          attempts: 1,
          outcome,
        });
      }),
    ),
  }),
  endsOnAbort: true,
});

runner.test.each([false, true])(
  "plantSourceContract refuses a source that ignores its signal after the start (endsOnAbort: %s)",
  async (endsOnAbort) => {
    const failed: string[] = [];
    const running: Promise<void>[] = [];
    const collecting = {
      describe: (_name: string, define: () => void) => define(),
      test: (name: string, _options: object, run: (context: TestContext) => Promise<void>) => {
        running.push(run({ skip: () => {} }).catch(() => void failed.push(name)));
      },
    };
    const openDeaf = async (known: readonly KnownResponse[]) => ({
      source: {
        async *responses(signal: AbortSignal) {
          const isStopped = signal.aborted;
          if (isStopped && endsOnAbort) return;
          for (const { plantId, status, body } of known) {
            const outcome: PlantResponse["outcome"] = isStopped
              ? { kind: "failed", code: "aborted", message: "stopped" }
              : { kind: "received", status, body, cut: false };
            yield { plantId, receivedAt: new Date().toISOString(), attempts: isStopped ? 0 : 1, outcome };
          }
        },
      },
    });
    plantSourceContract(collecting, { name: "deaf", open: openDeaf, endsOnAbort });
    await Promise.all(running);
    runner.expect(failed).toHaveLength(1);
    runner.expect(failed[0]).toContain("stops requesting plants when the signal aborts");
  },
);
