export { type HttpPlantSourceOptions, httpPlantSource } from "./http-plant-source.js";
export { keepAliveFetch } from "./keep-alive-fetch.js";
export { type ReplayOptions, recordResponses, replayResponses } from "./record-replay.js";
export { formatRanges, type IdRange, parseRoster, plantIds, type Roster } from "./roster.js";
export type { Fetch } from "./send-request.js";
export { splitLines } from "./split-lines.js";
