/** Text without the credentials of URLs and connection strings that stand in it. */
export function redact(text: string): string {
  return (
    text
      // Up to the last "@": a password may hold any sign, and may have been left as it is.
      .replace(/:\/\/.*@/gs, "://***@")
      // Without an "@" what follows a name and a colon is a port, or a password whose host is missing.
      .replace(/:\/\/([^:/@[\s]*):(?!\d{1,5}(?:[/?#&\s]|$))\S+/g, "://$1:***")
      .replace(/\b(password|pwd|token|secret|key)=[^;&\s"']*/gi, "$1=***")
  );
}
