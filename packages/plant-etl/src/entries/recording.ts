export { type ReplayOptions, recordResponses, replayResponses } from "../extract/record-replay.js";
export { formatRecordedRejection } from "../extract/recording-format.js";
export { splitLines } from "../extract/split-lines.js";
