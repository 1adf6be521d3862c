import { describe, expect, it, vi } from "vitest";
import { PlantSchemaError } from "../../src/errors.js";
import { isConstraintViolation } from "../../src/transaction/classify-error.js";
import { retryTransaction } from "../../src/transaction/retry-transaction.js";

const busy = () => new PlantSchemaError("DATABASE_BUSY", "retry", "It is busy.");

/** As in a process that loads the package as ESM and as CJS. */
vi.resetModules();
const copy = await import("../../src/errors.js");

/** Waits that take no time, and what they would have been. */
function still() {
  const waits: number[] = [];
  const clock = {
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  };
  return { waits, clock };
}

/** Work that fails so many times before it is done. */
function failing(times: number, error: unknown) {
  const attempts: number[] = [];
  return {
    attempts,
    work: async (attempt: number) => {
      attempts.push(attempt);
      if (attempts.length <= times) throw error;
      return "done";
    },
  };
}

describe("retryTransaction", () => {
  it("runs work once that succeeds", async () => {
    const { clock, waits } = still();
    const { work, attempts } = failing(0, busy());
    expect(await retryTransaction(work, { clock, random: () => 1 })).toBe("done");
    expect([attempts, waits]).toEqual([[1], []]);
  });

  it("is not changed by an onRetry that throws or rejects", async () => {
    for (const onRetry of [
      () => {
        throw new Error("the log is full");
      },
      async () => {
        throw new Error("the log is full");
      },
    ]) {
      const { clock } = still();
      expect(await retryTransaction(failing(1, busy()).work, { clock, onRetry })).toBe("done");
    }
  });

  it("retries a transient error of another copy of the package", async () => {
    const { clock, waits } = still();
    const { work } = failing(1, new copy.PlantSchemaError("DATABASE_BUSY", "retry", "It is busy."));
    expect(await retryTransaction(work, { clock, random: () => 1 })).toBe("done");
    expect(waits).toHaveLength(1);
  });

  it("retries transient errors after waits that double up to five seconds", async () => {
    const { clock, waits } = still();
    const { work, attempts } = failing(8, busy());
    expect(await retryTransaction(work, { clock, random: () => 1 })).toBe("done");
    expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });

  it("waits for a random part of that time", async () => {
    const { clock, waits } = still();
    await retryTransaction(failing(3, busy()).work, { clock, random: () => 0.25 });
    expect(waits).toEqual([50, 100, 200]);
  });

  it("throws the last error after nine attempts", async () => {
    const { clock, waits } = still();
    const { work, attempts } = failing(99, busy());
    await expect(retryTransaction(work, { clock, random: () => 0 })).rejects.toMatchObject({
      code: "DATABASE_BUSY",
    });
    expect([attempts.length, waits.length]).toEqual([9, 8]);
  });

  it.each([
    new PlantSchemaError("CONSTRAINT_VIOLATION", "abort", "A value is refused."),
    new PlantSchemaError("LOGIN_FAILED", "abort", "The password is wrong."),
    Object.assign(new Error("a key is there already"), { code: "SQLITE_CONSTRAINT_UNIQUE" }),
    Object.assign(new Error("locked, after SQLite has waited for it"), { code: "SQLITE_BUSY" }),
    new Error("a mistake"),
  ])("does not retry: $message", async (error) => {
    const { clock } = still();
    const { work, attempts } = failing(1, error);
    await expect(retryTransaction(work, { clock, random: Math.random })).rejects.toBe(error);
    expect(attempts).toEqual([1]);
  });

  it("calls onRetry with the error and the wait", async () => {
    const retries: unknown[] = [];
    const { clock } = still();
    const error = busy();
    await retryTransaction(failing(2, error).work, {
      clock,
      random: () => 0.5,
      onRetry: (reason, waitMs) => retries.push([reason, waitMs]),
    });
    expect(retries).toEqual([
      [error, 100],
      [error, 200],
    ]);
  });
});

describe("retryTransaction with a signal that aborts", () => {
  it("throws the last error without further waiting", async () => {
    const controller = new AbortController();
    const clock = {
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
          controller.abort();
        }),
    };
    const { work, attempts } = failing(9, busy());
    await expect(
      retryTransaction(work, { clock, random: Math.random, signal: controller.signal }),
    ).rejects.toMatchObject({ code: "DATABASE_BUSY" });
    expect(attempts).toEqual([1]);
  });

  it("does not wait for the current attempt", async () => {
    const controller = new AbortController();
    const retries: unknown[] = [];
    const never = retryTransaction(() => new Promise<never>(() => undefined), {
      ...still(),
      random: Math.random,
      signal: controller.signal,
      onRetry: (error) => retries.push(error),
    });
    controller.abort();
    await expect(never).rejects.toMatchObject({ code: "CONNECTION_LOST", recovery: "retry" });
    expect(retries).toEqual([]);
  });

  it("starts no attempt afterwards", async () => {
    const { work, attempts } = failing(0, busy());
    const signal = AbortSignal.abort();
    await expect(retryTransaction(work, { ...still(), random: Math.random, signal })).rejects.toMatchObject({
      code: "CONNECTION_LOST",
    });
    expect(attempts).toEqual([]);
  });
});

describe("isConstraintViolation", () => {
  it("is true for CONSTRAINT_VIOLATION of this and of another copy of the package", () => {
    for (const { PlantSchemaError: Class } of [{ PlantSchemaError }, copy]) {
      expect(isConstraintViolation(new Class("CONSTRAINT_VIOLATION", "abort", "x"))).toBe(true);
      expect(isConstraintViolation(new Class("DATABASE_BUSY", "retry", "x"))).toBe(false);
    }
  });
});
