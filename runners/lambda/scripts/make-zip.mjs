import { zipSync } from "fflate";

const epoch = new Date(1980, 0, 1);
const unix = 3;
const readable = 0o100644 << 16;

/**
 * A zip of files, `{ name: bytes }`. The same files make the same zip, byte for byte, so that Terraform sees no change
 * where there is none.
 */
export function makeZip(files) {
  const entries = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  const options = { level: 9, mtime: epoch, os: unix, attrs: readable };
  return zipSync(Object.fromEntries(entries.map(([name, bytes]) => [name, [bytes, options]])));
}
