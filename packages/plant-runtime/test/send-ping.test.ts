import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { sendPing } from "../src/send-ping.js";

const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { ...(signal && { signal }) }),
};

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-id`;
}

test("sendPing requests the URL once, and returns null if the server accepts it", async () => {
  const paths: (string | undefined)[] = [];
  const url = await serve(({ url: path }, response) => {
    paths.push(path);
    response.end("OK");
  });
  expect(await sendPing({ url, clock })).toBeNull();
  expect(paths).toEqual(["/secret-id"]);
});

test.each([404, 500, 302])("sendPing returns the status %i without the URL", async (status) => {
  const url = await serve((_request, response) => response.writeHead(status, { location: "/x" }).end());
  expect(await sendPing({ url, clock })).toBe(`HTTP status ${status}`);
});

test("sendPing returns that there is no connection, or no response in time, without the URL", async () => {
  expect(await sendPing({ url: "http://127.0.0.1:1/secret-id", clock })).toBe("no connection");
  const url = await serve(() => {});
  expect(await sendPing({ url, clock, timeoutMs: 20 })).toBe("no response within 0.02 s");
  expect(await sendPing({ url, clock, signal: AbortSignal.abort() })).toBe("no connection");
});
