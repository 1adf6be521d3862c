import { versionSpecs } from "./api-version.js";
import { applyFault, type Fault } from "./faults.js";
import { type Settings, toList } from "./options.js";
import { notFound, type PlantApi } from "./plant-api.js";
import { fullReply, jsonReply, type Reply } from "./reply.js";

/** Chooses the reply to a request; `url` is its path and query. Stateful: replies depend on earlier requests. */
export type RequestHandler = (method: string, url: string, instantMs: number) => Reply;

export function createRequestHandler(
  settings: Settings,
  plantApi: PlantApi,
  onDisplay: number,
): RequestHandler {
  const { basePath, hasIndex } = versionSpecs[settings.apiVersion];
  const countRequest = createCounter();
  const nextFault = createScriptReader(settings);
  return (method, url, instantMs) => {
    if (method !== "GET") {
      const reply = jsonReply({ status: 405, payload: { error: "method not allowed" } });
      return { ...reply, headers: { ...reply.headers, allow: "GET" } };
    }
    const path = url.split("?", 1)[0] ?? "";
    if (hasIndex && ["/", basePath, `${basePath}/`].includes(path))
      return jsonReply({ status: 200, payload: { success: true, plants_on_display: onDisplay } });
    if (!path.startsWith(`${basePath}/`)) return fullReply(404, "application/json", '{"error":"not found"}');
    const idText = path.slice(basePath.length + 1);
    const plantId = Number(idText);
    if (!/^-?\d+$/.test(idText) || !Number.isSafeInteger(plantId)) return jsonReply(notFound(idText));
    const request = { plantId, instantMs, nth: countRequest(plantId, instantMs) };
    const fault = nextFault(plantId);
    if (fault === undefined) return jsonReply(plantApi(request, settings.faultRate));
    return applyFault(fault, plantId, url, plantApi(request, 0));
  };
}

/** Counts earlier requests for a plant at one instant. Keeps counts of the latest instant only: time does not go back. */
function createCounter(): (plantId: number, instantMs: number) => number {
  let counts = new Map<number, number>();
  let countedMs = Number.NaN;
  return (plantId, instantMs) => {
    if (instantMs !== countedMs) {
      counts = new Map();
      countedMs = instantMs;
    }
    const before = counts.get(plantId) ?? 0;
    counts.set(plantId, before + 1);
    return before;
  };
}

function createScriptReader({ script }: Settings): (plantId: number) => Fault | undefined {
  const permanent = new Map<number, Fault>();
  const queues = new Map<number, Fault[]>();
  for (const [plantId, entry] of Object.entries(script)) {
    if ("kind" in entry) permanent.set(Number(plantId), entry);
    else queues.set(Number(plantId), [...toList(entry)]);
  }
  return (plantId) => permanent.get(plantId) ?? queues.get(plantId)?.shift();
}
