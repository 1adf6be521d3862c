import * as runner from "vitest";
import { httpPlantSource, parseRoster, recordResponses, replayResponses } from "../../src/extract/index.js";
import { formatRecordedResponse } from "../../src/extract/recording-format.js";
import { formatRanges } from "../../src/extract/roster.js";
import type { PlantResponse } from "../../src/response.js";
import { type KnownResponse, plantSourceContract } from "../../src/testing/source-contract.js";
import { fakeClock } from "../support/fake-clock.js";
import { startServer } from "../support/loopback-server.js";

async function serve(known: readonly KnownResponse[], fetch?: typeof globalThis.fetch) {
  const byId = new Map(known.map((expected) => [expected.plantId, expected]));
  const server = await startServer((_request, response, plantId) => {
    const expected = byId.get(plantId);
    response.writeHead(expected?.status ?? 500);
    response.end(expected?.body);
  });
  const source = httpPlantSource({
    baseUrl: `${server.origin}/api/plants`,
    roster: parseRoster(formatRanges(byId.keys())),
    clock: fakeClock(),
    random: () => 0.5,
    ...(fetch === undefined ? {} : { fetch }),
  });
  return { source, close: server.close };
}

plantSourceContract(runner, { name: "httpPlantSource over cross-fetch", open: (known) => serve(known) });

plantSourceContract(runner, {
  name: "httpPlantSource over Node's fetch",
  open: (known) => serve(known, globalThis.fetch),
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
