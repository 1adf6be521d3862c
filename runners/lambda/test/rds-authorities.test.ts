import { expect, test } from "vitest";
import { trustRds } from "../src/rds-authorities.js";

const config = { host: "plants.abc.eu-west-2.rds.amazonaws.com", database: "d", user: "u", password: "p" };

test("Amazon's authorities are trusted for hosts of RDS", () => {
  expect(trustRds(config).caFile).toMatch(/rds-ca\.pem$/);
  expect(trustRds({ ...config, host: config.host.toUpperCase() }).caFile).toMatch(/rds-ca\.pem$/);
});

test.each([
  { host: "sql.lnhm.example" },
  { host: "rds.amazonaws.com.example" },
  { caFile: "own.pem" },
  { ca: "-----BEGIN CERTIFICATE-----" },
  { encrypt: false },
  { trustServerCertificate: true },
])("and nothing is changed with %j", (changed) => {
  expect(trustRds({ ...config, ...changed })).toEqual({ ...config, ...changed });
});
