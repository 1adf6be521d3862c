import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach } from "vitest";

export interface SecretsServer {
  /** The environment that directs AWS's SDK to this server. */
  readonly environment: Readonly<Record<string, string>>;
  /** The requests in order: the action and the name. */
  readonly requested: readonly string[];
  /** What a secret or a parameter of any name holds from now on; `null` for nothing. */
  holds: string | null;
}

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** On loopback, the calls of Secrets Manager and of SSM Parameter Store that a Lambda makes. */
export async function startSecrets(holds: string | null): Promise<SecretsServer> {
  const requested: string[] = [];
  const server = createServer((message, response) => {
    const respond = async () => {
      const { SecretId, Name, WithDecryption } = (await json(message)) as Record<string, unknown>;
      const action = String(message.headers["x-amz-target"]).split(".").at(-1);
      requested.push(`${action} ${SecretId ?? Name}${WithDecryption === true ? ", decrypted" : ""}`);
      const type = { "content-type": "application/x-amz-json-1.1" };
      if (secrets.holds === null) {
        response
          .writeHead(400, type)
          .end(JSON.stringify({ __type: "ResourceNotFoundException", message: "no" }));
        return;
      }
      const found =
        action === "GetParameter" ? { Parameter: { Value: secrets.holds } } : { SecretString: secrets.holds };
      response.writeHead(200, type).end(JSON.stringify(found));
    };
    respond().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secrets: SecretsServer = {
    environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: url, AWS_ENDPOINT_URL_SSM: url },
    requested,
    holds,
  };
  return secrets;
}
