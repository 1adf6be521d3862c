export { type ReplayOptions, recordResponses, replayResponses } from "../extract/record-replay.js";
export { splitLines } from "../extract/split-lines.js";
