import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { createDashboard, handleFunctionUrl } from "../../src/dashboard/index.js";
import { manualClock, settle } from "../support/manual-clock.js";
import { museumDay, museumPlants, nowMs } from "../support/museum-day.js";

const day = museumDay({ plants: museumPlants.slice(0, 3) });

function open(live: "events" | "poll" = "events") {
  const clock = manualClock(nowMs);
  return { clock, dashboard: createDashboard({ clock, load: async () => day, live }) };
}

let server: Server | undefined;
afterEach(() => server?.close());

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const hosts: Readonly<Record<string, (fetch: (request: Request) => Promise<Response>) => RequestListener>> = {
  "node:http": (fetch) => getRequestListener(fetch),
  "Hono, below a path": (fetch) =>
    getRequestListener(new Hono().all("/plants/*", ({ req }) => fetch(req.raw)).fetch),
  "Express, below a path": (fetch) => express().use("/plants", getRequestListener(fetch)),
};

describe("createDashboard under", () => {
  for (const [name, host] of Object.entries(hosts))
    it(name, async () => {
      const { dashboard, clock } = open();
      const base = await listen(host(dashboard.fetch));
      const root = name === "node:http" ? base : `${base}/plants`;
      const page = await fetch(`${root}/`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("Every plant is as usual");
      const tag = page.headers.get("etag") ?? "";
      expect((await fetch(`${root}/`, { headers: { "if-none-match": tag } })).status).toBe(304);
      expect((await fetch(`${root}/`, { method: "HEAD" })).headers.get("etag")).toBe(tag);
      expect((await fetch(`${root}/healthz`)).status).toBe(200);
      const leaving = new AbortController();
      const events = await fetch(`${root}/events`, { signal: leaving.signal });
      const reader = events.body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("retry");
      expect(dashboard.viewers).toBe(1);
      leaving.abort();
      while (dashboard.viewers > 0) await settle();
      await settle();
      expect(clock.sleeps).toBe(0);
      dashboard.close();
    });

  it("a Lambda function URL", async () => {
    const { dashboard } = open("poll");
    const invoke = (rawPath: string, headers: Record<string, string> = {}, method = "GET") =>
      handleFunctionUrl(
        {
          rawPath,
          rawQueryString: "",
          headers,
          requestContext: { domainName: "abc.lambda-url.eu-west-2.on.aws", http: { method } },
        },
        dashboard.fetch,
      );
    const page = await invoke("/");
    expect(page).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.body).toContain("Every plant is as usual");
    const { etag = "" } = page.headers;
    expect(await invoke("/", { "if-none-match": etag })).toMatchObject({ statusCode: 304, body: "" });
    expect((await invoke("//elsewhere.example/x")).statusCode).toBe(404);
    for (const method of ["TRACE", "CONNECT", "POST"])
      expect((await invoke("/", {}, method)).statusCode).toBe(405);
  });
});
