import { fileURLToPath } from "node:url";
import type { MssqlConfig } from "@lmnh/plant-schema/mssql";

/** Amazon's authorities for RDS, which Node does not trust by default. The build puts them beside the handlers. */
const authorities = fileURLToPath(new URL("./rds-ca.pem", import.meta.url));

/** Trusts Amazon's authorities for a host of RDS, unless the settings name others or check no certificate. */
export function trustRdsCa(config: MssqlConfig): MssqlConfig {
  const { host, ca, caFile = ca, encrypt, trustServerCertificate } = config;
  const isRds = host.toLowerCase().endsWith(".rds.amazonaws.com");
  const isOpen = caFile === undefined && encrypt !== false && trustServerCertificate !== true;
  return isRds && isOpen ? { ...config, caFile: authorities } : config;
}
