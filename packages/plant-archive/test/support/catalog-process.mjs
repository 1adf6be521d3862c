// A catalog in a process of its own: catalog-process.mjs claim|prune DATABASE NAME|FILES
import { once } from "node:events";
import { sqlArchiveCatalog } from "@lmnh/plant-archive";
import { openSqlite } from "@lmnh/plant-schema/sqlite";

const [, , verb, databaseUrl, argument] = process.argv;
const at = Date.parse("2026-01-29T00:00:00.000Z");
const database = await openSqlite(databaseUrl);
const catalog = sqlArchiveCatalog(database);
// All start together, at a signal.
process.stdout.write("ready\n");
await once(process.stdin, "data");

const outcomes = [];
if (verb === "claim")
  for (let number = 0; ; number++) {
    const [hour] = await catalog.unarchived(at);
    if (hour === undefined) break;
    const claim = { key: `${argument}-${number}`, partition: hour.partition, runId: argument, at };
    outcomes.push((await catalog.claim(claim, 10))?.rows ?? 0);
  }
else for (const file of JSON.parse(argument)) outcomes.push((await catalog.prune(file, at)).kind);
process.stdin.destroy();
await database.close();
process.stdout.write(JSON.stringify(outcomes));
