import { versionSpecs } from "./api-version.js";
import { applyFault, type Fault } from "./faults.js";
import { listed, type Settings } from "./options.js";
import { notFound, type PlantApi } from "./plant-api.js";
import { fullReply, json, type Reply } from "./reply.js";

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
      const reply = json({ status: 405, payload: { error: "method not allowed" } });
      return { ...reply, headers: { ...reply.headers, allow: "GET" } };
    }
    const path = url.split("?", 1)[0] ?? "";
    if (hasIndex && ["/", basePath, `${basePath}/`].includes(path))
      return json({ status: 200, payload: { success: true, plants_on_display: onDisplay } });
    if (!path.startsWith(`${basePath}/`)) return fullReply(404, "application/json", '{"error":"not found"}');
    const requested = path.slice(basePath.length + 1);
    const plantId = Number(requested);
    if (!/^-?\d+$/.test(requested) || !Number.isSafeInteger(plantId)) return json(notFound(requested));
    const occasion = { plantId, instantMs, nth: countRequest(plantId, instantMs) };
    const fault = nextFault(plantId);
    if (fault === undefined) return json(plantApi(occasion, settings.faultRate));
    return applyFault(fault, plantId, url, plantApi(occasion, 0));
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
  const lasting = new Map<number, Fault>();
  const queues = new Map<number, Fault[]>();
  for (const [plantId, entry] of Object.entries(script)) {
    if ("kind" in entry) lasting.set(Number(plantId), entry);
    else queues.set(Number(plantId), [...listed(entry)]);
  }
  return (plantId) => lasting.get(plantId) ?? queues.get(plantId)?.shift();
}
