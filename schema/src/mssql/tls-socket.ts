import { connect, type Socket } from "node:net";

/** The server declined TLS. */
export const clearTextCode = "ECLEARTEXT";

/**
 * Opens a TCP connection to SQL Server. With `encrypt` it closes the connection if the server's first response declines
 * TLS: the driver would continue and send the password in clear text.
 *
 * @param timeoutMs time-out of the TCP connection only
 */
export function openMssqlSocket(
  { host, port, encrypt }: { readonly host: string; readonly port: number; readonly encrypt: boolean },
  timeoutMs: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const giveUp = () => socket.destroy(withCode("no response", "ETIMEDOUT"));
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

/** A TDS packet has a header of 8 bytes, with the length of the packet in its third and fourth, and a payload. */
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

/** PRELOGIN is a list of options of 5 bytes: kind, offset, length. Kind 1 is encryption; its values 1 and 3 mean on. */
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
