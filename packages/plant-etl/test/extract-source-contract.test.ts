import type { Answer } from "../src/answer.js";
import { httpPlantSource, parseRoster, recordAnswers, replayAnswers } from "../src/extract/index.js";
import { formatRecordedAnswer } from "../src/extract/recording.js";
import { formatRanges } from "../src/extract/roster.js";
import { type KnownAnswer, plantSourceContract } from "../src/testing/source-contract.js";
import { fakeClock } from "./helpers/fake-clock.js";
import { startServer } from "./helpers/loopback-server.js";

async function serve(known: readonly KnownAnswer[], fetch?: typeof globalThis.fetch) {
  const byId = new Map(known.map((answer) => [answer.plantId, answer]));
  const server = await startServer((_request, response, plantId) => {
    const answer = byId.get(plantId);
    response.writeHead(answer?.status ?? 500);
    response.end(answer?.body);
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

plantSourceContract({ name: "httpPlantSource over cross-fetch", make: (known) => serve(known) });

plantSourceContract({
  name: "httpPlantSource over Node's fetch",
  make: (known) => serve(known, globalThis.fetch),
});

plantSourceContract({
  name: "recordAnswers around httpPlantSource",
  make: async (known) => {
    const { source, close } = await serve(known);
    return {
      source: recordAnswers(
        source,
        () => {},
        () => {},
      ),
      close,
    };
  },
});

plantSourceContract({
  name: "replayAnswers",
  make: async (known) => ({
    source: replayAnswers(
      known.map(({ plantId, status, body }) => {
        const outcome: Answer["outcome"] = { kind: "answered", status, body, cut: false };
        return formatRecordedAnswer({
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
