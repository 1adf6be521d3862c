/**
 * Percent-encodes the bytes of a Location header that are not ASCII. HTTP clients decode each as one Latin-1 character; a
 * URL parser would encode that character as UTF-8, which is another address.
 */
export function encodeLocation(location: string): string {
  return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}
