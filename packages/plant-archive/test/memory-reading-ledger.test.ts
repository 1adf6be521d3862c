import { memoryReadingLedger } from "../src/ledger/memory-reading-ledger.js";
import { readingLedgerContract } from "../src/testing/reading-ledger-contract.js";

readingLedgerContract({
  name: "The memory ledger",
  make: async () => {
    const ledger = memoryReadingLedger();
    return { ledger, other: ledger, tables: ledger.tables, close: async () => {} };
  },
});
