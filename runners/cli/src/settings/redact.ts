/** Text without the credentials of URLs and connection strings that stand in it. */
export function redact(text: string): string {
  return (
    text
      // Up to the last "@" of the word: a password that was not percent-encoded may hold any sign.
      .replace(/:\/\/[^\s"']*@/g, "://***@")
      .replace(/\b(password|pwd|token|secret|key)=[^;&\s"']*/gi, "$1=***")
  );
}
