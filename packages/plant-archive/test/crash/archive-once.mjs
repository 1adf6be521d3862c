// One archive run or restore in a process of its own, which kills itself (SIGKILL) at the step that it is given, or at none.
// A step is the start and end of each call of the catalog or the store, and each page or chunk in between.
import { randomUUID } from "node:crypto";
import { archive, directoryObjectStore, restore, sqlArchiveCatalog } from "@lmnh/plant-archive";
import { openSqlite } from "@lmnh/plant-schema/sqlite";

const {
  verb = "archive",
  adopt = false,
  database: url,
  store,
  nowMs,
  killAt,
  rowsPerFile,
  clockJumpsMs = [0],
} = JSON.parse(process.argv[2]);
let steps = 0;
let looks = 0;

function step() {
  if (steps === killAt) process.kill(process.pid, "SIGKILL");
  steps += 1;
}

async function* steppedThrough(iterable) {
  for await (const item of iterable) {
    step();
    yield item;
  }
  step();
}

/** Every call takes a step before and after it. */
function inSteps(target) {
  const wrap =
    (call) =>
    (...parameters) => {
      step();
      const stepped = parameters.map((each) =>
        typeof each?.[Symbol.asyncIterator] === "function" ? steppedThrough(each) : each,
      );
      const result = call.apply(target, stepped);
      if (typeof result?.[Symbol.asyncIterator] === "function") return steppedThrough(result);
      return result.then((value) => {
        step();
        return value;
      });
    };
  return Object.fromEntries(
    Object.entries(target).map(([name, value]) => [name, typeof value === "function" ? wrap(value) : value]),
  );
}

async function openStore() {
  if (store.kind === "directory")
    return directoryObjectStore({ directory: store.directory, newId: randomUUID });
  const { openS3ObjectStore } = await import("@lmnh/plant-archive/s3");
  return openS3ObjectStore(store.url);
}

const database = await openSqlite(url);
const objects = await openStore();
process.stdout.write("started\n");
const parties = { catalog: inSteps(sqlArchiveCatalog(database)), objects: inSteps(objects) };
const report =
  verb === "restore"
    ? await restore({ ...parties, from: 0, to: nowMs })
    : await archive({
        ...parties,
        // Jumps each time that it is looked at, where it is to.
        clock: { now: () => nowMs + clockJumpsMs[looks++ % clockJumpsMs.length] },
        runId: randomUUID(),
        newId: randomUUID,
        rowsPerFile,
        adopt,
      });
await database.close();
process.stdout.write(JSON.stringify({ report, steps }));
