export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type StreamName = "stdout" | "stderr";

export interface CapturedOutput {
  readonly texts: Readonly<Record<StreamName, string>>;
  append(stream: StreamName, text: string): void;
  /** Waits until the stream's text matches; rejects if the program ends before. */
  until(stream: StreamName, pattern: RegExp, ended: Promise<Ended>): Promise<string>;
}

export function captureOutput(): CapturedOutput {
  const texts = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  return {
    texts,
    append(stream, text) {
      texts[stream] += text;
      for (const listener of listeners) listener();
    },
    until: (stream, pattern, ended) =>
      new Promise((resolve, reject) => {
        const listener = () => {
          const found = pattern.exec(texts[stream]);
          if (found === null) return;
          listeners.delete(listener);
          resolve(found[0]);
        };
        listeners.add(listener);
        listener();
        ended.then(
          ({ stderr }) => reject(new Error(`ended before ${pattern} was written: ${stderr}`)),
          reject,
        );
      }),
  };
}
