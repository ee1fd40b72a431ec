/** Errors of another realm, as jest and `node:vm` make them: there no class is the same as here. */
import { createContext, runInContext } from 'node:vm';
import {
  CancelledError,
  createTask,
  ExceptionGroup,
  Future,
  sleep,
  TimeoutError,
  timeout,
  wait,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';

const realm = createContext();
const there = <Value>(text: string): Value => runInContext(`(${text})`, realm) as Value;

describe('an error of another realm', () => {
  test('is the cause of a cancellation, with its message', async () => {
    const reason = there<Error>("new RangeError('too far')");
    const task = createTask(sleep(60_000));
    task.cancel(reason);
    await wait([task]);
    const error = await task.catch((error: CancelledError) => error);
    expect(error).toMatchObject({ message: 'too far', cause: reason, reason });
  });

  test('is the cause of a cancellation by a signal', async () => {
    const controller = new AbortController();
    const task = createTask(sleep(60_000), { signal: controller.signal });
    controller.abort(there("new TypeError('closed')"));
    await wait([task]);
    expect(await task.catch((error: CancelledError) => error)).toMatchObject({
      message: 'closed',
      cause: { message: 'closed' },
    });
  });

  test.each<[string, unknown]>([
    ['a value without a message', { code: 5 }],
    ['a text', 'stop'],
    [
      'a value whose message throws',
      {
        get message(): string {
          throw new Error('looked at');
        },
      },
    ],
    ['nothing', null],
  ])('is none: %s', (_, reason) => {
    expect(new CancelledError(reason).cause).toBeUndefined();
  });

  test('has the deadline among its causes, when a cleanup fails with it', async () => {
    const wrapped = there<(cause: unknown) => Error>(
      '(cause) => new Error("the cleanup failed", { cause })',
    );
    const loop = new VirtualEventLoop();
    const main = function* () {
      yield* timeout(5, function* () {
        try {
          yield* sleep(60_000);
        } catch (error) {
          throw wrapped(error);
        }
      });
    };
    const error = await loop.runUntilComplete(main()).catch((error: Error) => error);
    expect(error).toMatchObject({ message: 'the cleanup failed' });
    expect((error as Error).cause).toBeInstanceOf(TimeoutError);
  });
});

describe('a class of errors of another realm', () => {
  const group = new ExceptionGroup('several', [
    new TypeError('own'),
    there<Error>("new TypeError('theirs')"),
    new RangeError('own'),
  ]);

  test.each(['TypeError', 'class extends TypeError {}', 'Error', 'RangeError'])(
    'chooses its own instances: %s',
    (text) => {
      const matcher = there<typeof Error>(text);
      const [chosen, rest] = group.split(matcher);
      const theirs = text === 'TypeError' || text === 'Error' ? ['theirs'] : undefined;
      expect(chosen?.errors.map((error) => (error as Error).message)).toEqual(theirs);
      expect(rest?.errors).toHaveLength(theirs === undefined ? 3 : 2);
    },
  );

  test('is no test of errors, and a function is', () => {
    const [chosen] = group.split(function isRange(error: unknown) {
      return error instanceof RangeError;
    });
    expect(chosen?.errors).toHaveLength(1);
  });

  test('is instantiated by setException()', () => {
    const future = new Future<void>();
    future.setException(there('TypeError'));
    expect(future.exception()).toMatchObject({ name: 'TypeError', message: '' });
  });
});
