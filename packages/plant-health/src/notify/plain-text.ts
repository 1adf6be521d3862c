import type { Message, MessageItem } from "../ports.js";
import { plainLine } from "../words/plain-line.js";

/** At most this many items are written out; the others are counted. */
const maxItems = 20;

/** A message as lines of plain text, for mail, a topic or a log. */
export function plainText(message: Message): string[] {
  const shown = message.items.slice(0, maxItems);
  const lines = shown.flatMap((item) => [...itemLines(item), ""]);
  const hidden = message.items.length - shown.length;
  return hidden > 0 ? [...lines, `and ${hidden} more`] : lines.slice(0, -1);
}

function itemLines({ event, heading, sentence, plant, alert, link }: MessageItem): string[] {
  const lines = [
    `${subjectOf({ plant, alert })}: ${plainLine(heading, 80)}${suffixes[event]}`,
    plainLine(sentence, 400),
  ];
  const botanist = plant?.botanist;
  if (botanist)
    lines.push(plainLine([botanist.name, botanist.phone, botanist.email].filter(Boolean).join(", "), 300));
  if (link !== null) lines.push(link);
  return lines;
}

const suffixes = { fired: "", reminded: " (reminder)", resolved: " (resolved)" } as const;

/** Such as "Kola nut (plant 36)". */
export function subjectOf({ plant, alert }: Pick<MessageItem, "plant" | "alert">): string {
  if (alert.plantId === null) return "All plants";
  const name = plant?.name ? plainLine(plant.name, 60) : "";
  return name === "" ? `Plant ${alert.plantId}` : `${name} (plant ${alert.plantId})`;
}
