import { vi } from "vitest";

/** Waits until a condition holds; the time-out only ends what hangs. */
export async function waitFor(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 120_000, interval: 10 });
}
