import type { CurrentJob, PoolStream, StreamStep, ThreadPoolExecutor } from 'skein/executors';
import { currentJob } from 'skein/executors';
import { expectType } from './expect-type.ts';

declare const pool: ThreadPoolExecutor;
declare function lines(path: string, from?: number): AsyncGenerator<string, number>;
declare function numbers(to: number): Generator<number, 'end'>;
declare function promises(): Generator<Promise<Date>, void>;
declare function list(): string[];
declare function chunks<T>(items: T[]): Generator<T[], string>;
declare function unknownItems(): ReturnType<typeof JSON.parse>;
declare function later(): Promise<AsyncIterable<bigint>>;
declare function square(n: number): number;
declare function text(): string;
declare function reporting(this: CurrentJob<{ done: number }>, to: number): Generator<Date, void>;
declare function reportsOnly(this: CurrentJob<{ done: number }>, to: number): string;

async function streams() {
  expectType<PoolStream<string, number>>()(pool.stream(lines, 'file'));
  expectType<PoolStream<string, number>>()(pool.stream(lines, 'file', 3));
  expectType<PoolStream<number, 'end'>>()(pool.stream(numbers, 3));
  expectType<PoolStream<Date, void>>()(pool.stream(promises));
  for await (const line of pool.stream(lines, 'file')) expectType<string>()(line);
  for await (const item of pool.stream(list)) expectType<string>()(item);
  for await (const item of pool.stream(later)) expectType<bigint>()(item);
  expectType<PoolStream<number[], string>>()(pool.stream(chunks, [1]));
  expectType<PoolStream<string | number, void>>()(
    pool.stream(
      function* (a, b) {
        yield a;
        yield b;
      },
      'a',
      1,
    ),
  );
  expectType<PoolStream<unknown, unknown>>()(pool.stream(unknownItems));
  for await (const item of pool.streamWith({ bufferSize: 2 }, numbers, 3))
    expectType<number>()(item);

  const stream = pool.stream(numbers, 3);
  expectType<StreamStep<number, 'end'>>()(stream.next());
  const step = await stream.next();
  if (step.done) expectType<'end'>()(step.value);
  else expectType<number>()(step.value);
  // Wherever something asynchronous to iterate is wanted, a stream will do.
  for await (const _ of pool.map(square, stream)) break;
}

function* streamsInCoroutines() {
  using stream = pool.stream(lines, 'file');
  for (let step = yield* stream.next(); !step.done; step = yield* stream.next()) {
    expectType<string>()(step.value);
  }
}

async function progress() {
  pool.submitWith({ onProgress: (value) => expectType<unknown>()(value) }, square, 2);
  expectType<string>()(
    await pool.submitWith(
      { onProgress: (value) => expectType<{ done: number }>()(value) },
      reportsOnly,
      2,
    ),
  );
  pool.streamWith({ onProgress: (value) => expectType<{ done: number }>()(value) }, reporting, 2);
  currentJob<number>()?.progress(3);
  currentJob()?.progress('anything');
}

// ── What must not compile ─────────────────────────────────────────────────────────────────────────────────────────

// @ts-expect-error a number has no items
pool.stream(square, 2);
// @ts-expect-error the letters of a text are hardly meant
pool.stream(text);
// @ts-expect-error the first argument is a number
pool.stream(numbers, 'three');
// @ts-expect-error an argument is missing
pool.stream(numbers);
// @ts-expect-error a call is not a function
pool.stream(numbers(3));
// @ts-expect-error a stream has no such option
pool.streamWith({ buffer: 3 }, numbers, 3);
// @ts-expect-error items that were taken would come again
pool.streamWith({ idempotent: true }, numbers, 3);
// @ts-expect-error an ordinary job has no buffer
pool.submitWith({ bufferSize: 3 }, square, 3);
// @ts-expect-error the job reports objects
pool.submitWith({ onProgress: (value: string) => value }, reportsOnly, 2);
// @ts-expect-error it reports numbers
currentJob<number>()?.progress('three');

void [streams, streamsInCoroutines, progress];
