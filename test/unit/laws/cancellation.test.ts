import * as fc from 'fast-check';
import { CancelledError, type Coroutine, createTask, sleep, type Task } from 'skein';
import { expect, test } from 'vitest';
import { iterations } from '../combinators/helpers.ts';
import { law } from './law.ts';
import { type Nest, nests, runNest } from './nesting.ts';

interface Program {
  readonly nest: Nest;
  /** When the one request comes from outside: at this time, so many iterations later, before or behind the nest's own timers. */
  readonly cancel: { readonly at: number; readonly ticks: number; readonly first: boolean };
}

const programs: fc.Arbitrary<Program> = fc.record({
  nest: nests,
  cancel: fc.record({ at: fc.nat(4), ticks: fc.nat(4), first: fc.boolean() }),
});

test('a cancellation from outside is never lost, and no task outlives its group', () =>
  law(programs, function* ({ nest, cancel }) {
    let left = false;
    let delivered = false;
    const outlived: Task<unknown>[] = [];

    function* subject(): Coroutine<void> {
      try {
        yield* runNest(nest, (tasks) => outlived.push(...tasks.filter((task) => !task.done())));
      } catch (error) {
        delivered = error instanceof CancelledError;
      }
      left = true;
      if (delivered) return;
      try {
        // Errors may go first; then the next wait is where it comes out.
        yield* sleep(10);
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        delivered = true;
      }
    }

    let inTime: boolean | undefined;
    function* outsider(): Coroutine<void> {
      yield* sleep(cancel.at);
      yield* iterations(cancel.ticks);
      inTime = !left;
      if (inTime) task.cancel('from outside');
    }

    const outside = cancel.first ? createTask(outsider()) : undefined;
    const task = createTask(subject());
    yield* outside ?? outsider();
    yield* task;
    expect(delivered).toBe(inTime);
    // What was shielded goes on by itself; its groups count as well.
    yield* sleep(100);
    expect(outlived).toEqual([]);
  }));
