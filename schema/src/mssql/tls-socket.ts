import { connect, type Socket } from "node:net";

/** The server goes on without TLS although it was asked for it. */
export const clearTextCode = "ECLEARTEXT";

/**
 * A TCP connection to SQL Server. Where TLS is wanted and the server's first answer declines it, the connection ends
 * there: the driver itself would go on, and send the password for everybody to read.
 *
 * @param timeoutMs time for the connection alone, not for what is said on it
 */
export function openMssqlSocket(
  { host, port, encrypt }: { readonly host: string; readonly port: number; readonly encrypt: boolean },
  timeoutMs: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const giveUp = () => socket.destroy(withCode("no answer", "ETIMEDOUT"));
    socket.setTimeout(timeoutMs, giveUp);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("timeout", giveUp);
      socket.off("error", reject);
      if (encrypt) refuseClearText(socket);
      resolve(socket);
    });
  });
}

/** TDS: a packet is a header of 8 bytes, its length in the third and fourth, and what it holds. */
const headerLength = 8;

function refuseClearText(socket: Socket): void {
  let read = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    read = Buffer.concat([read, chunk]);
    if (read.length < headerLength || read.length < read.readUInt16BE(2)) return;
    socket.off("data", onData);
    if (declinesEncryption(read.subarray(headerLength)))
      socket.destroy(withCode("the server does not encrypt", clearTextCode));
  };
  socket.on("data", onData);
}

/** The server's PRELOGIN: options of 5 bytes, kind, offset and length; kind 1 is encryption, where 1 and 3 mean yes. */
function declinesEncryption(payload: Buffer): boolean {
  for (let at = 0; at + 5 <= payload.length && payload[at] !== 0xff; at += 5)
    if (payload[at] === 1) {
      const response = payload[payload.readUInt16BE(at + 1)];
      return response !== 1 && response !== 3;
    }
  return true;
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
