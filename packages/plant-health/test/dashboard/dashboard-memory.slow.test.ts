import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createDashboard } from "../../src/dashboard/index.js";
import { manualClock, settle } from "../support/manual-clock.js";
import { museumDay, nowMs } from "../support/museum-day.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

it("createDashboard keeps its memory over an hour of one-minute updates with two viewers", async ({
  annotate,
}) => {
  const day = museumDay({ everyMinutes: 5 });
  const clock = manualClock(nowMs);
  const load = async () => ({ ...day, newestReadingMs: clock.now() - 60_000 });
  const dashboard = createDashboard({ clock, load, refreshMs: 60_000 });
  const get = (path: string) => dashboard.fetch(new Request(`http://127.0.0.1:8081${path}`));
  const viewers = await Promise.all(
    [1, 2].map(
      async () => (await get("/events")).body?.getReader() as ReadableStreamDefaultReader<Uint8Array>,
    ),
  );
  for (const viewer of viewers) for (let event = 0; event < 2; event++) await viewer.read();
  const heapAfter: number[] = [];
  for (let minute = 0; minute < 60; minute++) {
    const events = viewers.map((viewer) => viewer.read());
    await clock.advance(60_000);
    await Promise.all(events);
    for (const _ of viewers) await (await get("/")).arrayBuffer();
    await settle();
    collectGarbage();
    heapAfter.push(process.memoryUsage().heapUsed / 1e6);
  }
  const growth = (heapAfter.at(-1) ?? 0) - (heapAfter[9] ?? 0);
  await annotate(
    `heap after 10 minutes ${heapAfter[9]?.toFixed(1)} MB, after 60 ${heapAfter.at(-1)?.toFixed(1)} MB`,
  );
  expect(growth).toBeLessThan(3);
  for (const viewer of viewers) await viewer.cancel();
  await settle();
  expect([dashboard.viewers, clock.sleeps]).toEqual([0, 0]);
});
