import type { Clock } from "@lmnh/plant-schema";

export interface EventStreams {
  /** A stream of server-sent events; `null` if there are `maxViewers` already, or after `close`. Ends with the signal too. */
  open(signal: AbortSignal): ReadableStream<Uint8Array> | null;
  readonly viewers: number;
  close(): void;
}

export interface EventStreamsOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly maxViewers: number;
  /** The version of the page as it is now. */
  readonly version: () => Promise<string>;
}

/** Messages that may wait for a viewer; one who reads none of them is gone. */
const maxWaiting = 16;

/** Sends every viewer the page's version, at once and then each `everyMs`. There is a timer only while there are viewers. */
export function eventStreams({ clock, everyMs, maxViewers, version }: EventStreamsOptions): EventStreams {
  type Controller = ReadableStreamDefaultController<Uint8Array>;
  const viewers = new Set<Controller>();
  const encoder = new TextEncoder();
  let timer: AbortController | null = null;
  let isClosed = false;

  const leave = (viewer: Controller) => {
    viewers.delete(viewer);
    if (viewers.size > 0) return;
    timer?.abort();
    timer = null;
  };
  const end = (viewer: Controller) => {
    if (!viewers.has(viewer)) return;
    leave(viewer);
    viewer.close();
  };
  const send = (viewer: Controller, text: string) => {
    if (!viewers.has(viewer)) return;
    if ((viewer.desiredSize ?? 0) <= 0) end(viewer);
    else viewer.enqueue(encoder.encode(text));
  };
  const announce = async (to: () => Iterable<Controller>) => {
    const text = `event: changed\ndata: ${await version()}\n\n`;
    for (const viewer of [...to()]) send(viewer, text);
  };
  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      await clock.sleep(everyMs, signal);
      await announce(() => (signal.aborted ? [] : viewers));
    }
  };
  return {
    get viewers() {
      return viewers.size;
    },
    open: (signal) => {
      if (isClosed || viewers.size >= maxViewers || signal.aborted) return null;
      let self: Controller | null = null;
      return new ReadableStream<Uint8Array>(
        {
          start: (controller) => {
            self = controller;
            viewers.add(controller);
            signal.addEventListener("abort", () => end(controller), { once: true });
            // A browser tries again after 5 s; the first bytes let proxies pass the headers on.
            send(controller, "retry: 5000\n\n");
            announce(() => [controller]).catch(() => end(controller));
            if (timer !== null) return;
            const mine = new AbortController();
            timer = mine;
            run(mine.signal).catch(() => {
              // The sleep rejects when the last viewer has left. Otherwise there is no version to tell anybody.
              if (!mine.signal.aborted) for (const viewer of [...viewers]) end(viewer);
            });
          },
          cancel: () => {
            if (self !== null) leave(self);
          },
        },
        { highWaterMark: maxWaiting },
      );
    },
    close: () => {
      isClosed = true;
      for (const viewer of [...viewers]) end(viewer);
    },
  };
}
