import type { Message } from "../ports.js";
import { plainLine, plainLineOrNull } from "../words/plain-line.js";

/** The JSON document of a webhook. Times are ISO 8601 in UTC. `key` is the same whenever an event is sent again. */
export function webhookBody({ subject, items }: Message) {
  return {
    version: 1,
    subject: plainLine(subject, 120),
    events: items.map(({ key, event, alert, plant, heading, sentence, link }) => {
      const { rule, ...facts } = alert.detail;
      return {
        key,
        event,
        alertId: alert.alertId,
        rule,
        plantId: alert.plantId,
        plantName: plainLineOrNull(plant?.name, 255),
        scientificName: plainLineOrNull(plant?.scientificName, 255),
        heading: plainLine(heading, 120),
        sentence: plainLine(sentence, 1_000),
        startedAt: isoTime(alert.startedMs),
        firedAt: isoTime(alert.firedMs),
        resolvedAt: isoTime(alert.resolvedMs),
        ending: alert.ending ?? null,
        facts,
        botanist:
          plant?.botanist == null
            ? null
            : {
                name: plainLine(plant.botanist.name, 255),
                phone: plainLine(plant.botanist.phone, 255),
                email: plainLine(plant.botanist.email, 320),
              },
        link,
      };
    }),
  };
}

function isoTime(ms: number | null): string | null {
  return ms === null || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}
