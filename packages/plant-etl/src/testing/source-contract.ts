import { describe, expect, it } from "vitest";
import type { Answer } from "../answer.js";
import type { PlantSource } from "../ports.js";

/** An answer that the source under test is to give, at the first try. */
export interface KnownAnswer {
  readonly plantId: number;
  readonly status: number;
  readonly body: string;
}

export interface PlantSourceContract {
  /** Names the source in the tests. */
  readonly name: string;
  /** Makes a source that asks for exactly these plants and gets exactly these answers. */
  make(
    known: readonly KnownAnswer[],
  ): Promise<{ readonly source: PlantSource; close?(): void | Promise<void> }>;
  /** `true` for a source that cannot tell which plants are left when it is stopped, such as a recording. */
  readonly endsOnAbort?: boolean;
}

/** Milliseconds after which a source that has not ended after an abort never will: no limit of speed. */
const hangsAfterMs = 60_000;

/** Declares vitest tests of everything that `PlantSource` promises, for any source. */
export function plantSourceContract({ name, make, endsOnAbort = false }: PlantSourceContract): void {
  describe(`${name} keeps the contract of a plant source`, () => {
    const known = knownAnswers();
    const ids = known.map(({ plantId }) => plantId);

    async function withSource(use: (source: PlantSource) => Promise<void>): Promise<void> {
      const { source, close } = await make(known);
      try {
        await use(source);
      } finally {
        await close?.();
      }
    }

    it("answers for every plant exactly once", () =>
      withSource(async (source) => {
        const answers = await collect(source);
        expect(plantsOf(answers)).toEqual(ids);
      }));

    it("passes status and body on unharmed, and says when and after how many requests", () =>
      withSource(async (source) => {
        for (const answer of await collect(source)) expectKnown(answer, known);
      }));

    it("can be iterated a second time", () =>
      withSource(async (source) => {
        await collect(source);
        const answers = await collect(source);
        expect(plantsOf(answers)).toEqual(ids);
      }));

    it("lets its consumer leave after the first answer, and can be iterated again", () =>
      withSource(async (source) => {
        let seen = 0;
        for await (const _answer of source.answers(new AbortController().signal)) {
          seen++;
          break;
        }
        expect(seen).toBe(1);
        expect(plantsOf(await collect(source))).toEqual(ids);
      }));

    it("gives no plant a real answer when it was stopped before it began", () =>
      withSource(async (source) => {
        const answers = await promptly(collect(source, AbortSignal.abort()));
        expect(answers.filter((answer) => !isAborted(answer))).toEqual([]);
        for (const { attempts } of answers) expect(attempts).toBe(0);
        expect(plantsOf(answers)).toEqual(endsOnAbort ? [] : ids);
      }));

    it("ends promptly when it is stopped, and its numbers still add up", () =>
      withSource(async (source) => {
        const controller = new AbortController();
        const answers: Answer[] = [];
        const run = async () => {
          for await (const answer of source.answers(controller.signal)) {
            answers.push(answer);
            controller.abort();
          }
        };
        await promptly(run());
        for (const answer of answers) if (!isAborted(answer)) expectKnown(answer, known);
        expect(new Set(plantsOf(answers)).size).toBe(answers.length);
        if (!endsOnAbort) expect(plantsOf(answers)).toEqual(ids);
        else expect(ids).toEqual(expect.arrayContaining(plantsOf(answers)));
      }));
  });
}

async function collect(source: PlantSource, signal = new AbortController().signal): Promise<Answer[]> {
  const answers: Answer[] = [];
  for await (const answer of source.answers(signal)) answers.push(answer);
  return answers;
}

function plantsOf(answers: readonly Answer[]): number[] {
  return answers.map(({ plantId }) => plantId).sort((a, b) => a - b);
}

function isAborted({ outcome }: Answer): boolean {
  return outcome.kind === "failed" && outcome.code === "aborted";
}

function expectKnown(answer: Answer, known: readonly KnownAnswer[]): void {
  const { status, body } = known.find(({ plantId }) => plantId === answer.plantId) ?? {};
  expect(answer.outcome).toEqual({ kind: "answered", status, body, cut: false });
  expect(answer.attempts).toBeGreaterThanOrEqual(1);
  expect(answer.receivedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
}

async function promptly<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${hangsAfterMs} ms`)), hangsAfterMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** More plants than a source asks at once, and bodies of every kind: what they mean is no business of a source. */
function knownAnswers(): KnownAnswer[] {
  const bodies: readonly (readonly [number, string])[] = [
    [200, '{"plant_id": 1, "name": "Calathea ‘Striata’ 🌱", "temperature": 12.5}'],
    [404, '{"error":"plant not found","plant_id":7}'],
    [404, '{"error":"plant on loan to another museum","plant_id":43}'],
    [200, ""],
    [200, "<html>\r\n<p>not JSON</p>\n\n</html>\n"],
    [400, "NUL \0, tab \t, quotes \"'`, backslash \\, line separators \u2028\u2029"],
    [200, JSON.stringify({ long: "é".repeat(100_000) })],
  ];
  return Array.from({ length: 40 }, (_, index) => {
    const [status, body] = bodies[index % bodies.length] ?? [200, ""];
    return { plantId: index === 39 ? 2_147_483_647 : index, status, body };
  });
}
