import { readStateMachine, runStateMachine, type StateMachine } from "@lmnh/testing/states-language";
import validate from "asl-validator";
import { describe, expect, it } from "vitest";

const values = {
  partition: "aws",
  function_arn: "arn:plant",
  max_concurrency: 16,
  tolerated_failure_percentage: 10,
};
const pull = readStateMachine("pull", values);
const archive = readStateMachine("archive", values);
const thirtyTwo = { first: 1, last: 32, size: 2 };

interface Shard {
  readonly plants?: string;
  readonly partition?: string;
}

/** Executes a state machine against a handler; returns the events of the handler and the waits of the machine. */
async function run(machine: StateMachine, input: unknown, handle: (event: Shard) => unknown) {
  const events: Shard[] = [];
  const sleeps: number[] = [];
  const execution = await runStateMachine(machine, input, {
    invoke: async (functionArn, event) => {
      expect(functionArn).toBe("arn:plant");
      events.push(event as Shard);
      return handle(event as Shard);
    },
    sleep: async (ms) => {
      sleeps.push(ms);
    },
    random: () => 1,
  });
  return { execution, events, sleeps };
}

/** The ETL Lambda's report of a successful shard. */
function pulled({ plants = "" }: Shard) {
  const [first = 0, last = 0] = plants.split("-").map(Number);
  const requested = last - first + 1;
  return { runId: "r", requested, loaded: requested - 1, duplicates: 1, rejected: 0, failed: 0, notices: {} };
}

function archived({ partition }: Shard) {
  const rows = partition === undefined ? 5 : 100;
  return { archived: { rows, files: 1, bytes: 1000 }, pruned: { rows: 2000 }, partitions: [] };
}

function failing(name: string, message = "no"): never {
  throw Object.assign(new Error(message), { name });
}

describe.each(["pull", "archive"] as const)("The definition of %s", (machine) => {
  it("is valid in the Amazon States Language", () => {
    const { errors } = validate(structuredClone(readStateMachine(machine, values)), {
      checkPaths: true,
      checkArn: false,
    });
    expect(errors).toEqual([]);
  });

  it("has no placeholder that Terraform leaves", () => {
    expect(JSON.stringify(readStateMachine(machine, values))).not.toContain("${");
  });

  it.each(["aws-cn", "aws-us-gov"])("calls Lambda in the partition %s", (partition) => {
    const arns = JSON.stringify(readStateMachine(machine, { ...values, partition })).match(
      /arn:[^"]+:::[^"]+/g,
    );
    expect(new Set(arns)).toEqual(new Set([`arn:${partition}:states:::lambda:invoke`]));
  });
});

describe("Pulling in shards", () => {
  it("requests every plant exactly once, in shards of the given size", async () => {
    const { execution, events } = await run(pull, { first: 1, last: 1_000_000, size: 2000 }, pulled);
    expect(events.length).toBe(500);
    expect(events[0]).toEqual({ plants: "1-2000" });
    expect(events.at(-1)).toEqual({ plants: "998001-1000000" });
    let next = 1;
    for (const { plants = "" } of events) {
      const [first = 0, last = 0] = plants.split("-").map(Number);
      expect(first).toBe(next);
      next = last + 1;
    }
    expect(next).toBe(1_000_001);
    const output = { requested: 1_000_000, loaded: 999_500, duplicates: 500, rejected: 0, failed: 0 };
    expect(execution).toEqual({ status: "SUCCEEDED", output });
  });

  it("makes the last shard as small as the remainder", async () => {
    const { events } = await run(pull, { first: 10, last: 14, size: 3 }, pulled);
    expect(events).toEqual([{ plants: "10-12" }, { plants: "13-14" }]);
  });

  it("is one shard for one plant", async () => {
    const { execution, events } = await run(pull, { first: 7, last: 7, size: 2000 }, pulled);
    expect(events).toEqual([{ plants: "7-7" }]);
    expect(execution.status).toBe("SUCCEEDED");
  });

  it("runs no more shards at once than max_concurrency", async () => {
    let underWay = 0;
    let limit = 0;
    await run(pull, { first: 1, last: 400, size: 2 }, async (shard) => {
      underWay += 1;
      limit = Math.max(limit, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return pulled(shard);
    });
    expect(limit).toBe(16);
  });

  it("retries a throttled shard with increasing delays", async () => {
    let refusals = 3;
    const { execution, events, sleeps } = await run(pull, { first: 1, last: 2, size: 2 }, (shard) =>
      refusals-- > 0 ? failing("Lambda.TooManyRequestsException") : pulled(shard),
    );
    expect(execution.status).toBe("SUCCEEDED");
    expect(events.length).toBe(4);
    expect(sleeps).toEqual([1000, 2000, 4000]);
  });

  it("retries a failed run of a shard once, since the next minute is near", async () => {
    const { execution, events } = await run(pull, { first: 1, last: 2, size: 2 }, () =>
      failing("PlantEtlError"),
    );
    expect(events.length).toBe(2);
    expect(execution).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
  });

  it("succeeds where no more shards fail than tolerated, and sums the other reports", async () => {
    const { execution } = await run(pull, thirtyTwo, (shard) =>
      shard.plants === "3-4" ? failing("Error") : pulled(shard),
    );
    const output = { requested: 30, loaded: 15, duplicates: 15, rejected: 0, failed: 0 };
    expect(execution).toEqual({ status: "SUCCEEDED", output });
  });

  it("fails where more shards fail than tolerated", async () => {
    const { execution } = await run(pull, thirtyTwo, (shard) =>
      shard.plants === "3-4" || shard.plants === "31-32"
        ? failing("Error", "the API is gone")
        : pulled(shard),
    );
    expect(execution).toEqual({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      cause: "2 of 16 items failed, the first of them: the API is gone",
    });
  });
});

describe("Archiving in hours", () => {
  const until = "2026-01-29T00:10:00Z";

  it("archives each complete hour on its own, then the rest in one run", async () => {
    const { execution, events } = await run(archive, { until, hours: 24 }, archived);
    const hours = Array.from({ length: 24 }, (_, hour) => `2026-01-28T${String(hour).padStart(2, "0")}`);
    expect(events.slice(0, -1).map(({ partition }) => partition)).toEqual(hours.reverse());
    expect(events.at(-1)).toEqual({});
    expect(execution).toEqual({ status: "SUCCEEDED", output: { rows: 2405, files: 25, pruned: 2000 } });
  });

  it("begins with the last complete hour, across a leap day and a new year", async () => {
    const leap = await run(archive, { until: "2028-03-01T01:10:00Z", hours: 2 }, archived);
    expect(leap.events.slice(0, 2)).toEqual([{ partition: "2028-03-01T00" }, { partition: "2028-02-29T23" }]);
    const newYear = await run(archive, { until: "2027-01-01T00:10:00Z", hours: 1 }, archived);
    expect(newYear.events[0]).toEqual({ partition: "2026-12-31T23" });
  });

  it("stops where an hour could not be archived", async () => {
    const { execution, events } = await run(archive, { until, hours: 3 }, (shard) =>
      shard.partition === "2026-01-28T22"
        ? failing("PlantArchiveError", "verification failed")
        : archived(shard),
    );
    expect(execution).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
    expect(events).not.toContainEqual({});
    expect(events.filter(({ partition }) => partition === "2026-01-28T22").length).toBe(4);
  });
});
