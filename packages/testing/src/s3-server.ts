import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { startFauxqs } from "fauxqs";

export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly requests: readonly Request[];
  /** Uploads that were begun and neither completed nor aborted, by key. */
  openUploads(): string[];
  /** Called with each request before it is passed on; the answer waits for it. */
  onRequest: (line: string) => void | Promise<void>;
  /** Removes all objects and uploads. */
  reset(): void;
  close(): Promise<void>;
}

export interface Request {
  /** `METHOD /path?query` */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
}

/** Fewer than S3's thousand, so that a listing of a few keys is one of several pages. */
const pageKeys = 5;

/**
 * A real S3 server, fauxqs, behind a loopback server that adds what S3 does and it does not: it heeds `If-None-Match` and
 * `If-Match` on writes, lists multipart uploads, and lists keys by their bytes, page by page.
 */
export async function startS3Server(): Promise<S3Server> {
  const fauxqs = await startFauxqs({ port: 0, logger: false });
  const bucket = "archive";
  fauxqs.createBucket(bucket);
  const uploads = new Map<string, string>();
  const requests: Request[] = [];
  let previous: Promise<unknown> = Promise.resolve();

  const pass = async (message: IncomingMessage, path: string, body: Buffer): Promise<PlantResponse> => {
    const { "if-none-match": _none, "if-match": _match, ...headers } = message.headers;
    return await ask(fauxqs.port, message.method ?? "GET", path, headers, body);
  };

  const etagOf = async (path: string) => {
    const { status, headers } = await ask(fauxqs.port, "HEAD", path, {}, Buffer.alloc(0));
    // S3 does not care for the quotes.
    return status === 200 ? headers.etag?.toString().replaceAll('"', "") : undefined;
  };

  const respond = async (message: IncomingMessage, body: Buffer): Promise<PlantResponse> => {
    const url = new URL(message.url ?? "/", "http://s3");
    const query = url.searchParams;
    const { "if-none-match": none, "if-match": match } = message.headers;
    if (none !== undefined || match !== undefined) {
      const etag = await etagOf(url.pathname);
      if (match !== undefined && etag === undefined) return fault(404, "NoSuchKey");
      if (none === "*" ? etag !== undefined : etag !== match?.replaceAll('"', ""))
        return fault(412, "PreconditionFailed");
    }
    if (message.method === "GET" && query.has("uploads")) return listUploads(uploads, query);
    if (message.method === "GET" && query.get("list-type") === "2")
      return await listObjects(query, (all) => pass(message, `${url.pathname}?${all}`, body));

    const passed = await pass(message, message.url ?? "/", body);
    const id = query.get("uploadId") ?? "";
    const begun = /<UploadId>(.*)<\/UploadId>/.exec(passed.body.toString())?.[1];
    if (query.has("uploads") && begun !== undefined)
      uploads.set(begun, decodeURIComponent(url.pathname.slice(bucket.length + 2)));
    if (message.method !== "PUT" && passed.status < 300) uploads.delete(id);
    return passed;
  };

  const server = createServer((message, response) => {
    const line = `${message.method} ${decodeURIComponent(message.url ?? "")}`;
    requests.push({ line, headers: message.headers });
    const received = async () => {
      const body = await buffer(message);
      await server3.onRequest(line);
      // One write after another, so that looking and writing are one step, as they are on S3.
      const done =
        message.method === "GET" ? respond(message, body) : previous.then(() => respond(message, body));
      if (message.method !== "GET") previous = done.catch(() => {});
      reply(response, await done);
    };
    received().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const server3: S3Server = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    requests,
    openUploads: () => [...uploads.values()].sort(),
    onRequest: () => {},
    reset() {
      fauxqs.reset();
      uploads.clear();
      requests.length = 0;
      server3.onRequest = () => {};
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await fauxqs.stop();
    },
  };
  return server3;
}

interface PlantResponse {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

function ask(
  port: number,
  method: string,
  path: string,
  headers: PlantResponse["headers"],
  body: Buffer,
): Promise<PlantResponse> {
  return new Promise((resolve, reject) => {
    const requested = send({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      buffer(response).then(
        (read) => resolve({ status: response.statusCode ?? 500, headers: response.headers, body: read }),
        reject,
      );
    });
    requested.on("error", reject);
    requested.end(body);
  });
}

function reply(response: ServerResponse, { status, headers, body }: PlantResponse): void {
  const { "transfer-encoding": _encoding, connection: _connection, ...rest } = headers;
  response.writeHead(status, rest);
  response.end(body);
}

/** An error as S3 gives it. */
export function fault(status: number, code: string, inside = ""): PlantResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>m</Message>${inside}</Error>`;
  return { status, headers: { "content-type": "application/xml" }, body: Buffer.from(body) };
}

async function listObjects(
  query: URLSearchParams,
  list: (all: URLSearchParams) => Promise<PlantResponse>,
): Promise<PlantResponse> {
  const all = new URLSearchParams({
    "list-type": "2",
    prefix: query.get("prefix") ?? "",
    "max-keys": "100000",
  });
  const listed = await list(all);
  if (listed.status !== 200) return listed;
  const found = [...listed.body.toString().matchAll(/<Contents><Key>(.*?)<\/Key>.*?<\/Contents>/gs)]
    .map(([xml, key = ""]) => ({ xml, key: fromXml(key) }))
    .sort((a, b) => compareKeys(a.key, b.key));
  const from = Number(query.get("continuation-token") ?? 0);
  const to = from + Math.min(pageKeys, Number(query.get("max-keys") ?? pageKeys));
  const more = to < found.length;
  const next = more ? `<NextContinuationToken>${to}</NextContinuationToken>` : "";
  const contents = found.slice(from, to).map(({ xml }) => xml);
  return xml("ListBucketResult", `<IsTruncated>${more}</IsTruncated>${next}${contents.join("")}`);
}

function listUploads(uploads: ReadonlyMap<string, string>, query: URLSearchParams): PlantResponse {
  const found = [...uploads]
    .filter(([, key]) => key.startsWith(query.get("prefix") ?? ""))
    .sort(([a, one], [b, other]) => compareKeys(one, other) || compareKeys(a, b));
  const after = found.findIndex(([id]) => id === query.get("upload-id-marker")) + 1;
  const page = found.slice(after, after + pageKeys);
  const more = after + pageKeys < found.length;
  const [lastId = "", lastKey = ""] = page.at(-1) ?? [];
  const next = `<NextKeyMarker>${toXml(lastKey)}</NextKeyMarker><NextUploadIdMarker>${lastId}</NextUploadIdMarker>`;
  const contents = page.map(
    ([id, key]) => `<Upload><Key>${toXml(key)}</Key><UploadId>${id}</UploadId></Upload>`,
  );
  return xml(
    "ListMultipartUploadsResult",
    `<IsTruncated>${more}</IsTruncated>${more ? next : ""}${contents.join("")}`,
  );
}

function xml(name: string, inside: string): PlantResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name}>${inside}</${name}>`;
  return { status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(body) };
}

/** By UTF-8 bytes, as S3 lists keys. */
function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#39;": "'" };

function fromXml(text: string): string {
  return text.replace(/&[a-z#0-9]+;/g, (entity) => entities[entity as keyof typeof entities] ?? entity);
}

function toXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
