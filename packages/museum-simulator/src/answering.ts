import { basePath, isEarly } from "./era.js";
import { type Misbehaviour, misbehave } from "./misbehaviour.js";
import { type Museum, notFound } from "./museum.js";
import { listed, type Settings } from "./options.js";
import { json, type Reply, whole } from "./reply.js";

/** Decides what to reply to a request, `url` being its path and query. It remembers what came before. */
export type Answering = (method: string, url: string, instantMs: number) => Reply;

export function createAnswering(settings: Settings, museum: Museum, onDisplay: number): Answering {
  const base = basePath(settings.era);
  const countRequest = createCounter();
  const nextMisbehaviour = createScriptReader(settings);
  return (method, url, instantMs) => {
    if (method !== "GET") {
      const reply = json({ status: 405, payload: { error: "method not allowed" } });
      return { ...reply, headers: { ...reply.headers, allow: "GET" } };
    }
    const path = url.split("?", 1)[0] ?? "";
    if (isEarly(settings.era) && ["/", base, `${base}/`].includes(path))
      return json({ status: 200, payload: { success: true, plants_on_display: onDisplay } });
    if (!path.startsWith(`${base}/`)) return whole(404, "application/json", '{"error":"not found"}');
    const asked = path.slice(base.length + 1);
    const plantId = Number(asked);
    if (!/^-?\d+$/.test(asked) || !Number.isSafeInteger(plantId)) return json(notFound(asked));
    const occasion = { plantId, instantMs, nth: countRequest(plantId, instantMs) };
    const misbehaviour = nextMisbehaviour(plantId);
    if (misbehaviour === undefined) return json(museum(occasion, settings.faultRate));
    return misbehave(misbehaviour, plantId, url, museum(occasion, 0));
  };
}

/** How many requests for the plant at this instant came before. Only one instant is remembered: time does not go back. */
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

function createScriptReader({ script }: Settings): (plantId: number) => Misbehaviour | undefined {
  const lasting = new Map<number, Misbehaviour>();
  const queues = new Map<number, Misbehaviour[]>();
  for (const [plantId, entry] of Object.entries(script)) {
    if ("kind" in entry) lasting.set(Number(plantId), entry);
    else queues.set(Number(plantId), [...listed(entry)]);
  }
  return (plantId) => lasting.get(plantId) ?? queues.get(plantId)?.shift();
}
