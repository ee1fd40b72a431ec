import { createTask, currentTask, EventLoop, Future, sleep } from 'skein';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

test('debug mode is off, and can be turned on and off [debug.env_switch]', () => {
  const loop = new EventLoop();
  expect(loop.getDebug()).toBe(false);
  loop.setDebug(true);
  expect(loop.getDebug()).toBe(true);
  loop.setDebug(false);
  expect(loop.getDebug()).toBe(false);
  loop.close();
});

describe('in debug mode', () => {
  test('a future knows where it was made [fut.debug.creation_stack]', () => {
    const loop = virtualLoop();
    loop.setDebug(true);
    const reports = recordReports(loop);
    function makesIt() {
      return new Future({ loop });
    }
    makesIt().setException(new Error('boom'));
    loop.close();
    const lines = reports[0]?.creation?.trim().split('\n') ?? [];
    expect(lines.some((line) => line.includes('makesIt') && line.includes('debug.test'))).toBe(
      true,
    );
  });

  test('a task knows where it was made [task.debug.creation_stack]', async () => {
    const loop = virtualLoop();
    loop.setDebug(true);
    const reports = recordReports(loop);
    function startsIt() {
      return createTask(function* () {
        throw new Error('boom');
      });
    }
    await loop.runUntilComplete(
      (function* () {
        startsIt();
        yield* sleep(1);
      })(),
    );
    loop.close();
    expect(reports[0]?.creation).toMatch(/startsIt.*debug\.test/);
  });

  test('nothing is noted of what was made before', () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const future = loop.createFuture();
    loop.setDebug(true);
    future.setException(new Error('boom'));
    loop.close();
    expect(reports[0]).not.toHaveProperty('creation');
  });

  test('a CancelledError has a stack, and has none otherwise, as that is costly', async () => {
    const linesWith = async (debug: boolean): Promise<number> => {
      const loop = virtualLoop();
      loop.setDebug(debug);
      const future = loop.createFuture();
      future.cancel('enough');
      try {
        future.result();
      } catch (error) {
        return (error as Error).stack?.split('\n').length ?? 0;
      }
      return -1;
    };
    expect(await linesWith(false)).toBeLessThan(2);
    expect(await linesWith(true)).toBeGreaterThan(2);
  });
});

describe('slow callbacks', () => {
  let written: MockInstance<typeof console.warn>;
  beforeEach(() => {
    written = vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => {
    written.mockRestore();
  });
  const texts = () => written.mock.calls.map((args) => args.map(String).join(' '));

  test('are those of 100 ms and more', () => {
    const loop = virtualLoop();
    expect(loop.slowCallbackDuration).toBe(100);
    loop.close();
  });

  test('are named with their time in debug mode, as are slow steps of tasks [loop.debug.slow_callbacks]', async () => {
    await inLoop(function* (loop) {
      loop.setDebug(true);
      // On a clock that stands still everything takes 0 ms.
      loop.slowCallbackDuration = 0;
      currentTask()?.setName('main');
      loop.callSoon(function refresh() {});
      const slow = createTask(sleep(0), { name: 'computes' });
      yield* slow;
      loop.setDebug(false);
    });
    expect(
      texts().some((text) => /^<Handle refresh\(\).*> kept the event loop for 0 ms\b/.test(text)),
    ).toBe(true);
    expect(texts().some((text) => /^<Task 'computes' .*> kept the event loop/.test(text))).toBe(
      true,
    );
  });

  test('are not looked for otherwise [loop.debug.slow_callbacks]', async () => {
    await inLoop(function* (loop) {
      loop.slowCallbackDuration = 0;
      loop.callSoon(() => {});
      yield;
    });
    expect(texts()).toEqual([]);
  });

  test('that are fast enough are not named', async () => {
    await inLoop(function* (loop) {
      loop.setDebug(true);
      loop.callSoon(() => {});
      yield;
    });
    expect(texts()).toEqual([]);
  });
});
