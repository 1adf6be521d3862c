import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";

/** The response to a message: tokens, none at all, or the end of the connection. */
export type FakeResponse = Buffer | "silence" | "end";

export interface FakeTdsServer {
  readonly port: number;
  /** The kinds of the received messages, in order: 18 prelogin, 16 login, 1 batch, 3 request, 6 cancellation. */
  readonly kinds: readonly number[];
  /** All received bytes. */
  readonly received: Buffer;
  /** Closes the open connections. */
  disconnect(): void;
  close(): Promise<void>;
}

export interface FakeTdsOptions {
  /** The encryption option of the prelogin response: 0 off, 1 on, 2 not supported, 3 required. 2 by default. */
  readonly encryption?: number | undefined;
  /** A certificate and its key, as PEM text. The server supports the TLS handshake only. */
  readonly certificate?: string | undefined;
  /** The response to a message by its kind and number, from 1. By default it accepts the login and every request. */
  readonly response?: ((kind: number, number: number) => FakeResponse | undefined) | undefined;
}

/** A server on loopback with as much of TDS as a driver needs to log in, and as tests need for errors. */
export async function startFakeTdsServer(options: FakeTdsOptions = {}): Promise<FakeTdsServer> {
  const { encryption = 2, certificate, response = () => undefined } = options;
  const kinds: number[] = [];
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let handshake: ((payload: Buffer) => void) | undefined;
    const send = (kind: number, payload: Buffer) => socket.write(packet(kind, payload));
    readMessages(socket, chunks, (kind, payload) => {
      if (handshake !== undefined) return handshake(payload);
      kinds.push(kind);
      const reply = response(kind, kinds.length);
      if (reply === "silence") return;
      if (reply === "end") return socket.end();
      if (kind === 18) {
        send(4, prelogin(encryption));
        if (certificate !== undefined) handshake = startHandshake(certificate, (reply) => send(18, reply));
      } else for (const message of reply === undefined ? defaultResponses(kind) : [reply]) send(4, message);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    kinds,
    get received() {
      return Buffer.concat(chunks);
    },
    disconnect() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function defaultResponses(kind: number): Buffer[] {
  if (kind === 16) return [Buffer.concat([loginAck, doneWith(0)])];
  // To a cancellation, the end of the response and then the acknowledgement.
  return kind === 6 ? [doneWith(2), doneWith(32)] : [doneWith(0)];
}

/** The tokens of an error. */
export function errorToken(number: number, message: string): Buffer {
  const text = Buffer.from(message, "utf16le");
  const body = Buffer.concat([
    int32(number),
    Buffer.from([1, 16]),
    int16(message.length),
    text,
    Buffer.from([0, 0]),
    int32(1),
  ]);
  return Buffer.concat([Buffer.from([0xaa]), int16(body.length), body, doneWith(2)]);
}

/** The tokens of rows of text. */
export function rowsToken(columns: readonly string[], rows: readonly (readonly string[])[]): Buffer {
  const name = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "utf16le")]);
  const value = (text: string) => {
    const bytes = Buffer.from(text, "utf16le");
    return Buffer.concat([int16(bytes.length), bytes]);
  };
  return Buffer.concat([
    Buffer.from([0x81]),
    int16(columns.length),
    ...columns.flatMap((column) => [int32(0), int16(1), nvarchar, name(column)]),
    ...rows.flatMap((row) => [Buffer.from([0xd1]), ...row.map(value)]),
    doneWith(0),
  ]);
}

/** The token of a transaction that has begun. */
export const beginToken = Buffer.from([0xe3, 11, 0, 8, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0]);

/** TLS whose handshake is sent in prelogin messages. */
function startHandshake(certificate: string, reply: (payload: Buffer) => void): (payload: Buffer) => void {
  const wire = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, callback) {
      reply(chunk);
      callback();
    },
  });
  const secure = new TLSSocket(wire, {
    isServer: true,
    secureContext: createSecureContext({ cert: certificate, key: certificate, maxVersion: "TLSv1.2" }),
  });
  secure.on("error", () => undefined);
  return (payload) => wire.push(payload);
}

/** A message consists of packets, of which the last has the end-of-message bit. */
function readMessages(socket: Socket, chunks: Buffer[], onMessage: (kind: number, payload: Buffer) => void) {
  let read = Buffer.alloc(0);
  let begun: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    read = Buffer.concat([read, chunk]);
    while (read.length >= 8 && read.length >= read.readUInt16BE(2)) {
      const message = read.subarray(0, read.readUInt16BE(2));
      read = read.subarray(message.length);
      begun.push(message.subarray(8));
      if ((message.readUInt8(1) & 1) === 0) continue;
      const payload = Buffer.concat(begun);
      begun = [];
      onMessage(message.readUInt8(0), payload);
    }
  });
}

function packet(kind: number, payload: Buffer): Buffer {
  const header = Buffer.from([kind, 1, 0, 0, 0, 0, 1, 0]);
  header.writeUInt16BE(payload.length + 8, 2);
  return Buffer.concat([header, payload]);
}

/** Version and encryption, each at its offset. */
function prelogin(encryption: number): Buffer {
  return Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encryption]);
}

const int16 = (value: number) => Buffer.from([value & 255, value >> 8]);
const int32 = (value: number) => Buffer.concat([int16(value & 0xffff), int16(value >>> 16)]);
const doneWith = (status: number) => Buffer.concat([Buffer.from([0xfd]), int16(status), Buffer.alloc(10)]);
/** Type, maximum length and a collation. */
const nvarchar = Buffer.from([0xe7, 0x40, 0x1f, 9, 4, 0xd0, 0, 0x34]);
const loginAck = Buffer.concat([
  Buffer.from([0xad]),
  int16(10),
  Buffer.from([1, 0x74, 0, 0, 4, 0, 16, 0, 0, 0]),
]);
