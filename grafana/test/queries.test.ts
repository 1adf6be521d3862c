import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { alertRules, dashboard, files } from "./queries.js";
import { testQueries } from "./run-queries.js";

testQueries(async () => {
  const folder = await mkdtemp(join(tmpdir(), "plant-grafana-"));
  const database = await openSqlite(`sqlite:${join(folder, "plants.db")}`);
  return {
    database,
    close: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
});

test("every panel has a title, a description and a unit of its own, and no two have one id", () => {
  for (const { title, description, fieldConfig } of dashboard.panels)
    expect([title, description, fieldConfig.defaults.unit]).not.toContain("");
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
});

test("every alert rule has a pending and a recovery time, and says what to do", () => {
  for (const rule of alertRules) {
    expect([rule.for, rule.keepFiringFor]).toEqual([
      expect.stringMatching(/^\d+m$/),
      expect.stringMatching(/^\d+m$/),
    ]);
    expect(rule.annotations.summary.length).toBeGreaterThan(10);
    expect(rule.annotations.description.length).toBeGreaterThan(10);
  }
  expect(new Set(alertRules.map(({ uid }) => uid)).size).toBe(alertRules.length);
});

test("the datasource is the reading login's, and its password comes from the environment", () => {
  const { datasources } = parse(files.datasource) as {
    datasources: { uid: string; user: string; secureJsonData: { password: string } }[];
  };
  expect(datasources).toMatchObject([
    {
      uid: "plants",
      user: "plant_dashboard",
      secureJsonData: { password: "$__env{PLANT_GRAFANA_PASSWORD}" },
    },
  ]);
  for (const text of Object.values(files)) expect(text).not.toMatch(/password:\s*(?!\$__env)\S/i);
});
