import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errorToken, type FakeTdsServer, rowsToken, startFakeTdsServer } from "@lmnh/testing/sql-server";
import { afterEach } from "vitest";

const migrations = fileURLToPath(new URL("../../../../schema/migrations/mssql", import.meta.url));
const [prelogin, login, request] = [18, 16, 3];
const open: FakeTdsServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

export interface PretendedMssql {
  readonly server: FakeTdsServer;
  /** The settings by which a Lambda finds it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The messages since the last call, by name. */
  messages(): string[];
  /** Sends no response from now on. */
  fallSilent(): void;
  /** Refuses so many logins from now on. */
  refuse(logins: number): void;
}

/** A server that is up to date and swallows what it is sent: as much of SQL Server as a run needs. */
export async function pretendMssql({ pending = false } = {}): Promise<PretendedMssql> {
  let reported = 0;
  let toRefuse = 0;
  let knowsCatalog = false;
  let silent = false;
  const server = await startFakeTdsServer({
    response(kind) {
      if (kind === login && toRefuse > 0) {
        toRefuse -= 1;
        return errorToken(18456, "Login failed for user.");
      }
      if (kind === request && silent) return "silence";
      // The first question of a process is for the migrations.
      if (kind !== request || knowsCatalog) return undefined;
      knowsCatalog = true;
      return rowsToken(["name", "checksum"], pending ? catalog().slice(0, 1) : catalog());
    },
  });
  open.push(server);
  const names: Readonly<Record<number, string>> = {
    [prelogin]: "greeting",
    [login]: "login",
    1: "settings",
    [request]: "request",
  };
  return {
    server,
    environment: {
      DB_HOST: "localhost",
      DB_PORT: String(server.port),
      DB_NAME: "plants",
      DB_SCHEMA: "dbo",
      DB_ENCRYPT: "false",
    },
    messages() {
      const kinds = server.kinds.slice(reported).map((kind) => names[kind] ?? String(kind));
      reported = server.kinds.length;
      return kinds;
    },
    fallSilent() {
      silent = true;
    },
    refuse(logins) {
      toRefuse = logins;
    },
  };
}

function catalog(): string[][] {
  return readdirSync(migrations)
    .sort()
    .map((file) => {
      const text = readFileSync(`${migrations}/${file}`, "utf8").replaceAll("\r\n", "\n");
      return [file.replace(".sql", ""), createHash("sha256").update(text).digest("hex")];
    });
}

/** A password as it travels in a login. */
export function asSent(password: string): Buffer {
  const bytes = Buffer.from(password, "utf16le");
  return bytes.map((byte) => (((byte << 4) | (byte >> 4)) & 0xff) ^ 0xa5) as Buffer;
}
