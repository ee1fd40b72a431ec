/** The service that the tests of `vitest.test.ts`, `jest.test.mjs` and `node.test.ts` are about. */
import { retry, sleep, timeout } from 'skein';

export interface Source {
  ask(): Promise<number>;
  close(): void;
}

/**
 * Asks a source each minute, until it is cancelled. It has 5 s to answer, and is asked three times. However this ends, the source is closed.
 *
 * @throws What the source throws the third time; TimeoutError if it does not answer.
 */
export async function poll(source: Source, found: (value: number) => void): Promise<never> {
  try {
    for (;;) {
      found(await retry(() => timeout(5000, () => source.ask()), { attempts: 3, delay: 1000 }));
      await sleep(60_000);
    }
  } finally {
    source.close();
  }
}
