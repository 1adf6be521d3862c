import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { faultKinds } from "../src/faults.js";
import type { Payload } from "../src/index.js";
import { getJson } from "./support/client.js";
import { startSimulator } from "./support/start-simulator.js";

async function allResponses(): Promise<Map<number, Payload>> {
  const { url } = await startSimulator({ apiVersion: "v2" });
  const ids = Array.from({ length: 50 }, (_, index) => index + 1).filter((id) => id !== 7 && id !== 43);
  return new Map(
    await Promise.all(ids.map(async (id) => [id, (await getJson(`${url}/${id}`)).body] as const)),
  );
}

describe("museumSeed plants", () => {
  it("contain the irregularities of the museum's data", async () => {
    const responses = await allResponses();
    const names = [...responses.values()].map(({ name }) => String(name));
    expect([responses.get(8)?.name, responses.get(22)?.name]).toEqual([
      "Bird of paradise",
      "Bird of Paradise",
    ]);
    expect(names.filter((name) => name.endsWith(","))).toHaveLength(1);
    expect(names.filter((name) => /‘.+’/.test(name))).toHaveLength(1);
    const scientific = [...responses.values()].map(({ scientific_name }) => String(scientific_name ?? ""));
    expect(scientific.filter((name) => /'.+'$/.test(name))).toHaveLength(1);
    expect(scientific.filter((name) => name === "")).toHaveLength(11);
    const emails = [...responses.values()].map(({ botanist }) => (botanist as { email: string }).email);
    expect(emails.some((email) => email.includes(".."))).toBe(true);
  });

  it("have a picture, a placeholder, null or no images", async () => {
    const kinds = [...(await allResponses()).values()].map(({ images }) => {
      if (images === undefined || images === null) return String(images);
      return (images as { license: number }).license === 451 ? "placeholder" : "picture";
    });
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect([count("picture"), count("placeholder"), count("null"), count("undefined")]).toEqual([
      28, 8, 1, 11,
    ]);
  });
});

describe("the README", () => {
  it("lists every fault", async () => {
    const readme = await readFile("README.md", "utf8");
    const [, table = ""] = readme.split("## Faults");
    const firstCells = table
      .split("\n")
      .flatMap((line) => /^\| (`[^|]+) \|/.exec(line)?.[1]?.match(/\w+/g) ?? []);
    expect(firstCells.filter((word) => word !== "kind").sort()).toEqual(Object.keys(faultKinds).sort());
  });
});
