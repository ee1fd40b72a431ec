import {
  ContextVar,
  createTask,
  EventLoop,
  type ExceptionContext,
  Handle,
  run,
  sleep,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

let written: MockInstance<typeof console.error>;
beforeEach(() => {
  written = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  written.mockRestore();
});
const texts = () => written.mock.calls.map((args) => args.map(String).join(' '));

describe('an error in a callback', () => {
  test('is reported with the handle, and the loop goes on [loop.excmgr.callback_errors]', async () => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      const error = new Error('boom');
      const log: string[] = [];
      const handle = loop.callSoon(function refresh() {
        throw error;
      });
      loop.callSoon(() => log.push('next'));
      yield;
      expect(log).toEqual(['next']);
      expect(reports).toEqual([
        { message: 'Exception in callback refresh()', exception: error, handle },
      ]);
      expect(reports[0]?.handle).toBeInstanceOf(Handle);
    });
  });

  test('is reported with the place where the callback was scheduled in debug mode [loop.excmgr.callback_errors] [loop.handle.debug_creation_stack]', async () => {
    await inLoop(function* (loop) {
      loop.setDebug(true);
      const reports = recordReports(loop);
      function schedules(): void {
        loop.callSoon(() => {
          throw new Error('boom');
        });
        loop.callLater(1, () => {
          throw new Error('boom');
        });
      }
      schedules();
      yield* sleep(5);
      expect(reports).toHaveLength(2);
      for (const { creation } of reports) expect(creation).toContain('schedules');
    });
  });

  test('is reported in the context of the callback, with what that set [fut.ctx.exception_handler_runs_in_handle_context]', async () => {
    const colour = new ContextVar('colour', { defaultValue: 'none' });
    await inLoop(function* (loop) {
      const seen: string[] = [];
      loop.setExceptionHandler(() => seen.push(colour.get()));
      colour.set('red');
      loop.callSoon(() => {
        throw new Error('boom');
      });
      loop.callSoon(() => {
        colour.set('green');
        throw new Error('boom');
      });
      colour.set('blue');
      yield;
      expect(seen).toEqual(['red', 'green']);
    });
  });

  test('may be any value', async () => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      for (const thrown of [undefined, null, 0, '']) {
        loop.callSoon(() => {
          throw thrown;
        });
      }
      yield;
      expect(reports.map((report) => ['exception' in report, report.exception])).toEqual([
        [true, undefined],
        [true, null],
        [true, 0],
        [true, ''],
      ]);
    });
  });
});

describe('setExceptionHandler()', () => {
  test('has the handler called with the loop and what is known [loop.excmgr.custom]', () => {
    const loop = new EventLoop();
    const calls: unknown[][] = [];
    const handler = (...args: unknown[]) => calls.push(args);
    loop.setExceptionHandler(handler);
    expect(loop.getExceptionHandler()).toBe(handler);
    const context: ExceptionContext = { message: 'what happened', exception: new Error('boom') };
    loop.callExceptionHandler(context);
    expect(calls).toEqual([[loop, context]]);
    expect(written).not.toHaveBeenCalled();
    loop.close();
  });

  test('brings back the default, which writes to the console, when given undefined [loop.excmgr.reset]', () => {
    const loop = new EventLoop();
    const calls: unknown[] = [];
    loop.setExceptionHandler((_, context) => calls.push(context));
    loop.setExceptionHandler(undefined);
    expect(loop.getExceptionHandler()).toBeUndefined();
    loop.callExceptionHandler({ message: 'what happened', exception: new RangeError('boom') });
    expect(calls).toEqual([]);
    expect(texts()).toMatchInlineSnapshot(`
      [
        "what happened 
       RangeError: boom",
      ]
    `);
    loop.close();
  });

  test('refuses what is no function [loop.excmgr.invalid]', () => {
    const loop = new EventLoop();
    for (const value of [null, 42, 'handler', {}]) {
      expect(() => loop.setExceptionHandler(value as never)).toThrow(TypeError);
    }
    expect(() => loop.setExceptionHandler(42 as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`setExceptionHandler()\` expected a function to call, but got 42 (number).]`,
    );
    loop.close();
  });
});

describe('a `callExceptionHandler()` that a subclass overrides, and that throws,', () => {
  class Loud extends VirtualEventLoop {
    override callExceptionHandler(): never {
      throw new RangeError('from the override');
    }
  }

  test('is told, with what it was given, and ends nothing', async () => {
    const loop = new Loud();
    await loop.runUntilComplete(
      (function* () {
        loop.callSoon(function refresh() {
          throw new RangeError('boom');
        });
        yield;
        yield;
      })(),
    );
    loop.close();
    expect(texts()).toEqual([
      'Exception in the exception handler, while it handled the next one \n RangeError: from the override',
      'Exception in callback refresh()\n<Handle refresh()> \n RangeError: boom',
    ]);
  });

  test('keeps no task from its clean-up when run() ends in debug mode', async () => {
    const log: string[] = [];
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      const result = await run(
        function* () {
          createTask(function* () {
            try {
              yield* sleep(60_000);
            } finally {
              log.push('cleaned up');
            }
          });
          yield* sleep(1);
          return 'result';
        },
        { loop: () => new Loud(), debug: true },
      );
      expect([result, log]).toEqual(['result', ['cleaned up']]);
    } finally {
      warned.mockRestore();
    }
  });
});

describe('the default exception handler', () => {
  test('writes the message, the text form and the exception', async () => {
    await inLoop(function* (loop) {
      loop.callSoon(function refresh() {
        throw new RangeError('boom');
      });
      yield;
    });
    expect(texts()).toMatchInlineSnapshot(`
      [
        "Exception in callback refresh()
      <Handle refresh()> 
       RangeError: boom",
      ]
    `);
  });

  test('writes that undefined was thrown', () => {
    const loop = new EventLoop();
    loop.callExceptionHandler({ message: 'with one', exception: undefined });
    loop.callExceptionHandler({ message: 'with none' });
    expect(written.mock.calls.map((args) => args.length)).toEqual([3, 1]);
    expect(written.mock.calls[0]?.[2]).toBeUndefined();
    loop.close();
  });

  test('names the task whose exception nobody looked at', async () => {
    const loop = virtualLoop();
    await loop.runUntilComplete(
      (function* () {
        loop.createTask(
          function* () {
            throw new RangeError('boom');
          },
          { name: 'fetch the news' },
        );
        yield* sleep(1);
      })(),
    );
    loop.close();
    expect(texts()).toMatchInlineSnapshot(`
      [
        "Task exception was never retrieved
      <Task 'fetch the news' failed exception=RangeError(boom)> 
       RangeError: boom",
      ]
    `);
  });

  test('that fails does not stop the loop [loop.excmgr.broken_default]', async () => {
    written.mockImplementation(() => {
      throw new Error('the console is gone');
    });
    const log: string[] = [];
    await inLoop(function* (loop) {
      loop.callSoon(() => {
        throw new Error('boom');
      });
      loop.callSoon(() => log.push('next'));
      yield;
    });
    expect(log).toEqual(['next']);
    expect(written).toHaveBeenCalled();
  });
});

test('an exception handler that throws is reported by the default one, with what it was given [loop.excmgr.broken_custom]', async () => {
  const log: string[] = [];
  await inLoop(function* (loop) {
    loop.setExceptionHandler(() => {
      throw new TypeError('a broken handler');
    });
    loop.callSoon(function refresh() {
      throw new RangeError('boom');
    });
    loop.callSoon(() => log.push('next'));
    yield;
  });
  expect(log).toEqual(['next']);
  expect(texts()).toMatchInlineSnapshot(`
    [
      "Exception in the exception handler, while it handled the next one 
     TypeError: a broken handler",
      "Exception in callback refresh()
    <Handle refresh()> 
     RangeError: boom",
    ]
  `);
});
