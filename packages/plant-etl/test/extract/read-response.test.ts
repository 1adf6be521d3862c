import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type LoopbackServer, startServer } from "../support/loopback-server.js";
import { fetches, requestOne } from "../support/request-plants.js";

const servers: LoopbackServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function serveBytes(bytes: Uint8Array, headers: Record<string, string>): Promise<string> {
  const server = await startServer((_request, response) => response.writeHead(200, headers).end(bytes));
  servers.push(server);
  return server.origin;
}

const text = '{"plant_id":1,"name":"Café ‘Striata’ €"}';
const kibibyte = 1024;

describe.each(fetches)("readResponse over $fetchName decodes text", ({ fetch }) => {
  const decode = async (bytes: Uint8Array, contentType: string | undefined, maxBodyBytes?: number) => {
    const headers = contentType === undefined ? {} : { "content-type": contentType };
    const baseUrl = await serveBytes(bytes, headers);
    return (await requestOne({ baseUrl, fetch, ...(maxBodyBytes && { maxBodyBytes }) })).outcome;
  };
  const utf16 = Buffer.from(text, "utf16le");
  const windows1252 = Buffer.from(
    text.replace("‘", "\x91").replace("’", "\x92").replace("€", "\x80"),
    "latin1",
  );

  it.each<[string, Uint8Array, string | undefined]>([
    ["UTF-8 without a content type", Buffer.from(text), undefined],
    ["UTF-8 without a charset", Buffer.from(text), "application/json"],
    ["declared UTF-8", Buffer.from(text), 'application/json; x=1; Charset="UTF8"'],
    ["UTF-8 behind a byte order mark", Buffer.from(`\ufeff${text}`), "application/json"],
    ["declared Windows-1252", windows1252, "application/json; charset=windows-1252"],
    [
      "Windows-1252 that is declared as ISO 8859-1, as in browsers",
      windows1252,
      "application/json;charset=ISO-8859-1",
    ],
    ["declared UTF-16", utf16, "application/json; charset=utf-16le"],
    [
      "UTF-16 by its byte order mark, whatever is declared",
      Buffer.concat([Buffer.of(0xff, 0xfe), utf16]),
      "application/json; charset=utf-8",
    ],
    ["big-endian UTF-16 by its mark", Buffer.from(`\ufeff${text}`, "utf16le").swap16(), undefined],
    [
      "Shift_JIS",
      Buffer.from([0x22, 0x83, 0x74, 0x83, 0x4e, 0x83, 0x8d, 0x22]),
      "application/json; charset='shift_jis'",
    ],
  ])("%s", async (name, bytes, contentType) => {
    expect(await decode(bytes, contentType)).toEqual({
      kind: "received",
      status: 200,
      body: name === "Shift_JIS" ? '"フクロ"' : text,
      cut: false,
    });
  });

  const undeclared = ", and its content-type declares no charset";
  it.each<[string, Uint8Array, string | undefined, string]>([
    [
      "Latin-1 that is not declared",
      Buffer.from('{"name":"Café"}', "latin1"),
      "application/json",
      `is not valid utf-8: byte 0xe9 at offset 12${undeclared}`,
    ],
    [
      "Latin-1 that is declared as UTF-8",
      Buffer.from('{"name":"Café"}', "latin1"),
      "application/json; charset=utf-8",
      "is not valid utf-8: byte 0xe9 at offset 12",
    ],
    [
      "UTF-8 that ends within a character",
      Buffer.from('"Café').subarray(0, -1),
      undefined,
      `is not valid utf-8: byte 0xc3 at offset 4${undeclared}`,
    ],
    [
      "a surrogate in UTF-8",
      Buffer.of(0x22, 0xed, 0xa0, 0x80, 0x22),
      undefined,
      `is not valid utf-8: byte 0xed at offset 1${undeclared}`,
    ],
    [
      "half a code unit of UTF-16",
      utf16.subarray(0, -1),
      "application/json; charset=utf-16",
      "is not valid utf-16le: byte 0x7d at offset 78",
    ],
    [
      "an unknown encoding",
      Buffer.from(text),
      "application/json; charset=UTF-7",
      'has the unknown text encoding "utf-7"',
    ],
  ])("and keeps the bytes of %s, with the reason", async (_name, bytes, contentType, problem) => {
    expect(await decode(bytes, contentType)).toEqual({
      kind: "undecodable",
      status: 200,
      bodyBase64: Buffer.from(bytes).toString("base64"),
      cut: false,
      problem,
    });
  });

  it("again after bytes that were not text", async () => {
    await decode(Buffer.of(0xc3), undefined);
    expect(await decode(Buffer.from(text), undefined)).toMatchObject({ kind: "received", body: text });
  });

  it("up to maxBodyBytes, without a partial character", async () => {
    const bytes = Buffer.from("é".repeat(100), "utf16le");
    expect(await decode(bytes, "text/plain; charset=utf-16le", 101)).toEqual({
      kind: "received",
      status: 200,
      body: "é".repeat(50),
      cut: true,
    });
  });
});

const coders: Record<string, (bytes: Uint8Array) => Buffer> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  identity: (bytes) => Buffer.from(bytes),
};
const encode = (names: readonly string[], bytes: Uint8Array, coderOf = coders) =>
  names.reduce<Uint8Array>((coded, name) => coderOf[name.toLowerCase()]?.(coded) ?? coded, bytes);

describe.each(fetches)("readResponse over $fetchName decodes content codings", ({ fetch }) => {
  const get = async (bytes: Uint8Array, header: string, maxBodyBytes?: number) =>
    (
      await requestOne({
        baseUrl: await serveBytes(bytes, { "content-encoding": header }),
        fetch,
        retry: { attempts: 1 },
        ...(maxBodyBytes && { maxBodyBytes }),
      })
    ).outcome;
  const received = (body: string, cut = false) => ({ kind: "received", status: 200, body, cut });

  it.each([
    "gzip",
    "GZIP",
    "x-gzip",
    "X-GZip",
    "deflate",
    "br",
    "BR",
    "identity",
    "gzip, gzip",
    "br, gzip",
    "gzip, br",
    "Deflate ,  gzip",
    "gzip, br, deflate, br, gzip",
  ])("%s", async (header) => {
    const names = header.split(",").map((name) => name.trim());
    expect(await get(encode(names, Buffer.from(text)), header)).toEqual(received(text));
  });

  it("deflate without the zlib header, as some servers send it", async () => {
    const raw = encode(["deflate"], Buffer.from(text), { deflate: deflateRawSync });
    expect(await get(raw, "deflate")).toEqual(received(text));
  });

  it("and then decodes the text", async () => {
    const headers = { "content-encoding": "gzip", "content-type": "application/json; charset=latin1" };
    const baseUrl = await serveBytes(gzipSync(Buffer.from('{"name":"Café"}', "latin1")), headers);
    expect((await requestOne({ baseUrl, fetch })).outcome).toEqual(received('{"name":"Café"}'));
  });

  it("and keeps the decompressed bytes if they are not text", async () => {
    const latin1 = Buffer.from('{"name":"Café"}', "latin1");
    expect(await get(gzipSync(latin1), "gzip")).toMatchObject({
      kind: "undecodable",
      bodyBase64: latin1.toString("base64"),
    });
  });

  it("except for an empty body", async () => {
    expect(await get(Buffer.alloc(0), "gzip")).toEqual(received(""));
  });

  it.each([
    // Not zstd, which the fetch of newer Nodes decodes.
    ["compress", 'has the unknown content coding "compress"'],
    ["gzip, aes128gcm", 'has the unknown content coding "aes128gcm"'],
    [`${"x".repeat(5000)}`, `has the unknown content coding "${"x".repeat(40)}…"`],
  ])("but rejects %s by name and keeps the bytes", async (header, problem) => {
    const bytes = Buffer.from(text);
    expect(await get(bytes, header)).toEqual({
      kind: "undecodable",
      status: 200,
      bodyBase64: bytes.toString("base64"),
      cut: false,
      problem,
    });
  });

  it.each([["gzip"], ["br"], ["gzip, gzip"]])("within the cap on bytes (%s)", async (header) => {
    const names = header.split(", ");
    const full = encode(names, Buffer.alloc(100 * kibibyte, "x"));
    expect(await get(full, header, 100 * kibibyte)).toEqual(received("x".repeat(100 * kibibyte)));
    const over = encode(names, Buffer.alloc(100 * kibibyte + 1, "x"));
    expect(await get(over, header, 100 * kibibyte)).toEqual(received("x".repeat(100 * kibibyte), true));
  });

  it("of incompressible data, up to maxBodyBytes", async () => {
    const incompressible = Buffer.from(
      Array.from({ length: 64 * kibibyte }, (_, index) => 0x20 + ((index * index * 31 + (index >> 3)) % 95)),
    );
    const stored = gzipSync(incompressible, { level: 0 });
    expect(stored.length).toBeGreaterThan(incompressible.length);
    expect(await get(stored, "gzip", incompressible.length)).toEqual(received(incompressible.toString()));
  });
});

describe("readResponse over cross-fetch", () => {
  const get = async (bytes: Uint8Array, header: string) =>
    await requestOne({ baseUrl: await serveBytes(bytes, { "content-encoding": header }) });

  it.each([
    ["gzip", "gzip", Buffer.from('{"plant_id":1}')],
    ["GZIP, br", "br", gzipSync(text)],
    ["br, gzip", "br", gzipSync(gzipSync(text))],
    ["deflate", "deflate", Buffer.from('{"plant_id":1}')],
  ])("keeps the bytes of invalid %s data", async (header, wrong, bytes) => {
    expect(await get(bytes, header)).toMatchObject({
      attempts: 1,
      outcome: {
        kind: "undecodable",
        bodyBase64: bytes.toString("base64"),
        problem: `is not the ${wrong} data that its content-encoding declares`,
      },
    });
  });

  it("keeps the bytes of too many codings", async () => {
    expect((await get(Buffer.from(text), "gzip, gzip, gzip, gzip, gzip, gzip")).outcome).toMatchObject({
      kind: "undecodable",
      problem: "has 6 content codings; at most 5 are decoded",
    });
  });

  it.each([
    ["deflate", deflateRawSync(text)],
    ["br", brotliCompressSync(text)],
  ])("keeps the bytes of %s without its end, because it has no signature", async (coding, compressed) => {
    const bytes = compressed.subarray(0, -1);
    expect((await get(bytes, coding)).outcome).toMatchObject({
      kind: "undecodable",
      bodyBase64: bytes.toString("base64"),
    });
  });

  it("bounds each step of a nested decompression bomb", async () => {
    const mebibyte = 1024 * kibibyte;
    // 128 MiB of empty members, which decompress to nothing.
    const empty = gzipSync("");
    const inner = Buffer.concat(Array.from({ length: (128 * mebibyte) / empty.length }, () => empty));
    const bomb = gzipSync(gzipSync(inner));
    const before = process.memoryUsage();
    const { outcome } = await get(bomb, "gzip, gzip, gzip");
    const after = process.memoryUsage();
    expect(outcome).toMatchObject({ kind: "received", body: "", cut: true });
    expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(
      32 * mebibyte,
    );
  });

  it("decodes any sequence of codings, in upper or lower case", async () => {
    const name = fc.constantFrom("gzip", "x-gzip", "deflate", "br", "identity", "GZIP", "Br", "DEFLATE");
    await fc.assert(
      fc.asyncProperty(
        fc.array(name, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: "grapheme", maxLength: 200 }),
        async (names, content) => {
          const body = content.replace(/^\ufeff/, "");
          const { outcome } = await get(encode(names, Buffer.from(body)), names.join(", "));
          expect(outcome).toEqual({ kind: "received", status: 200, body, cut: false });
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("readResponse over Node's fetch", () => {
  it("fails with the reason if the body is not compressed as declared", async () => {
    const baseUrl = await serveBytes(Buffer.from("not gzip"), { "content-encoding": "gzip" });
    expect((await requestOne({ baseUrl, fetch: globalThis.fetch })).outcome).toEqual({
      kind: "failed",
      code: "network",
      message: "the body is not compressed as its content-encoding declares (Z_DATA_ERROR) after 4 attempts",
    });
  });
});
