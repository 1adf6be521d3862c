import { memoryArchiveCatalog } from "../src/catalog/memory-archive-catalog.js";
import { archiveCatalogContract } from "../src/testing/archive-catalog-contract.js";

archiveCatalogContract({
  name: "The memory ledger",
  make: async () => {
    const catalog = memoryArchiveCatalog();
    return { catalog, other: catalog, tables: catalog.tables, close: async () => {} };
  },
});
