import { type ClientRequest, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { fetch as crossFetch } from "cross-fetch";
import { encodeLocation } from "./encode-location.js";
import type { Fetch } from "./send-request.js";

/**
 * Makes a cross-fetch that keeps its connections open between requests, `maxSockets` to a host at most. Idle
 * connections do not keep the process alive.
 */
export function keepAliveFetch({ maxSockets }: { readonly maxSockets: number }): Fetch {
  const http = reportLostResponses(new HttpAgent({ keepAlive: true, maxSockets }));
  const https = reportLostResponses(new HttpsAgent({ keepAlive: true, maxSockets }));
  const agent = (url: { readonly protocol: string }) => (url.protocol === "https:" ? https : http);
  return async (input, init) => {
    const initWithAgent = { agent, ...init };
    return await crossFetch(input, initWithAgent);
  };
}

/**
 * Mends what cross-fetch (node-fetch 2.7 in Node) makes of connections that close in the middle of a body. One of a
 * known length never ends, because only errors of the request are listened for: the response's error is passed on to it.
 * A whole chunked one may count as broken off when its connection is already at work for the next request: without the
 * header that check is not made, and Node's own error stands.
 */
function reportLostResponses<Agent extends HttpAgent>(agent: Agent): Agent {
  // Not in Node's types, but what ClientRequest calls, and all that it demands of an "Agent-like Object".
  const { addRequest } = agent as unknown as {
    addRequest: (request: ClientRequest, ...rest: unknown[]) => void;
  };
  return Object.assign(agent, {
    addRequest(request: ClientRequest, ...rest: unknown[]) {
      request.once("response", (response) => {
        response.once("error", (error) => request.emit("error", error));
        // Before node-fetch resolves it, which would take each of its bytes for a character.
        if (response.headers.location !== undefined)
          response.headers.location = encodeLocation(response.headers.location);
        // Only where it is: an object of which something was deleted is slow from then on.
        if (response.headers["transfer-encoding"] !== undefined) delete response.headers["transfer-encoding"];
      });
      addRequest.call(agent, request, ...rest);
    },
  });
}
