import { apiVersions as simulatedVersions } from "@lmnh/museum-simulator";
import { expect, test } from "vitest";
import { apiVersions } from "../../src/transform/api-versions.js";

test("apiVersions are those that the simulator serves", () => {
  expect(apiVersions).toEqual(simulatedVersions);
});
