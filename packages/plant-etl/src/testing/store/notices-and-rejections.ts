import assert from "node:assert/strict";
import { assertEqual } from "@lmnh/plant-schema/testing";
import type { PlantResponse } from "../../response.js";
import { buildBatch } from "../../transform/batch-builder.js";
import { lmnhTransform } from "../../transform/lmnh-transform.js";
import { buildResponse } from "../builders.js";
import { batchOf, loadInto, type Suite } from "./fixtures.js";

export function describeNoticesAndRejections(suite: Suite): void {
  suite.describe("notices and rejections", () => {
    suite.test(
      "load stores the notices of a day as one row, with the first and the last time",
      async (under) => {
        const loadNotices = (...times: string[]) =>
          loadInto(under, batchOf(times.map((receivedAt) => ({ plantId: 7, notFound: true, receivedAt }))));
        await loadNotices("2026-01-28T12:05:00.000Z", "2026-01-28T12:02:00.000Z", "2026-01-28T12:07:00.000Z");
        await loadNotices("2026-01-28T12:04:00.000Z", "2026-01-28T12:00:00.000Z", "2026-01-28T12:03:00.000Z");
        await loadNotices("2026-01-28T23:59:59.999Z", "2026-01-29T00:00:00.000Z");
        assertEqual((await under.state()).notices, [
          {
            plantId: 7,
            kind: "not_found",
            noticeDate: "2026-01-28",
            firstNoticed: "2026-01-28T12:00:00.000Z",
            lastNoticed: "2026-01-28T23:59:59.999Z",
          },
          {
            plantId: 7,
            kind: "not_found",
            noticeDate: "2026-01-29",
            firstNoticed: "2026-01-29T00:00:00.000Z",
            lastNoticed: "2026-01-29T00:00:00.000Z",
          },
        ]);
      },
    );

    suite.test(
      "load stores rejected responses, one row per body, and rejected details, one row per set of issues",
      async (under) => {
        const bad = (temperature: string) => ({ plantId: 1, payload: { temperature } });
        const badName = (recording_taken: string) => ({ plantId: 2, payload: { name: 5, recording_taken } });
        await loadInto(under, batchOf([bad("hot"), badName("2026-01-28T12:00:00")]));
        await loadInto(under, batchOf([bad("hot"), bad("very hot"), badName("2026-01-28T12:01:00")]));
        const { rejections, readings } = await under.state();
        assertEqual(
          rejections.map(({ plantId, readingRejected }) => [plantId, readingRejected]),
          [
            [1, 1],
            [1, 1],
            [2, 0],
          ],
        );
        assert.equal(readings.length, 2);
      },
    );

    suite.test("load stores a rejected body that is not text in base64, once", async (under) => {
      const undecodable = (plantId: number, bytes: Buffer): PlantResponse => ({
        ...buildResponse(plantId),
        outcome: {
          kind: "undecodable",
          status: 200,
          bodyBase64: bytes.toString("base64"),
          cut: false,
          problem: "is not valid utf-8: byte 0xe9 at offset 0",
        },
      });
      const responses = [
        undecodable(1, Buffer.from("é", "latin1")),
        undecodable(1, Buffer.from("è", "latin1")),
        buildResponse(1, "é"),
      ];
      await loadInto(under, buildBatch(responses, lmnhTransform()).batch);
      await loadInto(under, buildBatch(responses, lmnhTransform()).batch);
      const { rejections } = await under.state();
      assertEqual(rejections.map(({ bodyEncoding }) => bodyEncoding).sort(), ["base64", "base64", "text"]);
      assert.equal(rejections.filter(({ issues }) => issues.includes("byte 0xe9 at offset 0")).length, 2);
    });
  });
}
