/** What a contract suite needs of a test runner. vitest and node:test have it. */
export interface TestRunner {
  /** Declares a group of tests; the tests in `define` belong to it. */
  describe(name: string, define: () => void): unknown;
  /** Declares a test, which fails if `run` rejects or takes longer than the time-out. */
  test(name: string, options: TestOptions, run: (context: TestContext) => Promise<void>): unknown;
}

/** The options of one test. */
export interface TestOptions {
  /** Milliseconds after which the test fails. */
  readonly timeout: number;
}

/** What a running test can tell the runner. */
export interface TestContext {
  /** Reports the test as skipped, with the reason. */
  skip(reason: string): unknown;
}

/** `true`, or the reason why an adapter lacks the capability. Its tests are skipped, with that reason. */
export type Capability = true | string;

/** An adapter that a contract suite has opened. */
export interface Closable {
  /**
   * Frees what the adapter holds. Called when a test is done with it, whether the test passed or failed; what it returns is
   * awaited.
   */
  readonly close?: (() => unknown) | undefined;
}

/** Declares the tests of a contract. Each test opens an adapter of its own, and closes it. */
export interface ContractSuite<Adapter> {
  /** Declares a group of tests; the tests in `define` belong to it. */
  describe(name: string, define: () => void): void;
  /**
   * Declares a test.
   *
   * @param run `reopen` closes the adapter, and opens another one, which is returned
   */
  test(
    name: string,
    run: (adapter: Adapter, reopen: () => Promise<Adapter>) => Promise<void>,
    capability?: Capability,
  ): void;
}

/** Milliseconds after which a test fails, because the adapter hangs. Not a speed limit. */
const hangsAfterMs = 120_000;

/**
 * Declares a contract suite with the functions of a test runner.
 *
 * @param open returns an adapter without content; called by each test
 */
export function contractSuite<Adapter extends Closable>(
  { describe, test }: TestRunner,
  name: string,
  open: () => Promise<Adapter>,
  define: (suite: ContractSuite<Adapter>) => void,
): void {
  const suite: ContractSuite<Adapter> = {
    describe,
    test: (testName, run, capability = true) => {
      // Twice the time, so that a test that hangs still closes its adapter.
      test(testName, { timeout: 2 * hangsAfterMs }, async (context) => {
        if (capability !== true) {
          context.skip(capability);
          return;
        }
        let adapter = await open();
        const reopen = async () => {
          await adapter.close?.();
          adapter = await open();
          return adapter;
        };
        try {
          await within(hangsAfterMs, run(adapter, reopen));
        } finally {
          await adapter.close?.();
        }
      });
    },
  };
  describe(name, () => define(suite));
}

/** Rejects if the work takes longer. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${limitMs} ms`)), limitMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
