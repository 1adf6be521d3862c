// The thread of decoding-thread.ts. Its source is bundled into one text and its environment is empty. It could load Node's
// modules; it accesses neither files nor network only because no code in the bundle does.
import { parentPort } from "node:worker_threads";
import type { ColumnValues } from "../model/table-page.js";
import { decodeRowGroup } from "./decode-row-group.js";
import type { DecodingRequest, DecodingResponse } from "./decoding-protocol.js";
import { InvalidFileError } from "./file-layout.js";
import { parseFooter } from "./parse-footer.js";

parentPort?.on("message", async (request: DecodingRequest) => {
  try {
    if (request.task === "footer") {
      send({ kind: "done", result: parseFooter(...request.parameters) });
      return;
    }
    const result = await decodeRowGroup(...request.parameters);
    send({ kind: "done", result }, result.flatMap(buffersOf));
  } catch (error) {
    if (error instanceof InvalidFileError) send({ kind: "invalid", problem: error.message });
    else send({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
});
send({ kind: "ready" });

function send(response: DecodingResponse, moved: ArrayBuffer[] = []): void {
  parentPort?.postMessage(response, moved);
}

function buffersOf(values: ColumnValues): ArrayBuffer[] {
  const arrays = "texts" in values ? [values.indexes] : [values.numbers, values.nulls];
  return arrays.flatMap((array) => (array === undefined ? [] : [array.buffer as ArrayBuffer]));
}
