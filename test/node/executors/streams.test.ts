import { Future } from 'skein';
import {
  type CurrentJob,
  InlineExecutor,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
} from 'skein/executors';
import { DeadlockError, VirtualEventLoop } from 'skein/testing';
import { expect, test } from 'vitest';
import { streamContract } from '../../contracts/stream.contract.ts';
import { workerStreamContract } from './worker-stream.contract.ts';

streamContract('InlineExecutor', () => new InlineExecutor());
streamContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
streamContract('ProcessPoolExecutor', () => new ProcessPoolExecutor({ maxWorkers: 1 }));
workerStreamContract('ThreadPoolExecutor', (options) => new ThreadPoolExecutor(options));
workerStreamContract('ProcessPoolExecutor', (options) => new ProcessPoolExecutor(options));

test.each([
  ['inline', () => new InlineExecutor()],
  ['in a thread', () => new ThreadPoolExecutor({ maxWorkers: 1 })],
  ['in a process', () => new ProcessPoolExecutor({ maxWorkers: 1 })],
])(
  'a virtual loop waits for a stream that works, and not for one that is paused: %s',
  async (_, create) => {
    const loop = new VirtualEventLoop();
    const executor = create();
    const upTo = function* (to: number): Generator<number> {
      for (let n = 0; n < to; n++) yield n;
    };
    let sum = 0;
    const main = function* () {
      const stream = executor.streamWith({ bufferSize: 2 }, upTo, 10);
      for (let n = 0; n < 5; n++) {
        const step = yield* stream.next();
        sum += step.value ?? 0;
      }
      // Nobody ever settles it, and nobody takes from the stream meanwhile.
      yield* new Future<void>();
      yield* stream.return();
    };
    try {
      await expect(loop.runUntilComplete(main())).rejects.toThrow(DeadlockError);
      expect(sum).toBe(10);
    } finally {
      const close = function* () {
        yield* executor.shutdown({ cancelRunning: true });
      };
      await loop.runUntilComplete(close());
    }
  },
);

test('memory that is shared is refused among the items of a process, and among its reports', async () => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const share = function* share(this: CurrentJob) {
    try {
      this.progress(new SharedArrayBuffer(8));
    } catch (error) {
      yield String(error);
    }
    yield { words: new Int32Array(new SharedArrayBuffer(8)) } as unknown;
  };
  const stream = pool.streamWith({ onProgress: () => {} }, share);
  expect((await stream.next()).value).toContain('in `share` value is memory that is shared');
  const message = await stream.next().catch(String);
  expect(message).toContain('items[1].words is memory that is shared');
});
