import { expect, it } from "vitest";
import { runStateMachine, type StateMachine } from "../src/states-language/index.js";

const task = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: "f", Payload: "{% $states.input %}" },
  End: true,
} as const;

function machine(state: object): StateMachine {
  return { QueryLanguage: "JSONata", StartAt: "Only", States: { Only: { ...task, ...state } } };
}

function run(state: object, input: unknown, invoke: (event: unknown) => unknown = (event) => event) {
  return runStateMachine(machine(state), input, {
    invoke: async (_, event) => invoke(event),
    sleep: async () => {},
    random: () => 0,
  });
}

it("gives a Lambda's answer as the platform does, under Payload", async () => {
  const output = { ExecutedVersion: "$LATEST", Payload: { a: 1 }, StatusCode: 200 };
  expect(await run({}, { a: 1 })).toEqual({ status: "SUCCEEDED", output });
});

it("does not guess what a field or a state means that it does not know", async () => {
  await expect(run({ Catch: [] }, {})).rejects.toThrow("does not know Catch of Only");
  await expect(run({ Type: "Choice" }, {})).rejects.toThrow("does not know the type of the state Only");
  await expect(run({ Resource: "arn:aws:states:::sqs:sendMessage" }, {})).rejects.toThrow("cannot call");
  await expect(runStateMachine({ StartAt: "A", States: {} }, {}, {} as never)).rejects.toThrow(
    "JSONata only",
  );
});

it("fails where an expression comes to nothing, as the platform does", async () => {
  const execution = await run({ Output: "{% $states.result.Payload.gone %}" }, {});
  expect(execution).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
});

it("carries no more than 256 KiB between states, and no retrier helps", async () => {
  const all = { Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 5 }] };
  let calls = 0;
  const execution = await run(all, {}, () => {
    calls += 1;
    return "x".repeat(300 * 1024);
  });
  expect(execution).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  expect(calls).toBe(1);
});

it("knows what a Lambda threw by its name, and retries what the retrier names", async () => {
  const only = { Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }] };
  const named = (name: string) => Object.assign(new Error("why"), { name });
  let calls = 0;
  const first = await run(only, 1, (event) => {
    calls += 1;
    if (calls === 1) throw named("Busy");
    return event;
  });
  expect(first.status).toBe("SUCCEEDED");
  const second = await run(only, 1, () => {
    throw named("Broken");
  });
  expect(second).toEqual({ status: "FAILED", error: "Broken", cause: "why" });
});
