/** A path or URL as it can be typed in a shell. */
export function quoteForShell(path: string): string {
  return /^[\w.:/-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
