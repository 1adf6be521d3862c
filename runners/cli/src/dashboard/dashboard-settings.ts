import { boolean, duration, hostName, integer, setting } from "@lmnh/plant-runtime";

/** Where page, health and metrics are served, and how often they are made anew. */
export const dashboardSettings = {
  host: setting({
    flag: "--host <host>",
    fallback: "127.0.0.1",
    description: "The address to listen on",
    parse: hostName,
  }),
  port: setting({
    flag: "--port <number>",
    fallback: "8081",
    description: "The port; 0 selects a free one",
    parse: integer(0, 65_535, 8081),
  }),
  allowRemote: setting({
    flag: "--allow-remote",
    fallback: "false",
    description: "Serve other machines too",
    parse: boolean,
  }),
  refresh: setting({
    flag: "--refresh <duration>",
    fallback: "30s",
    description: "How often the page is made anew while somebody looks, 1s to 1h",
    parse: duration("1s", "1h", "30s"),
  }),
};
