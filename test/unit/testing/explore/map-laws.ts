/** Laws of `mapConcurrent()`: no call outlives it, no item is lost or taken twice, and the limits hold. */
import {
  type Coroutine,
  channel,
  createTask,
  getEventLoop,
  mapConcurrent,
  Queue,
  type Task,
  wait,
} from 'skein';
import type { Environment } from 'skein/testing';
import type { Law } from './laws.ts';
import { deliversLate } from './style-of-laws.ts';

function check(isRight: boolean, text: string): void {
  if (!isRight) throw new Error(text);
}

/** Reads all results in a task that may be cancelled. */
function read(
  env: Environment,
  results: { next(): Coroutine<IteratorResult<number, undefined>> },
  seen: number[],
): Task<void> {
  return env.mayCancel(
    createTask(
      function* () {
        for (let step = yield* results.next(); !step.done; step = yield* results.next()) {
          seen.push(step.value);
        }
      },
      { name: 'reader' },
    ),
  );
}

function limitsLaw(ordered: boolean): Law {
  return {
    name: `mapConcurrent() with results ${ordered ? 'in order' : 'in any order'} keeps its limits, and leaves no call behind`,
    *main(env) {
      let running = 0;
      let closed = 0;
      let taken = 0;
      const items = function* () {
        try {
          for (let n = 0; n < 4; n++) {
            taken++;
            yield n;
          }
        } finally {
          closed++;
        }
      };
      const work = function* (n: number): Coroutine<number> {
        running++;
        try {
          check(running <= 2, `${running} calls run`);
          yield* env.answer(`call ${n}`);
        } finally {
          running--;
        }
        return n;
      };
      const results = mapConcurrent(items(), work, { concurrency: 2, bufferSize: 3, ordered });
      const seen: number[] = [];
      const reading = read(env, results, seen);
      yield* wait([reading]);
      check(running === 0, `${running} calls run on`);
      check(taken === 0 || closed === 1, `the items were closed ${closed} times`);
      check(taken <= seen.length + 4, `${taken} items were taken for ${seen.length} results`);
      if (!reading.cancelled()) check(seen.length === 4, `${seen} of 4 results`);
      const sorted = [...seen].sort();
      check(new Set(seen).size === seen.length, `twice: ${seen}`);
      if (ordered) check(seen.join() === sorted.join(), `in the order ${seen}`);
      if (ordered)
        check(
          seen.every((n, at) => n === at),
          `results are missing: ${seen}`,
        );
    },
  };
}

function takingLaw(kind: 'queue' | 'channel'): Law {
  return {
    name: `mapConcurrent() calls its function with each item that it takes of a ${kind}, and the others stay there`,
    *main(env) {
      const called: number[] = [];
      const queue = new Queue<number>();
      const { sender, receiver } = channel<number>(3);
      const work = function* (n: number): Coroutine<number> {
        called.push(n);
        yield* env.answer(`call ${n}`);
        return n;
      };
      const items = kind === 'queue' ? queue : receiver;
      const results = mapConcurrent(items, work, { concurrency: 2 });
      const reading = read(env, results, []);
      const adding = createTask(
        function* () {
          for (const n of [0, 1, 2]) {
            yield* env.answer(`item ${n}`);
            if (kind === 'queue') queue.putNowait(n);
            else sender.sendNowait(n);
          }
        },
        { name: 'adds' },
      );
      yield* env.quiet();
      const left = kind === 'queue' ? queue.size : receiver.statistics().size;
      check(
        called.every((n, at) => n === at),
        `called with ${called}`,
      );
      check(
        called.length + left === 3 || reading.cancelling() > 0,
        `called with ${called}, ${left} are left`,
      );
      check(called.length + left >= 3, `an item is lost: called with ${called}, ${left} are left`);
      reading.cancel();
      yield* wait([reading, adding]);
    },
  };
}

const failureLaw: Law = {
  name: 'a failure of mapConcurrent() comes behind the results before it, when no call runs any more',
  *main(env) {
    let running = 0;
    let closed = false;
    const failed: string[] = [];
    const items = function* () {
      try {
        for (const n of [0, 1, 2]) yield n;
      } finally {
        closed = true;
      }
    };
    const work = function* (n: number): Coroutine<number> {
      running++;
      try {
        yield* env.answer(`call ${n}`, undefined, { fails: new RangeError(`${n}`) });
      } catch (error) {
        if (error instanceof RangeError) failed.push(error.message);
        throw error;
      } finally {
        running--;
      }
      return n;
    };
    const results = mapConcurrent(items(), work, { concurrency: 2 });
    const seen: number[] = [];
    let thrown: unknown;
    try {
      for (let step = yield* results.next(); !step.done; step = yield* results.next()) {
        seen.push(step.value);
      }
    } catch (error) {
      thrown = error;
    }
    check(running === 0 && closed, `${running} calls run on, the items are closed: ${closed}`);
    check(
      seen.every((n, at) => n === at),
      `results are missing: ${seen}`,
    );
    if (failed.length === 0) check(thrown === undefined && seen.length === 3, `${thrown}, ${seen}`);
    else check((thrown as Error).message === `${seen.length}`, `${thrown} after ${seen}`);
  },
};

const settleLaw: Law = {
  name: "mapConcurrent() with onError: 'settle' gives each call one outcome in its place, and fails for none",
  *main(env) {
    // A call that has failed when it is cancelled has no outcome any more: its error is reported.
    if (deliversLate) getEventLoop().setExceptionHandler(() => {});
    let running = 0;
    let closed = false;
    const told: string[] = [];
    const items = function* () {
      try {
        for (const n of [0, 1, 2]) yield n;
      } finally {
        closed = true;
      }
    };
    const work = function* (n: number): Coroutine<number> {
      running++;
      try {
        yield* env.answer(`call ${n}`, undefined, { fails: new RangeError(`${n}`) });
        told[n] = 'fulfilled';
      } catch (error) {
        if (error instanceof RangeError) told[n] = 'rejected';
        throw error;
      } finally {
        running--;
      }
      return n;
    };
    const results = mapConcurrent(items(), work, { concurrency: 2, onError: 'settle' });
    const seen: string[] = [];
    const reading = env.mayCancel(
      createTask(
        function* () {
          for (let step = yield* results.next(); !step.done; step = yield* results.next()) {
            const outcome = step.value;
            const at = seen.length;
            const is =
              outcome.status === 'fulfilled'
                ? outcome.value === at
                : outcome.status === 'rejected' && (outcome.reason as Error).message === `${at}`;
            check(is, `outcome ${at} is that of another call, or of none`);
            seen.push(outcome.status);
          }
        },
        { name: 'reader' },
      ),
    );
    yield* wait([reading]);
    check(running === 0, `${running} calls run on`);
    if (reading.cancelled()) return;
    check(reading.exception() === undefined, `${reading.exception()}`);
    check(closed && seen.length === 3, `${seen} for 3 calls, the items are closed: ${closed}`);
    check(seen.join() === told.join(), `told ${seen}, but the calls ended ${told}`);
  },
};

export const mapLaws: readonly Law[] = [
  limitsLaw(true),
  limitsLaw(false),
  failureLaw,
  settleLaw,
  takingLaw('queue'),
  takingLaw('channel'),
];
