// A ledger in a process of its own, for tests of several at once: ledger-process.mjs claim|prune DATABASE NAME|FILES
import { setTimeout as sleep } from "node:timers/promises";
import { kyselyReadingLedger } from "@lmnh/plant-archive";
import { openSqlite } from "@lmnh/plant-schema/sqlite";

const [, , verb, databaseUrl, told] = process.argv;
const at = Date.parse("2026-01-29T00:00:00.000Z");
const database = await openSqlite(databaseUrl);
const ledger = kyselyReadingLedger(database);
// Begin together, as far as processes do.
await sleep(500 - (Date.now() % 500));
process.stdout.write("started\n");

const outcomes = [];
if (verb === "claim")
  for (let number = 0; ; number++) {
    const [hour] = await ledger.unarchived(at);
    if (hour === undefined) break;
    const claim = { key: `${told}-${number}`, partition: hour.partition, runId: told, at };
    outcomes.push((await ledger.claim(claim, 10))?.rows ?? 0);
  }
else for (const file of JSON.parse(told)) outcomes.push((await ledger.prune(file, at)).kind);
await database.close();
process.stdout.write(JSON.stringify(outcomes));
