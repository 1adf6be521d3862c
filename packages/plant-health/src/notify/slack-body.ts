import type { Message } from "../ports.js";
import { plainLine } from "../words/plain-line.js";
import { plainText } from "./plain-text.js";

/** Slack refuses longer texts. */
const maxTextLength = 2_900;

/** A message in Slack's form, as text without its markup: names cannot mention people, link or format. */
export function slackBody(message: Message) {
  const text = escapeSlack(plainText(message).join("\n"));
  return {
    text: escapeSlack(plainLine(message.subject, 120)),
    blocks: [
      { type: "header", text: { type: "plain_text", text: plainLine(message.subject, 120), emoji: false } },
      { type: "section", text: { type: "mrkdwn", text: cut(text), verbatim: true } },
    ],
  };
}

/** As Slack documents it; a backquote, asterisk, underscore or tilde loses its meaning by a zero-width space. */
export function escapeSlack(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[*_~`]/g, "\u200b$&");
}

/** Not in the middle of an escape. */
function cut(text: string): string {
  if (text.length <= maxTextLength) return text;
  return `${text.slice(0, maxTextLength).replace(/\n[^\n]*$/, "")}\n…`;
}
