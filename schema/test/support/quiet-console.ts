import { afterEach, beforeEach, expect, type MockInstance, vi } from "vitest";

/** Holds every test of a file to printing nothing. */
export function expectQuietConsole(): void {
  let spies: MockInstance[];
  beforeEach(() => {
    spies = (["error", "warn", "log"] as const).map((name) => vi.spyOn(console, name).mockReturnValue());
  });
  afterEach(() => {
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
}
