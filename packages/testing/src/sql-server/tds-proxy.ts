import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The messages of a client; each is a round trip. */
export type MessageKind = "prelogin" | "login" | "batch" | "rpc" | "transaction" | "attention" | "other";

/**
 * A fault of a message:
 * - `disconnect`: the connection closes before the message reaches the server
 * - `disconnectResponse`: the server executes it; the connection closes before the response reaches the client
 * - `hang`: neither it nor any later message reaches the server, and the connection stays open
 * - `hangResponse`: the server executes it; no response reaches the client, and the connection stays open
 * - a number: a delay in milliseconds
 */
export type Fault = "disconnect" | "disconnectResponse" | "hang" | "hangResponse" | number;

export interface TdsProxy {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /** The messages of the clients, in order. */
  readonly messages: readonly MessageKind[];
  /** Clears the messages and sets the faults of the next ones, which are numbered from 1. */
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
 * A proxy between a client and SQL Server that records the messages of the client and injects faults. It parses the
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
    const disconnect = () => {
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
      if (fault === "disconnect") return disconnect();
      if (fault === "hang") silent = true;
      if (fault === "disconnectResponse") onResponse = disconnect;
      if (fault === "hangResponse")
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
    // A side that closes also closes the other one, unless the connection hangs.
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

/** Splits a stream into messages: packets with a header of 8 bytes, up to the one with the end-of-message bit. */
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
