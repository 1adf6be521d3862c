import { readingLedgerContract } from "../src/testing/reading-ledger-contract.js";
import { openSqliteLedger } from "./helpers/sqlite-ledger.js";

readingLedgerContract({ name: "The SQLite ledger", make: openSqliteLedger });
