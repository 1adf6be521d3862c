import fc from "fast-check";
import { test as vitestTest } from "vitest";

export { fc };

type Values<Arbitraries extends readonly fc.Arbitrary<unknown>[]> = {
  [Index in keyof Arbitraries]: Arbitraries[Index] extends fc.Arbitrary<infer Value> ? Value : never;
};

/** A test of a statement that holds for all values; a counterexample is printed with its seed. */
export function test<const Arbitraries extends readonly fc.Arbitrary<unknown>[]>(
  name: string,
  arbitraries: Arbitraries,
  holds: (...values: Values<Arbitraries>) => void | Promise<void>,
): void {
  vitestTest(name, async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(...arbitraries), async (values) => holds(...(values as Values<Arbitraries>))),
    );
  });
}
