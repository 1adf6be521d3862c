import { expect, test } from "vitest";
import { contractSuite, type TestContext } from "../../src/testing/contract-suite.js";

/** A runner that only collects the tests. */
function collectingRunner() {
  const tests = new Map<string, (context: TestContext) => Promise<void>>();
  return {
    tests,
    describe: (_name: string, define: () => void) => define(),
    test: (name: string, _options: object, run: (context: TestContext) => Promise<void>) => {
      tests.set(name, run);
    },
  };
}

const skipped: string[] = [];
const context: TestContext = { skip: (reason) => skipped.push(reason) };

test("contractSuite opens an adapter for each test, and closes it when the test fails", async () => {
  const events: string[] = [];
  let opened = 0;
  const runner = collectingRunner();
  const open = async () => {
    const number = ++opened;
    events.push(`open ${number}`);
    return { number, close: () => void events.push(`close ${number}`) };
  };
  contractSuite(runner, "suite", open, (suite) => {
    suite.test("fails", async () => {
      throw new Error("no");
    });
    suite.test("opens again", async (adapter, reopen) => {
      events.push(`${adapter.number} and ${(await reopen()).number}`);
    });
  });
  await expect(runner.tests.get("fails")?.(context)).rejects.toThrow("no");
  await runner.tests.get("opens again")?.(context);
  expect(events).toEqual(["open 1", "close 1", "open 2", "close 2", "open 3", "2 and 3", "close 3"]);
});

test("contractSuite skips the tests of a missing capability, with its reason", async () => {
  const runner = collectingRunner();
  const ran: string[] = [];
  const open = async () => ({});
  contractSuite(runner, "suite", open, (suite) => {
    suite.test("has it", async () => void ran.push("has it"), true);
    suite.test("lacks it", async () => void ran.push("lacks it"), "the server cannot");
  });
  for (const run of runner.tests.values()) await run(context);
  expect(ran).toEqual(["has it"]);
  expect(skipped).toEqual(["the server cannot"]);
});
