import { urlToHttpOptions } from "node:url";

/** What node-fetch uses of `url` and `whatwg-url`. */
// biome-ignore lint/style/noDefaultExport: node-fetch imports it
export default {
  URL,
  parse: (text: string) => urlToHttpOptions(new URL(text)),
  format: ({ href }: { readonly href: string }) => href,
};
