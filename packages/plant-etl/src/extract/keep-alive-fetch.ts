import { type ClientRequest, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { fetch as crossFetch } from "cross-fetch";
import { encodeLocation } from "./encode-location.js";
import type { Fetch } from "./send-request.js";

/**
 * A cross-fetch that keeps connections open between requests, at most `maxSockets` per host. Idle connections do not keep
 * the process alive.
 */
export function keepAliveFetch(options: { readonly maxSockets: number }): Fetch {
  return openKeepAliveFetch(options).fetch;
}

/** `close` ends every connection of `fetch`, also one in use. */
export function openKeepAliveFetch({ maxSockets }: { readonly maxSockets: number }): {
  readonly fetch: Fetch;
  readonly close: () => void;
} {
  const http = reportLostResponses(new HttpAgent({ keepAlive: true, maxSockets }));
  const https = reportLostResponses(new HttpsAgent({ keepAlive: true, maxSockets }));
  const agent = (url: { readonly protocol: string }) => (url.protocol === "https:" ? https : http);
  return {
    async fetch(input, init) {
      const initWithAgent = { agent, ...init };
      return await crossFetch(input, initWithAgent);
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

/**
 * Works around cross-fetch (node-fetch 2.7 in Node), which mishandles connections that close within a body. A body of
 * known length never ends, because node-fetch listens for errors of the request only: the response's error is emitted
 * there. A complete chunked body can be reported as cut off when its connection already serves the next request: without
 * the header, node-fetch skips that check and Node's own error applies.
 */
function reportLostResponses<Agent extends HttpAgent>(agent: Agent): Agent {
  // Missing from Node's types; ClientRequest calls it, and requires nothing else of an "Agent-like Object".
  const { addRequest } = agent as unknown as {
    addRequest: (request: ClientRequest, ...rest: unknown[]) => void;
  };
  return Object.assign(agent, {
    addRequest(request: ClientRequest, ...rest: unknown[]) {
      request.once("response", (response) => {
        response.once("error", (error) => request.emit("error", error));
        // Before node-fetch resolves it, which decodes each byte as a character.
        if (response.headers.location !== undefined)
          response.headers.location = encodeLocation(response.headers.location);
        // Only if present: deleting a property makes an object slow.
        if (response.headers["transfer-encoding"] !== undefined) delete response.headers["transfer-encoding"];
      });
      addRequest.call(agent, request, ...rest);
    },
  });
}
