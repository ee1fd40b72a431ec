/** A stream over a worker that does what the test says: what is granted, what keeps the program alive, what gets lost. */
import 'skein';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ClaimTable } from '../../../src/executors/crossing/claim-table.ts';
import type { LineEvents, LineToWorker } from '../../../src/executors/crossing/line.ts';
import { isList, mark, type ToWorker } from '../../../src/executors/crossing/protocol.ts';
import { Pool } from '../../../src/executors/pool/pool.ts';
import { PoolStream } from '../../../src/executors/pool/streams/pool-stream.ts';
import type { StreamJob } from '../../../src/executors/pool/streams/stream-job.ts';

type Said = Exclude<ToWorker, readonly unknown[]>;

/** Runs one stream, the first job that it is given. */
class FakeWorker implements LineToWorker {
  readonly place = 'a fake';
  readonly threadId = undefined;
  readonly pid = undefined;
  readonly sharesMemory = true;
  keepsAlive = true;
  readonly said: Said[] = [];
  readonly events: LineEvents;
  #sent = 0;

  constructor(events: LineEvents) {
    this.events = events;
  }

  post(message: ToWorker): void {
    if (isList(message)) {
      this.#table.claim(message[0]);
    } else {
      this.said.push(message);
    }
  }

  get #table(): ClaimTable {
    return new ClaimTable((this.said[0] as Said & { type: 'start' }).claims);
  }

  send(...items: unknown[]): void {
    this.events.message({
      mark,
      type: 'items',
      seq: 0,
      after: this.#sent,
      items,
      refused: undefined,
    });
    this.#sent += items.length;
  }

  /** A message does not arrive. */
  lose(...items: unknown[]): void {
    this.#sent += items.length;
    this.events.unreadable(new RangeError('half a message'));
  }

  end(value: unknown): void {
    this.#table.finish(0);
    this.events.message([mark, 0, 0, -1, 0, 1, value]);
  }

  terminate(): void {}

  ref(): void {
    this.keepsAlive = true;
  }

  unref(): void {
    this.keepsAlive = false;
  }
}

let worker: FakeWorker;
let pool: Pool;

beforeEach(() => {
  pool = new Pool({
    kind: 'FakeExecutor',
    maxWorkers: 1,
    minWorkers: 0,
    idleTimeout: Number.POSITIVE_INFINITY,
    maxQueue: Number.POSITIVE_INFINITY,
    maxTasks: Number.POSITIVE_INFINITY,
    maxPrefetch: Number.POSITIVE_INFINITY,
    unresponsiveTimeout: Number.POSITIVE_INFINITY,
    grace: Number.POSITIVE_INFINITY,
    namePrefix: 'fake',
    initializer: undefined,
    teardown: undefined,
    tsx: undefined,
    isProgram: undefined,
    open: (_name, events) => {
      worker = new FakeWorker(events);
      return worker;
    },
  });
});
afterEach(async () => {
  void pool.shutdown({ wait: false });
});

async function begin(bufferSize: number): Promise<PoolStream<unknown, unknown>> {
  const fn = function* items() {};
  const { _owner } = pool.submit(fn, [], {}, fn, bufferSize);
  worker.events.message({ mark, type: 'ready' });
  await Promise.resolve();
  return new PoolStream(_owner as StreamJob);
}

const granted = (): number[] =>
  worker.said.flatMap((each) => (each.type === 'grant' ? [each.count] : []));

test('what is taken is granted again, half a buffer at a time', async () => {
  const stream = await begin(6);
  worker.send(1, 2, 3, 4);
  await stream.next();
  await stream.next();
  expect(granted()).toEqual([]);
  await stream.next();
  expect(granted()).toEqual([3]);
  await stream.next();
  worker.send(5, 6);
  await stream.next();
  await stream.next();
  expect(granted()).toEqual([3, 3]);
});

test('who waits is given an item without delay, and what it takes is granted', async () => {
  const stream = await begin(1);
  const step = stream.next();
  worker.send('a');
  expect(await step).toEqual({ done: false, value: 'a' });
  expect(granted()).toEqual([1]);
});

test('only a stream that works keeps the program alive', async () => {
  const stream = await begin(2);
  expect(worker.keepsAlive).toBe(true);
  worker.send(1, 2);
  expect(worker.keepsAlive).toBe(false);
  await stream.next();
  expect(worker.keepsAlive).toBe(true);
  worker.send(3);
  expect(worker.keepsAlive).toBe(false);
  // It is asked to stop, which is awaited.
  const left = stream.return();
  expect(worker.keepsAlive).toBe(true);
  expect(worker.said.at(-1)).toMatchObject({ type: 'abort', reason: { timeout: false } });
  worker.end(undefined);
  expect(await left).toEqual({ done: true, value: undefined });
});

test('items that do not arrive fail the stream, after those that did', async () => {
  const stream = await begin(10);
  worker.send(1);
  worker.lose(2);
  // The worker tells how many there were.
  expect(worker.said.at(-1)).toEqual({ type: 'report' });
  worker.send();
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  await expect(stream.next()).rejects.toThrow(
    'An item of `items` was copied, but could not be put together again: it did not arrive.',
  );
  expect(worker.said.at(-1)).toMatchObject({ type: 'abort' });
});

test('items that come after the stream was left are dropped', async () => {
  const stream = await begin(10);
  worker.send(1);
  void stream.return();
  worker.send(2);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  worker.end(undefined);
});
