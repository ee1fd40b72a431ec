/** The table of decision 15: which signal does what, beside which listeners. Real programs are sent real signals. */
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { signalled } from './program.ts';

const codes = { SIGINT: 130, SIGTERM: 143 } as const;
const names = { SIGINT: 'KeyboardInterrupt', SIGTERM: 'SystemExit' } as const;

const both = ['SIGINT', 'SIGTERM'] as const;
/** Listeners that leave the decision to `run()`, and what they write. */
const others: [listeners: string, heard: string[], atExit: (code: number) => string[]][] = [
  ['', [], () => []],
  ['exit-before', [], (code) => [`signal-exit ${code}`]],
  ['exit-after', [], (code) => [`signal-exit ${code}`]],
  ['exit3-before', [], (code) => [`signal-exit 3 ${code}`]],
  ['exit3-after', [], (code) => [`signal-exit 3 ${code}`]],
  ['own-after', ['own listener'], () => []],
];
const table = both.flatMap((signal) => others.map((other) => [signal, ...other] as const));

describe.skipIf(process.platform === 'win32').concurrent('signals', () => {
  test.each(table)(
    'the first %s cancels main beside listeners "%s"',
    async (signal, listeners, heard, atExit) => {
      const code = codes[signal];
      const ended = await signalled('signals', [listeners], [signal], ['ready']);
      expect(ended.lines).toEqual(['ready', ...heard, 'finally', ...atExit(code)]);
      expect([ended.code, ended.signal]).toEqual([code, null]);
      expect(ended.errors).toContain(`${names[signal]}: `);
    },
  );

  test.each(table)(
    'the second %s ends a main that ignores the first beside listeners "%s"',
    async (signal, listeners, heard, atExit) => {
      const code = codes[signal];
      const ended = await signalled(
        'signals',
        ['stubborn', listeners],
        [signal, signal],
        ['ready', 'ignored'],
      );
      expect(ended.lines).toEqual([
        'ready',
        ...heard,
        'ignored',
        ...heard,
        'ignored',
        ...atExit(code),
      ]);
      expect([ended.code, ended.signal]).toEqual([code, null]);
      expect(ended.errors).toContain('does not wait any longer for a task:\n  <Task');
    },
  );

  test.each(both)(
    '%s is left to a listener of the program that was there before',
    async (signal) => {
      for (const other of ['', 'exit-before', 'exit-after', 'exit3-before']) {
        const ended = await signalled(
          'signals',
          ['own-before', other],
          [signal, signal, 'SIGKILL'],
        );
        expect(ended.lines).toEqual(['ready', 'own listener', 'own listener']);
      }
    },
  );

  test('one of the two signals is not taken for the other', async () => {
    const { lines, code } = await signalled('signals', ['own-SIGINT'], ['SIGINT', 'SIGTERM']);
    expect([lines, code]).toEqual([['ready', 'own listener', 'finally'], 143]);
  });

  test('a second signal of the other kind counts as the second', async () => {
    const ended = await signalled('signals', ['stubborn'], ['SIGINT', 'SIGTERM']);
    expect([ended.code, ended.signal]).toEqual([143, null]);
  });

  test('a main that waits for a promise of the host is left at the second signal', async () => {
    // Nothing tells that the first has arrived, as nothing in the program notices it.
    const ended = await signalled('signals', ['foreign', 'own-after'], ['SIGINT', 'SIGINT']);
    expect([ended.lines, ended.code]).toEqual([['ready', 'own listener', 'own listener'], 130]);
  });

  test('a signal while a leftover task is waited for ends that', async () => {
    const ended = await signalled('signals', ['leftover', 'own-after'], ['SIGINT'], ['ignored']);
    expect(ended.lines.slice(0, 4)).toEqual(['ready', 'finally', 'ignored', 'own listener']);
    expect([ended.code, ended.signal]).toEqual([130, null]);
  });

  test.each(both)('the exit code that the program has set wins over that of %s', async (signal) => {
    for (const other of ['', 'exit-before']) {
      const { code } = await signalled('signals', ['code', other], [signal]);
      expect(code).toBe(7);
    }
  });

  test.each(both)('a program that catches the error of %s decides how it ends', async (signal) => {
    const caught = await signalled('signals', ['caught'], [signal]);
    expect(caught.lines.at(-1)).toBe(`${names[signal]} ${codes[signal]}`);
    expect([caught.code, caught.errors]).toEqual([0, '']);
    const handled = await signalled('signals', ['handled'], [signal]);
    expect([handled.lines.at(-1), handled.code]).toEqual([`handled ${names[signal]}`, 0]);
  });

  test.each(both)(
    'with `interrupts: false` %s is left to the host and to others',
    async (signal) => {
      const plain = await signalled('signals', ['off'], [signal]);
      expect([plain.lines, plain.code, plain.signal]).toEqual([['ready'], null, signal]);
      const beside = await signalled('signals', ['off', 'exit-before'], [signal]);
      expect(beside.lines).toEqual(['ready', `signal-exit ${signal}`]);
      expect(beside.signal).toBe(signal);
    },
  );

  test('SIGHUP is not taken: the host kills the process', async () => {
    const { lines, signal } = await signalled('signals', [], ['SIGHUP']);
    expect([lines, signal]).toEqual([['ready'], 'SIGHUP']);
  });

  test('a task of another make, which has no `uncancel()`, ends in its CancelledError [run.task_without_uncancel_ok]', async () => {
    const ended = await signalled('other-make', [], ['SIGINT']);
    expect([ended.lines, ended.code]).toEqual([['ready', 'CancelledError: '], 0]);
  });

  test('jobs in workers leave signals to the program', async () => {
    const { lines } = await signalled('in-workers', [], []);
    expect(lines).toEqual(['thread: 0 0', 'process: 0 0']);
  });

  test('two copies of the package in one program cancel what each of them runs', async () => {
    const ended = await signalled('two-copies', [], ['SIGINT']);
    expect([...ended.lines].sort()).toEqual(['KeyboardInterrupt', 'KeyboardInterrupt', 'ready']);
  });
});
