import * as runner from "vitest";
import { fetchPlantSource } from "../../src/extract/fetch-plant-source.js";
import { httpPlantSource } from "../../src/extract/http-plant-source.js";
import { recordResponses, replayResponses } from "../../src/extract/record-replay.js";
import { formatRecordedResponse } from "../../src/extract/recording-format.js";
import { formatRanges, parseRoster } from "../../src/extract/roster.js";
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
  const options = {
    baseUrl: `${server.origin}/api/plants`,
    roster: parseRoster(formatRanges(byId.keys())),
    clock: fakeClock(),
    random: () => 0.5,
  };
  const source = fetch === undefined ? httpPlantSource(options) : fetchPlantSource({ ...options, fetch });
  return { source, close: server.close };
}

plantSourceContract(runner, { name: "httpPlantSource", open: (known) => serve(known) });

plantSourceContract(runner, {
  name: "fetchPlantSource with Node's fetch",
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
