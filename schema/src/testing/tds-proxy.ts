import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What a client sends: each of them is a round trip. */
export type MessageKind = "prelogin" | "login" | "batch" | "rpc" | "transaction" | "attention" | "other";

/**
 * What becomes of a message:
 * - `cut`: the connection ends before it has reached the server
 * - `cutAnswer`: the server gets it and does it; the connection ends before the client has the answer
 * - `hang`: neither it nor anything after it arrives, and the connection stays open
 * - `hangAnswer`: the server gets it and does it; no answer arrives, and the connection stays open
 * - a number: it is held back for so many milliseconds
 */
export type Fault = "cut" | "cutAnswer" | "hang" | "hangAnswer" | number;

export interface TdsProxy {
  /** The database's URL by way of the proxy. */
  readonly url: string;
  /** The messages that clients have sent, in order. */
  readonly messages: readonly MessageKind[];
  /** Forgets the messages and decides anew, by their number from 1 on, what becomes of those to come. */
  begin(faultOf?: (number: number, kind: MessageKind) => Fault | undefined): void;
  close(): Promise<void>;
}

const kinds: Readonly<Record<number, MessageKind>> = {
  1: "batch",
  3: "rpc",
  6: "attention",
  14: "transaction",
  16: "login",
  18: "prelogin",
};

/**
 * Stands between a client and SQL Server, counts what the client sends, and breaks what it is told to. It reads the
 * protocol, so its connections are not encrypted.
 */
export async function startTdsProxy(databaseUrl: string): Promise<TdsProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let messages: MessageKind[] = [];
  let faultOf: (number: number, kind: MessageKind) => Fault | undefined = () => undefined;

  const proxy = createServer((client) => {
    const server = connect({ host: target.hostname, port: Number(target.port || 1433) });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    let silent = false;
    let onResponse: (() => void) | undefined;
    let order = Promise.resolve();

    const pass = async (message: Buffer) => {
      const kind = kinds[message[0] ?? 0] ?? "other";
      messages.push(kind);
      const fault = faultOf(messages.length, kind);
      if (fault === "cut") return cut();
      if (fault === "hang") silent = true;
      if (fault === "cutAnswer") onResponse = cut;
      if (fault === "hangAnswer")
        onResponse = () => {
          silent = true;
        };
      if (typeof fault === "number") await new Promise((resolve) => setTimeout(resolve, fault));
      if (!silent) server.write(message);
    };
    const fromClient = splitMessages((message) => {
      order = order.then(() => pass(message));
    });
    const fromServer = splitMessages((message) => {
      onResponse?.();
      if (!silent) client.write(message);
    });
    client.on("data", fromClient);
    server.on("data", fromServer);
    // A side that leaves takes the other one along, unless nothing is to be heard of it.
    client.on("close", () => server.destroy());
    server.on("close", () => silent || client.end());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");

  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  url.searchParams.set("encrypt", "false");
  for (const name of ["trustServerCertificate", "caFile"]) url.searchParams.delete(name);
  return {
    url: url.href,
    get messages() {
      return messages;
    },
    begin(decide = () => undefined) {
      messages = [];
      faultOf = decide;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, "close");
    },
  };
}

/** Gives whole messages: packets of 8 bytes of header, kind, status, length, up to the one whose status ends it. */
function splitMessages(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let read = Buffer.alloc(0);
  let end = 0;
  return (chunk) => {
    read = Buffer.concat([read, chunk]);
    while (read.length >= end + 8 && read.length >= end + read.readUInt16BE(end + 2)) {
      const last = ((read[end + 1] ?? 0) & 1) === 1;
      end += read.readUInt16BE(end + 2);
      if (!last) continue;
      onMessage(read.subarray(0, end));
      read = read.subarray(end);
      end = 0;
    }
  };
}
