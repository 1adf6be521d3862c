import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeFolder } from "../support/folder.js";
import { startMuseum } from "../support/museum.js";
import { plant, startPlant } from "../support/plant.js";

describe("plant simulate", () => {
  test("serves the API until it is stopped, and prints its URL", async () => {
    const started = startPlant([
      "simulate",
      "--port",
      "0",
      "--latency",
      "none",
      "--fault-rate",
      "0%",
      "--at",
      "2026-03-01T12:00:00Z",
      "--frozen",
    ]);
    const url = (await started.until("stdout", /http:\S+\/api\/plants(?=\n)/)).trim();
    const [first, second] = [await (await fetch(`${url}/8`)).json(), await (await fetch(`${url}/8`)).json()];
    expect(first).toMatchObject({
      plant_id: 8,
      recording_taken: expect.stringMatching(/^2026-03-01T12:00:00/),
    });
    expect(second).toMatchObject({ recording_taken: (first as { recording_taken: string }).recording_taken });
    started.signal("SIGINT");
    expect(await started.ended).toMatchObject({ code: 0, stderr: "served 2 requests\n" });
  });

  test("prints a command that pulls from it", async () => {
    const cwd = makeFolder();
    const simulate = ["simulate", "--port", "0", "--latency", "none", "--plant-count", "3"];
    const started = startPlant([...simulate, "--api-version", "v1"], { cwd });
    const line = await started.until("stdout", /plant run --api \S+/);
    const { code, stdout } = await plant([...line.split(" ").slice(1), "--json"], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rejected: 0, failed: 0 });
    started.signal("SIGTERM");
    expect((await started.ended).code).toBe(0);
  });

  test("exits with 75 and one line if the port is in use", async () => {
    const { port } = await startMuseum();
    const { code, stderr } = await plant(["simulate", "--port", String(port)]);
    expect(code).toBe(75);
    expect(stderr).toMatch(new RegExp(`^error: .*port ${port}: listen EADDRINUSE.*0 for a free one\\n$`));
  });

  test("exits with 65 for responses that are not UTF-8", async () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, "responses.ndjson"), Buffer.from('{"name":"Caf\u00e9"}\n', "latin1"));
    const { code, stderr } = await plant(["simulate", "--port", "0", "--responses", "responses.ndjson"], {
      cwd,
    });
    expect(code).toBe(65);
    expect(stderr).toMatch(
      /^error: responses\.ndjson is not UTF-8 \(line 1 has a byte that is not\); save it as UTF-8\.$/m,
    );
  });

  test("exits with 65 for a file with invalid responses", async () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, "responses.ndjson"), "{}\nno\n");
    const { code, stderr } = await plant(["simulate", "--port", "0", "--responses", "responses.ndjson"], {
      cwd,
    });
    expect([code, stderr]).toEqual([65, expect.stringMatching(/^error: line 1: .*line 2: /)]);
  });
});
