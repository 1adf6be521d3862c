import { expect, test } from "vitest";
import { trustRdsCa } from "../src/rds-ca.js";

const config = { host: "plants.abc.eu-west-2.rds.amazonaws.com", database: "d", user: "u", password: "p" };

test("trustRdsCa trusts Amazon's authorities for hosts of RDS", () => {
  expect(trustRdsCa(config).caFile).toMatch(/rds-ca\.pem$/);
  expect(trustRdsCa({ ...config, host: config.host.toUpperCase() }).caFile).toMatch(/rds-ca\.pem$/);
});

test.each([
  { host: "sql.lnhm.example" },
  { host: "rds.amazonaws.com.example" },
  { caFile: "own.pem" },
  { ca: "-----BEGIN CERTIFICATE-----" },
  { encrypt: false },
  { trustServerCertificate: true },
])("and nothing is changed with %j", (changed) => {
  expect(trustRdsCa({ ...config, ...changed })).toEqual({ ...config, ...changed });
});
