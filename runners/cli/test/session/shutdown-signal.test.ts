import { describe, expect, test } from "vitest";
import type { Host, StopSignal } from "../../src/host.js";
import { listenForStop } from "../../src/session/shutdown-signal.js";

/** A host of which only signals, time and the end are real. */
function signalHost() {
  let listener: (signal: StopSignal) => void = () => {};
  const state = { nowMs: 0, exits: [] as number[] };
  const host = {
    elapsedMs: () => state.nowMs,
    exit: (code: number) => {
      state.exits.push(code);
      return undefined as never;
    },
    onStopSignal: (notify: (signal: StopSignal) => void) => {
      listener = notify;
      return () => {
        listener = () => {};
      };
    },
  };
  return {
    host: host as Pick<Host, "elapsedMs" | "exit" | "onStopSignal">,
    state,
    send: (signal: StopSignal) => listener(signal),
  };
}

describe("listenForStop", () => {
  test("aborts at the first signal, and ends the process at the second one", () => {
    const { host, state, send } = signalHost();
    const stop = listenForStop(host, () => {});
    send("SIGTERM");
    expect([stop.signal.aborted, state.exits]).toEqual([true, []]);
    state.nowMs = 2_000;
    send("SIGTERM");
    send("SIGINT");
    expect(state.exits).toEqual([143, 130]);
  });

  test("counts a signal that npm forwards again once", () => {
    const { host, state, send } = signalHost();
    const heard: string[] = [];
    listenForStop(host, (signal) => heard.push(signal));
    send("SIGINT");
    state.nowMs = 5;
    send("SIGINT");
    expect([heard, state.exits]).toEqual([["SIGINT"], []]);
  });
});
