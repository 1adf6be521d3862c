/** Whether a host of a URL, or an address without brackets, is this machine's own, which no other one can reach. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/.test(host);
}
