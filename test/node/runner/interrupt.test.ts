/** Ctrl-C, sent to programs of their own. They tell when they are ready, so nothing here waits for a time. */
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { type Ended, signalled } from './program.ts';

/** Runs a program, and interrupts it at each line that is among `at`. */
function interrupted(name: string, args: string[] = [], at = ['ready']): Promise<Ended> {
  return signalled(name, args, Array(10).fill('SIGINT'), at);
}

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  test.each([
    ['waits for a future', 'coroutine'],
    ['is an async function', 'asynchronous'],
    ['never stops spinning', 'spinning'],
  ])(
    'cancels a main that %s, and lets it clean up [run.interrupt_cancels_main]',
    async (_, how) => {
      expect(await interrupted('cleanup', [how])).toEqual({
        lines: [
          'ready',
          'clean',
          'KeyboardInterrupt: Interrupted from the keyboard (SIGINT).',
          'listeners: 0',
        ],
        errors: '',
        code: 0,
        signal: null,
      });
    },
  );

  test('ends a program that does not catch it with an error and with code 130, as shells say of SIGINT', async () => {
    const { code, signal, errors } = await interrupted('uncaught');
    expect([code, signal]).toEqual([130, null]);
    expect(errors).toContain('KeyboardInterrupt: Interrupted from the keyboard (SIGINT).');
  });

  test('interrupts run() when it is pressed again', async () => {
    expect(await interrupted('stubborn', ['1'], ['ready', 'ignored'])).toEqual({
      lines: ['ready', 'ignored', 'KeyboardInterrupt, listeners: 0'],
      errors: '',
      code: 0,
      signal: null,
    });
  });

  test('kills a main that ignores even that when it is pressed a third time', async () => {
    const { lines, signal } = await interrupted('stubborn', ['1000'], ['ready', 'ignored']);
    expect(lines.slice(0, 3)).toEqual(['ready', 'ignored', 'ignored']);
    expect(signal).toBe('SIGINT');
  });

  test('lets a main that catches it return its result', async () => {
    const { lines, code } = await interrupted('returns');
    expect(lines).toEqual(['ready', 'the result']);
    expect(code).toBe(0);
  });

  test('cancels all that runs when several are under way, and lets all clean up', async () => {
    const { lines, errors, code } = await interrupted('two-runs');
    expect(lines.slice(0, 1)).toEqual(['ready']);
    expect(lines.slice(1, 3).sort()).toEqual(['a is clean', 'b is clean']);
    expect(lines.slice(3)).toEqual(['KeyboardInterrupt', 'KeyboardInterrupt', 'listeners: 0']);
    expect([errors, code]).toEqual(['', 0]);
  });

  test('is told as a cancellation when somebody else cancelled main too [run.interrupt_of_already_cancelled]', async () => {
    const { lines } = await interrupted('cancelled-too');
    expect(lines).toEqual(['ready', 'CancelledError']);
  });

  test('is left to a listener of the program', async () => {
    const { lines, code } = await interrupted('own-listener');
    expect(lines).toEqual(['ready', 'own listener', 'own end']);
    expect(code).toBe(0);
  });

  test('leaves the runner usable, and no listener behind', async () => {
    const { lines, code } = await interrupted('second-run');
    expect(lines).toEqual([
      'first',
      'listeners: 0',
      'ready',
      'KeyboardInterrupt',
      'listeners: 0',
      'third',
    ]);
    expect(code).toBe(0);
  });

  test('has the tasks that main left running cancelled and awaited', async () => {
    const { lines } = await interrupted('leftovers');
    expect(lines).toEqual(['ready', 'leftover is clean', 'KeyboardInterrupt']);
  });
});
