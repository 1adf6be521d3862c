export { keepAliveFetch } from "./default-fetch.js";
export { type HttpPlantSourceOptions, httpPlantSource } from "./http-plant-source.js";
export { type ReplayOptions, recordAnswers, replayAnswers } from "./record-replay.js";
export { formatRanges, type IdRange, parseRoster, plantIds, type Roster } from "./roster.js";
export { splitLines } from "./split-lines.js";
export type { Fetch } from "./try-once.js";
