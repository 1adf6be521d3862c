import { expect, test } from "vitest";
import { openNotifiers } from "../../src/open/open-notifiers.js";
import { notifierTargets } from "../../src/settings/notifier-targets.js";

const arn = "arn:aws:sns:eu-west-2:123456789012:plants";

function parse(text: string) {
  const parsed = notifierTargets(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

test("notifierTargets reads targets separated by spaces", () => {
  const text = ` log:  https://example.org/hook?token=1 slack+https://hooks.example.org/T0
    http://127.0.0.1:9/h sns:${arn} ses:plants@example.org`;
  expect(parse(text)).toEqual([
    { kind: "log" },
    { kind: "webhook", url: "https://example.org/hook?token=1", format: "json" },
    { kind: "webhook", url: "https://hooks.example.org/T0", format: "slack" },
    { kind: "webhook", url: "http://127.0.0.1:9/h", format: "json" },
    { kind: "sns", topicArn: arn },
    { kind: "ses", from: "plants@example.org" },
  ]);
  expect(parse("")).toEqual([]);
});

test.each([
  "http://example.org/secret",
  "slack+http://example.org/secret",
  "sns:secret",
  "ses:secret",
  "logs:secret",
  "log: secret",
  Array.from({ length: 11 }, () => "log:").join(" "),
])("notifierTargets refuses %s without repeating it", (text) => {
  const parsed = notifierTargets(text);
  expect(parsed).toEqual({ problem: expect.stringMatching(/^must be up to 10 of these/) });
  expect(JSON.stringify(parsed)).not.toContain("secret");
});

test("openNotifiers names a webhook by a digest of its URL, and each target differently", async () => {
  const targets = parse(
    `log: https://example.org/secret https://example.org/other slack+https://example.org/secret sns:${arn} ses:plants@example.org`,
  );
  const notifiers = await openNotifiers({ targets, writeLine: () => {} });
  const names = notifiers.map(({ name }) => name);
  expect(names).toEqual([
    "log",
    expect.stringMatching(/^json-webhook:[\da-f]{8}$/),
    expect.stringMatching(/^json-webhook:[\da-f]{8}$/),
    expect.stringMatching(/^slack-webhook:[\da-f]{8}$/),
    "sns:plants",
    "ses",
  ]);
  expect(new Set(names).size).toBe(6);
});
