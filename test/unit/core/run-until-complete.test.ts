/** How a loop is driven, as far as the core is concerned; test/unit/testing has the rest of the virtual loop. */
import { createTask, Future, sleep } from 'skein';
import { DeadlockError } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { virtualLoop } from '../loops.ts';

describe('runUntilComplete()', () => {
  test('refuses what cannot be awaited [loop.run_until_complete.type_error]', async () => {
    const loop = virtualLoop();
    for (const value of ['blah', 42, undefined, () => sleep(0)]) {
      await expect(loop.runUntilComplete(value as never)).rejects.toThrow(TypeError);
    }
  });

  test('refuses a future of another loop [loop.run_until_complete.foreign_future]', async () => {
    const [loop, other] = [virtualLoop(), virtualLoop()];
    await expect(loop.runUntilComplete(other.createFuture())).rejects.toThrow(RangeError);
  });

  test('is refused while the loop runs [loop.run_until_complete.nested_error]', async () => {
    const loop = virtualLoop();
    const inner = loop.createFuture();
    await loop.runUntilComplete(
      loop.createTask(function* () {
        yield* createTask(async () => {
          await expect(loop.runUntilComplete(inner)).rejects.toThrow(/cannot be nested/);
        });
      }),
    );
    expect(loop.isRunning()).toBe(false);
  });

  test('stops after the iteration in which its awaitable was found done [loop.stop.finishes_tick]', async () => {
    const loop = virtualLoop();
    const log: string[] = [];
    const future = loop.createFuture<string>();
    loop.callSoon(() => {
      log.push('settles');
      future.setResult('there');
      loop.callSoon(() => {
        log.push('same iteration as the callback');
        loop.callSoon(() => log.push('left for the next run'));
      });
    });
    expect(await loop.runUntilComplete(future)).toBe('there');
    expect(log).toEqual(['settles', 'same iteration as the callback']);
    await loop.runUntilComplete(sleep(0));
    expect(log.at(-1)).toBe('left for the next run');
  });

  test('that comes to a dead end leaves the task pending, to be resumed or cancelled [task.loop_stop_before_done]', async () => {
    const loop = virtualLoop();
    const future = new Future<string>({ loop });
    const task = loop.createTask(function* () {
      return yield* future;
    });
    await expect(loop.runUntilComplete(task)).rejects.toThrow(DeadlockError);
    expect(task.done()).toBe(false);
    future.setResult('after all');
    expect(await loop.runUntilComplete(task)).toBe('after all');
  });
});
