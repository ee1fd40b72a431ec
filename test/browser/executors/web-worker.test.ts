/** What only Web Workers have. */
import { getEventLoop, toThread } from 'skein';
import {
  BrokenExecutor,
  type CurrentJob,
  ThreadPoolExecutor,
  WorkerLostError,
} from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebWorkerLine } from '../../../src/executors/lines/web-worker/program.ts';
import { running } from '../../contracts/executor.contract.ts';
import { thrownBy } from '../../contracts/thrown-by.ts';
import * as work from '../../node/executors/fixtures/work.mjs';

/** A worker of this text, which a module of the program would be. */
function workerOf(text: string): Worker {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  return new Worker(url, { type: 'module' });
}

describe('a Web Worker of a ThreadPoolExecutor', () => {
  let pool: ThreadPoolExecutor;
  beforeEach(() => {
    pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  });
  afterEach(async () => {
    await pool.shutdown({ cancelRunning: true });
  });

  test('is another global scope, with a name', async () => {
    const scope = () => [typeof document, self.name];
    expect(await pool.submit(scope)).toEqual(['undefined', pool.statistics().workers[0]?.name]);
  });

  test('is what `toThread()` uses', async () => {
    expect(await toThread(() => typeof document)).toBe('undefined');
    await getEventLoop().shutdownDefaultExecutor();
  });

  test('that closes itself takes its job along, and says so', async () => {
    const lost = pool.submit(function leave() {
      self.close();
    });
    const next = pool.submit(work.add, 1, 1);
    const error = await thrownBy<Error>(lost);
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error.message).toMatch(
      /^The worker \(web worker .+\) ended while it ran `leave`: it closed itself\. /,
    );
    expect(error).toMatchObject({ exitCode: undefined, threadId: undefined, pid: undefined });
    expect(await next).toBe(2);
  });

  test('sends outcomes as ever after a job has replaced `postMessage`', async () => {
    const replaced = pool.submit(() => {
      globalThis.postMessage = () => undefined;
      return 'replaced';
    });
    expect(await Promise.all([replaced, pool.submit(() => 'next')])).toEqual(['replaced', 'next']);
  });

  test('lives on when a job has a listener of its own for what nobody catches', async () => {
    const heard = pool.submit(
      () =>
        new Promise((resolve) => {
          addEventListener('error', (event) => {
            event.preventDefault();
            resolve(event.error.message);
          });
          setTimeout(() => {
            throw new RangeError('expected');
          });
        }),
    );
    expect(await heard).toBe('expected');
    const [worker] = pool.statistics().workers;
    expect(await pool.submit(work.add, 1, 1)).toBe(2);
    expect(pool.statistics().workers[0]?.name).toBe(worker?.name);
  });

  test('cannot be given a limit for its heap', () => {
    expect(() => new ThreadPoolExecutor({ maxHeapMb: 32 })).toThrow(
      new TypeError(
        '`new ThreadPoolExecutor()` expected no `maxHeapMb`, as a browser sets no limit to the heap of such a worker. Leave it out.',
      ),
    );
  });

  test('tells of a name from outside that a function by source uses, when it runs', async () => {
    const factor = 3;
    const error = await thrownBy<Error>(pool.submit((n: number) => n * factor, 1));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('uses `factor` from outside, and only its source goes');
  });

  test('can load a module by its URL', async () => {
    const url = URL.createObjectURL(
      new Blob(['export const answer = 42;'], { type: 'text/javascript' }),
    );
    const load = async (from: string) => (await import(/* @vite-ignore */ from)).answer;
    expect(await pool.submit(load, url)).toBe(42);
  });

  test.runIf(!crossOriginIsolated)(
    'that shares no memory hears of a cancellation when its event loop turns',
    async () => {
      const waiting = pool.submit(work.untilAborted);
      await running(waiting);
      waiting.cancel('enough');
      expect(await pool.submit(work.lastAbort)).toEqual(['CancelledError', 'enough']);
    },
  );

  test('has memory moved to it, and back', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const back = await pool.submitWith(
      { transfer: [bytes.buffer] },
      function grow(this: CurrentJob, given: Uint8Array<ArrayBuffer>) {
        given[0] = 9;
        return this.transfer(given, [given.buffer]);
      },
      bytes,
    );
    expect([bytes.length, [...back]]).toEqual([0, [9, 2, 3]]);
  });

  test.runIf(crossOriginIsolated)('shares memory', async () => {
    const words = new Int32Array(new SharedArrayBuffer(4));
    await pool.submit((shared: Int32Array) => void Atomics.add(shared, 0, 5), words);
    expect(words[0]).toBe(5);
  });
});

describe('Web Workers that cannot start', () => {
  async function reasonOf(worker: () => Worker): Promise<BrokenExecutor> {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, worker });
    const error = await thrownBy<Error>(pool.submit(work.add, 1, 1));
    expect(error).toBeInstanceOf(BrokenExecutor);
    expect(() => pool.submit(work.add, 1, 1)).toThrow(BrokenExecutor);
    expect(pool.statistics().workers).toEqual([]);
    return error as BrokenExecutor;
  }

  test('as their module is missing break the executor', async () => {
    const started: unknown[] = [];
    const error = await reasonOf(() => {
      started.push(1);
      return new Worker('/no-such-module.js', { type: 'module' });
    });
    expect(started).toHaveLength(3);
    expect(error.message).toBe(
      'The workers of this ThreadPoolExecutor cannot start: their module did not load; the console of the browser says more. Make a new executor once that is mended.',
    );
  });

  test('as their module throws tell what it threw', async () => {
    const error = await reasonOf(() => workerOf("throw new RangeError('not today');"));
    expect(error.message).toContain('cannot start: nobody caught RangeError: not today. Make');
    expect(error.cause).toMatchObject({ name: 'RangeError', message: 'not today' });
  });

  test('as `worker` throws tell what it threw', async () => {
    const error = await reasonOf(() => {
      throw new RangeError('none left');
    });
    expect(error.message).toContain('cannot start: RangeError: none left. Make');
  });

  test('as `worker` answers none tell what it answered', async () => {
    const error = await reasonOf(() => 5 as never);
    expect(error.message).toContain(
      '`new ThreadPoolExecutor()` expected `worker()` to answer a Worker, but got 5 (number). Return what `new Worker(…)` makes. Make a new executor',
    );
  });

  test('as their module never calls `serve()` are not waited for for ever', async () => {
    const ended = await new Promise((resolve) => {
      const events = {
        message: () => {},
        unreadable: () => {},
        broken: () => {},
        ended: resolve,
      };
      new WebWorkerLine('silent', workerOf('') as never, events, 1);
    });
    expect(ended).toMatchObject({
      reason: 'they say nothing for 1 ms. Their module has to call `serve()`',
    });
  });
});

describe('the option `worker`', () => {
  test('is a function', () => {
    // @ts-expect-error a worker is not shared by all
    expect(() => new ThreadPoolExecutor({ worker: workerOf('') })).toThrow(
      /^`new ThreadPoolExecutor\(\)` expected `worker` to be a function that starts one, but got /,
    );
  });

  test('leaves the limits to whoever starts the worker', () => {
    expect(() => new ThreadPoolExecutor({ worker: () => workerOf(''), maxHeapMb: 10 })).toThrow(
      '`new ThreadPoolExecutor()` expected `worker` or `maxHeapMb`, but got both. Whoever starts a worker limits it: `new Worker(url, { resourceLimits })`.',
    );
  });
});
