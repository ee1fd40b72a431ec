/** Each call of executors refuses at once what it cannot use, in one form: what it expected, and what it got. */
import { getEventLoop } from 'skein';
import {
  declareFunctions,
  InlineExecutor,
  MapResults,
  PoolFuture,
  PoolStream,
  StreamStep,
  ThreadPoolExecutor,
  WorkerLostError,
} from 'skein/executors';
import { DeadlockError } from 'skein/testing';
import { expect, test } from 'vitest';

type Untyped = new (...args: unknown[]) => unknown;

const hostile = [undefined, null, 5, Symbol(), Object.create(null), {}, () => {}];

function expectRefused(call: () => unknown): void {
  expect(call).toThrow(/expected [\s\S]*, but got /);
}

test('constructors that only the library calls say so', () => {
  const classes = [DeadlockError, MapResults, PoolFuture, PoolStream, StreamStep, WorkerLostError];
  for (const each of classes as unknown as Untyped[]) {
    for (const value of hostile) {
      expectRefused(() => new each(value));
      expectRefused(() => new each(value, value, [value], value));
      expectRefused(() => new each(getEventLoop(), value, [value], value));
    }
  }
});

test('the name of a job is a string', async () => {
  await using executor = new InlineExecutor();
  const same = (x: number) => x;
  for (const name of hostile.slice(1)) {
    expectRefused(() => executor.submitWith({ name: name as never }, same, 1));
    expectRefused(() => executor.streamWith({ name: name as never }, async function* () {}));
  }
  expect(await executor.submitWith({ name: 'one' }, same, 1)).toBe(1);
});

test('the prefix of the names of threads is a string', () => {
  for (const prefix of hostile.slice(1)) {
    expectRefused(() => new ThreadPoolExecutor({ threadNamePrefix: prefix as never }));
  }
});

test('the place of a module is a URL', () => {
  for (const url of hostile.slice(1)) expectRefused(() => declareFunctions(url as never, {}));
});

test('an input of map() has an iterator', () => {
  const executor = new InlineExecutor();
  const same = (x: number) => x;
  for (const begin of [5, () => 5, () => ({}), () => ({ next: 5 })]) {
    expectRefused(() => executor.map(same, { [Symbol.iterator]: begin } as never));
    expectRefused(() => executor.map(same, { [Symbol.asyncIterator]: begin } as never));
  }
});
