import * as fc from 'fast-check';
import type { Coroutine } from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { vi } from 'vitest';
import { setting } from '../hosts.ts';

// Hundreds of programs a test, perhaps on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** The same programs every time. SKEIN_LAWS_SEED and SKEIN_LAWS_RUNS ask for others, and for more. */
const seed = Number(setting('SKEIN_LAWS_SEED') ?? 20260101);
const numRuns = Number(setting('SKEIN_LAWS_RUNS') ?? 500);

/**
 * Holds that `check`, run as a coroutine on a loop of its own, throws for no `program`. The report of a failure shows the
 * shortest program found.
 */
export async function law<P>(
  programs: fc.Arbitrary<P>,
  check: (program: P, loop: VirtualEventLoop) => Coroutine<void>,
): Promise<void> {
  const property = fc.asyncProperty(programs, async (program) => {
    const loop = new VirtualEventLoop();
    loop.setExceptionHandler(() => {});
    await loop.runUntilComplete(check(program, loop));
    loop.close();
  });
  await fc.assert(property, { seed, numRuns });
}
