// A loader in a process of its own: inserts readings, each in a transaction, and leaves those that are there already.
// What a reading measures depends on its plant and time alone, so that several loaders can load the same one.
import Libsql from "libsql";

const { path, plantIds, fromMs, toMs, stepMs, count, stride } = JSON.parse(process.argv[2]);
const times = (toMs - fromMs) / stepMs;
const database = new Libsql(path);
database.exec("PRAGMA busy_timeout = 60000; PRAGMA foreign_keys = ON");
const insert = database.prepare(
  `INSERT INTO plant_reading (plant_id, recording_taken, soil_moisture, temperature, last_watered, quality_flag,
     ingested_at, run_id) VALUES (?, ?, ?, ?, NULL, 0, ?, 'loader') ON CONFLICT (plant_id, recording_taken) DO NOTHING`,
);
const loaded = [];
process.stdout.write("started\n");
for (let number = 0; number < count; number++) {
  // All plants and times in an order of its own, and then again.
  const place = (number * stride) % (times * plantIds.length);
  const plantId = plantIds[place % plantIds.length];
  const time = Math.floor(place / plantIds.length);
  const taken = new Date(fromMs + time * stepMs).toISOString();
  insert.run([plantId, taken, plantId + time / 1000, time, new Date(toMs).toISOString()]);
  loaded.push(`${plantId} ${taken} ${time}`);
}
database.close();
process.stdout.write(JSON.stringify(loaded));
