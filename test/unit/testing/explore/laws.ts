/**
 * What holds for the primitives of the library under all orders, with up to three cancellations. Each law is a program for
 * `explore()`; `npm run mutants` tries whether they notice mistakes in the primitives.
 *
 * Laws are checked at `quiet()`, when a wake-up that got lost shows: a task waits although it need not. A counter is lowered in a
 * `finally`, as a task inside of a critical section may be cancelled.
 */
import {
  Barrier,
  BoundedSemaphore,
  CancelledError,
  Condition,
  type Coroutine,
  createTask,
  currentTask,
  Event,
  ExceptionGroup,
  FIRST_COMPLETED,
  gather,
  getEventLoop,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  shield,
  sleep,
  type Task,
  TimeoutError,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import type { Environment, ExploreOptions } from 'skein/testing';
import { channelLaws } from './channel-laws.ts';
import { limitLaws } from './limit-laws.ts';
import { mapLaws } from './map-laws.ts';
import { scopeLaws } from './scope-laws.ts';
import { deliversLate } from './style-of-laws.ts';
import { togetherLaws } from './together-laws.ts';

export interface Law {
  readonly name: string;
  readonly main: (env: Environment) => Coroutine<void>;
  readonly options?: ExploreOptions;
}

/** The items of a queue: their `next()` returns a coroutine, which async iterators do not tell. */
interface QueueItems {
  next(): Coroutine<IteratorResult<number, undefined>>;
}

function check(isRight: boolean, text: string): void {
  if (!isRight) throw new Error(text);
}

/** Starts tasks that may be cancelled. */
function start(
  env: Environment,
  count: number,
  work: (n: number) => Coroutine<unknown>,
): Task<unknown>[] {
  return Array.from({ length: count }, (_, n) =>
    env.mayCancel(createTask(work(n), { name: `task ${n + 1}` })),
  );
}

const pending = (tasks: readonly Task<unknown>[]): number =>
  tasks.filter((task) => !task.done()).length;

function semaphoreLaw(name: string, count: number, make: () => Semaphore): Law {
  return {
    name,
    *main(env) {
      const slots = make();
      let inside = 0;
      const tasks = start(env, 4, function* (n) {
        yield* slots.acquire();
        inside++;
        try {
          check(inside <= count, `${inside} tasks have one of ${count} slots`);
          yield* env.answer(`work ${n}`);
        } finally {
          inside--;
          slots.release();
        }
      });
      yield* env.quiet();
      check(pending(tasks) === 0, `${pending(tasks)} tasks wait for ever for ${slots}`);
      for (let n = 0; n < count; n++) yield* slots.acquire();
      check(slots.locked(), `a slot too many: ${slots}`);
    },
  };
}

function queueLaw(name: string, make: () => Queue<number>): Law {
  return {
    name,
    *main(env) {
      const queue = make();
      let put = 0;
      let got = 0;
      const putters = start(env, 3, function* (n) {
        yield* queue.put(n);
        put++;
        yield* env.answer(`${n} rests`);
      });
      const getters = start(env, 2, function* (n) {
        yield* env.answer(`${n} comes`);
        yield* queue.get();
        got++;
      });
      yield* env.quiet();
      const waiting = [pending(putters), pending(getters)] as const;
      check(queue.size === put - got, `${put} were put, ${got} taken, but ${queue.size} are left`);
      check(waiting[1] === 0 || queue.empty(), `a task waits for an item, but there are ${queue}`);
      check(
        waiting[0] === 0 || queue.full(),
        `a task waits for room, but there is some in ${queue}`,
      );
      for (const task of [...putters, ...getters]) task.cancel();
      yield* wait([...putters, ...getters]);
    },
  };
}

export const laws: readonly Law[] = [
  {
    name: 'a lock has one holder, and tasks get it in the order in which they came',
    *main(env) {
      const lock = new Lock();
      const served: number[] = [];
      let inside = 0;
      const tasks = start(env, 4, function* (n) {
        yield* lock.with(function* () {
          served.push(n);
          inside++;
          try {
            check(inside === 1, `${inside} tasks hold the lock`);
            yield* env.answer(`work ${n}`);
          } finally {
            inside--;
          }
        });
      });
      yield* env.quiet();
      check(pending(tasks) === 0, `${pending(tasks)} tasks wait for ever for ${lock}`);
      check(!lock.locked(), `${lock} is held by no task`);
      check(served.join() === [...served].sort().join(), `served in the order ${served}`);
    },
  },
  {
    name: 'a newcomer does not get a lock before a task that was woken',
    *main(env) {
      const lock = new Lock();
      const served: string[] = [];
      yield* lock.acquire();
      const waiter = createTask(
        lock.with(function* () {
          served.push('waiter');
        }),
        { name: 'waiter' },
      );
      yield* env.answer('something');
      yield;
      lock.release();
      yield* lock.with(function* () {
        served.push('newcomer');
      });
      yield* waiter;
      check(served.join() === 'waiter,newcomer', served.join());
    },
  },
  {
    name: 'a lock is not lost with a task whose time is up',
    *main(env) {
      const lock = new Lock();
      const tasks = start(env, 3, function* (n) {
        try {
          yield* waitFor(lock.acquire(), 5);
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
          return;
        }
        try {
          yield* sleep(n === 0 ? 5 : 1);
        } finally {
          lock.release();
        }
      });
      yield* env.quiet();
      check(pending(tasks) === 0, `${pending(tasks)} tasks wait for ever for ${lock}`);
      check(!lock.locked(), `${lock} is held by no task`);
    },
  },
  semaphoreLaw('a semaphore grants as many slots as it has', 2, () => new Semaphore(2)),
  semaphoreLaw('a semaphore with one slot is not lost with a task', 1, () => new Semaphore(1)),
  semaphoreLaw('a bounded semaphore grants its slots', 2, () => new BoundedSemaphore(2)),
  {
    name: 'a condition wakes as many tasks as are notified, each with the lock held',
    *main(env) {
      const condition = new Condition();
      let inside = 0;
      let woken = 0;
      let waiting = 0;
      let notified = 0;
      const waiters = start(env, 3, function* () {
        yield* condition.acquire();
        inside++;
        try {
          waiting++;
          inside--;
          try {
            yield* condition.wait();
            woken++;
          } finally {
            check(condition.locked(), 'woken without the lock');
            inside++;
            waiting--;
          }
          check(inside === 1, `${inside} tasks hold the lock`);
          yield* env.answer('works with the lock held');
        } finally {
          inside--;
          condition.release();
        }
      });
      const notifier = createTask(
        function* () {
          for (let n = 0; n < 2; n++) {
            yield* env.answer(`notification ${n}`);
            yield* condition.with(function* () {
              check(inside === 0, 'notified while another task holds the lock');
              if (waiting > 0) notified++;
              condition.notify();
            });
          }
        },
        { name: 'notifier' },
      );
      yield* env.quiet();
      const lost = waiters.filter((task) => task.cancelled()).length;
      check(woken + lost >= notified, `${notified} were notified, ${woken} woken`);
      check(!condition.locked(), `${condition} is locked by no task`);
      for (const task of waiters) task.cancel();
      yield* wait([...waiters, notifier]);
    },
  },
  {
    name: 'a notification is not lost with a task that is cancelled',
    *main(env) {
      const condition = new Condition();
      let items = 0;
      const takers = start(env, 3, function* () {
        yield* condition.with(function* () {
          yield* condition.waitFor(() => items > 0);
          items--;
        });
      });
      yield* env.answer('the first item');
      yield* condition.with(function* () {
        items++;
        condition.notify();
      });
      yield* env.quiet();
      check(
        items === 0 || pending(takers) === 0,
        `an item is left, and ${pending(takers)} tasks wait`,
      );
      for (const task of takers) task.cancel();
      yield* wait(takers);
    },
  },
  {
    name: 'an event wakes all that wait, and lets newcomers pass',
    *main(env) {
      const event = new Event();
      const tasks = start(env, 3, function* (n) {
        yield* env.answer(`${n} comes`);
        yield* event.wait();
      });
      yield* env.answer('it is time');
      event.set();
      yield* env.quiet();
      check(pending(tasks) === 0, `${pending(tasks)} tasks wait for ${event}`);
    },
  },
  {
    name: 'a barrier lets as many pass as it has parties, also after one was cancelled',
    *main(env) {
      const barrier = new Barrier(2);
      const passed: number[] = [];
      const tasks = start(env, 5, function* (n) {
        yield* env.answer(`${n} comes`);
        passed.push(yield* barrier.wait());
      });
      yield* env.quiet();
      const left = pending(tasks);
      check(left <= 1, `${left} tasks wait at a barrier of 2`);
      check(
        barrier.nWaiting === left,
        `${barrier.nWaiting} wait at the barrier, but ${left} are left`,
      );
      for (const task of tasks) task.cancel();
      yield* wait(tasks);
      check(barrier.nWaiting === 0, `${barrier.nWaiting} wait, though all are gone`);
      yield* gather([barrier.wait(), barrier.wait()]);
    },
  },
  {
    name: 'a barrier that is reset can be used again',
    *main(env) {
      const barrier = new Barrier(2);
      const tasks = start(env, 3, function* () {
        try {
          yield* barrier.wait();
        } catch (error) {
          if ((error as Error).name !== 'BrokenBarrierError') throw error;
        }
      });
      yield* env.answer('the reset');
      yield* barrier.reset();
      yield* env.quiet();
      for (const task of tasks) task.cancel();
      yield* wait(tasks);
      check(!barrier.broken && barrier.nWaiting === 0, `${barrier}`);
      yield* gather([barrier.wait(), barrier.wait()]);
    },
  },
  queueLaw('a queue keeps what was put, and none waits in vain', () => new Queue(1)),
  queueLaw(
    'a priority queue keeps what was put, and none waits in vain',
    () => new PriorityQueue(1),
  ),
  queueLaw('a LIFO queue keeps what was put, and none waits in vain', () => new LifoQueue(2)),
  {
    name: 'an item is not lost with a task whose time is up',
    *main(env) {
      const queue = new Queue<number>();
      const got: number[] = [];
      const tasks = start(env, 2, function* () {
        try {
          got.push(yield* timeout(5, () => queue.get()));
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
        }
      });
      yield* env.late(5);
      yield* env.answer('the item');
      queue.putNowait(1);
      yield* wait(tasks);
      check(got.length + queue.size === 1, `${got.length} taken, ${queue.size} left`);
    },
  },
  {
    name: 'an item is not lost with a loop over a queue that is cancelled',
    *main(env) {
      const queue = new Queue<number>();
      const got: number[] = [];
      const readers = start(env, 2, function* (n) {
        const items = queue[Symbol.asyncIterator]() as unknown as QueueItems;
        for (let step = yield* items.next(); !step.done; step = yield* items.next()) {
          got.push(step.value);
          yield* env.answer(`${n} works`);
        }
      });
      for (const n of [1, 2, 3]) {
        yield* env.answer(`item ${n}`);
        queue.putNowait(n);
      }
      yield* env.quiet();
      check(got.length + queue.size === 3, `${got} were taken, ${queue.size} are left`);
      check(queue.empty() || pending(readers) === 0, `a reader waits, but there are ${queue}`);
      queue.shutdown();
      yield* wait(readers);
    },
  },
  {
    name: 'join() ends when the work for all items is done, and not before',
    *main(env) {
      const queue = new Queue<number>();
      for (const n of [1, 2, 3]) queue.putNowait(n);
      let done = 0;
      const worker = createTask(
        function* () {
          for (;;) {
            yield* queue.get();
            yield* env.answer('the work');
            done++;
            queue.taskDone();
          }
        },
        { name: 'worker' },
      );
      yield* queue.join();
      check(done === 3, `${done} of 3 are done`);
      worker.cancel();
      yield* wait([worker]);
    },
  },
  {
    name: 'a queue that is shut down lets all go that wait',
    *main(env) {
      const queue = new Queue<number>(1);
      const tasks = start(env, 4, function* (n) {
        try {
          yield* n % 2 === 0 ? queue.put(n) : queue.get();
          yield* n === 0 ? queue.put(n) : queue.get();
        } catch (error) {
          if ((error as Error).name !== 'QueueShutDown') throw error;
        }
      });
      yield* env.answer('the end');
      queue.shutdown();
      yield* env.quiet();
      check(pending(tasks) === 0, `${pending(tasks)} tasks wait at ${queue}`);
    },
  },
  {
    name: 'no task outlives its group, whoever fails or is cancelled',
    *main(env) {
      // A body that has failed when the group cancels it is cancelled, and its error reported.
      if (deliversLate) getEventLoop().setExceptionHandler(() => {});
      const children: Task<unknown>[] = [];
      const parent = env.mayCancel(
        createTask(
          function* () {
            yield* taskGroup(function* (group) {
              for (const n of [1, 2]) {
                const child = group.createTask(
                  function* () {
                    yield* env.answer(`part ${n}`, undefined, { fails: new Error(`part ${n}`) });
                  },
                  { name: `part ${n}` },
                );
                children.push(env.mayCancel(child));
              }
              yield* env.answer('the body', undefined, { fails: new Error('body') });
            });
          },
          { name: 'parent' },
        ),
      );
      yield* wait([parent]);
      check(pending(children) === 0, 'a task outlives its group');
      if (parent.cancelled()) return;
      const failed = children.filter(
        (child) => !child.cancelled() && child.exception() !== undefined,
      );
      const error = parent.exception();
      if (failed.length > 0) {
        check(error instanceof ExceptionGroup, `a part failed, and the group threw ${error}`);
        const { errors } = error as ExceptionGroup;
        check(
          failed.every((child) => errors.includes(child.exception())),
          'a failure is lost',
        );
      }
    },
  },
  {
    name: 'a group ends when one of its tasks fails, though another one would wait for ever',
    *main(env) {
      const never = new Event();
      const group = createTask(
        taskGroup(function* (group) {
          group.createTask(never.wait(), { name: 'waits' });
          group.createTask(
            function* () {
              yield* env.answer('the part');
              throw new RangeError('the part failed');
            },
            { name: 'fails' },
          );
        }),
        { name: 'group' },
      );
      yield* wait([group]);
      check(group.exception() instanceof ExceptionGroup, `${group}`);
    },
  },
  {
    name: 'a group whose body fails, or that is cancelled, cancels tasks that would wait for ever',
    *main(env) {
      const never = new Event();
      let failed = false;
      const group = env.mayCancel(
        createTask(
          taskGroup(function* (group) {
            group.createTask(never.wait(), { name: 'waits' });
            try {
              yield* env.answer('the body', undefined, { fails: new RangeError('body') });
            } catch (error) {
              failed = true;
              throw error;
            }
          }),
          { name: 'group' },
        ),
      );
      yield* env.quiet();
      check(group.done() || !failed, `the body failed, but ${group}`);
      group.cancel();
      yield* wait([group]);
    },
  },
  {
    name: 'a group that shuts down takes no tasks, and leaves no request to cancel behind',
    *main(env) {
      const never = new Event();
      let late: Task<unknown> | undefined;
      let requests = 0;
      const group = createTask(
        function* () {
          try {
            yield* taskGroup(function* (group) {
              group.createTask(
                function* () {
                  try {
                    yield* never.wait();
                  } finally {
                    late = group.createTask(never.wait(), { name: 'late' });
                  }
                },
                { name: 'waits' },
              );
              group.createTask(
                function* () {
                  yield* env.answer('the part');
                  throw new RangeError('the part failed');
                },
                { name: 'fails' },
              );
              yield* env.answer('the body');
            });
          } catch (error) {
            if (!(error instanceof ExceptionGroup)) throw error;
          }
          requests = (currentTask() as Task<unknown>).cancelling();
          yield* env.answer('something after it');
        },
        { name: 'group' },
      );
      yield* wait([group]);
      check(late === undefined, 'it took a task while it was shutting down');
      check(requests === 0 && !group.cancelled(), `${requests} requests to cancel are left`);
    },
  },
  {
    name: 'a timeout takes back its own cancellation, and no other',
    *main(env) {
      let ended = '';
      const task = env.mayCancel(
        createTask(
          function* () {
            try {
              yield* timeout(10, function* () {
                try {
                  yield* timeout(5, () => env.answer('inner'));
                } catch (error) {
                  if (!(error instanceof TimeoutError)) throw error;
                }
                yield* env.answer('outer');
              });
              ended = 'in time';
            } catch (error) {
              ended = error instanceof TimeoutError ? 'too late' : 'cancelled';
              if (!(error instanceof TimeoutError)) throw error;
            }
          },
          { name: 'timed' },
        ),
      );
      yield* wait([task]);
      check(
        task.cancelling() === 0 || task.cancelled(),
        `a cancellation is lost: it ended ${ended}`,
      );
      check(
        task.cancelled() === (ended === 'cancelled' || ended === '') ||
          (deliversLate && task.cancelling() > 0),
        `ended ${ended}, but ${task}`,
      );
    },
  },
  {
    name: 'what is shielded goes on when its awaiter is cancelled',
    *main(env) {
      const saving = createTask(
        function* () {
          yield* env.answer('saves');
          return 'saved';
        },
        { name: 'saving' },
      );
      const tasks = start(env, 2, function* () {
        return yield* shield(saving);
      });
      yield* wait(tasks);
      yield* wait([saving]);
      check(!saving.cancelled() && saving.result() === 'saved', `${saving}`);
      for (const task of tasks) check(task.cancelled() || task.result() === 'saved', `${task}`);
    },
  },
  {
    name: 'gather() gives the results in order, and cancels all when it is cancelled',
    *main(env) {
      const parts = [1, 2, 3].map((n) =>
        createTask(
          function* () {
            yield* env.answer(`part ${n}`);
            return n;
          },
          { name: `part ${n}` },
        ),
      );
      const all = env.mayCancel(
        createTask(
          function* () {
            return yield* gather(parts);
          },
          { name: 'all' },
        ),
      );
      yield* wait([all]);
      yield* wait(parts);
      if (all.cancelled())
        check(
          parts.some((part) => part.cancelled()) || parts.every((part) => part.done()),
          'cancelled in vain',
        );
      else check((all.result() as number[]).join() === '1,2,3', `${all.result()}`);
      check(
        !all.cancelled() || parts.every((part) => part.cancelled() || part.result() > 0),
        'odd',
      );
    },
  },
  {
    name: 'gather() that is cancelled cancels what would wait for ever',
    *main(env) {
      const never = new Event();
      let waits = false;
      const parts = [1, 2].map((n) => createTask(never.wait(), { name: `part ${n}` }));
      const all = env.mayCancel(
        createTask(
          function* () {
            waits = true;
            yield* gather(parts);
          },
          { name: 'all' },
        ),
      );
      yield* env.answer('something');
      yield;
      all.cancel();
      yield* env.quiet();
      check(all.cancelled(), `${all} was cancelled, but waits`);
      // If it was cancelled before its first step, it never waited for them.
      const cancelled = parts.filter((part) => part.cancelled()).length;
      check(cancelled === (waits ? 2 : 0), `${cancelled} of 2 parts were cancelled`);
      for (const part of parts) part.cancel();
      yield* wait(parts);
    },
  },
  {
    name: 'gather() that was cancelled is cancelled, whatever its children made of it',
    *main(env) {
      const parts = [1, 2].map((n) =>
        createTask(
          function* () {
            try {
              yield* env.answer(`part ${n}`);
            } catch (error) {
              if (!(error instanceof CancelledError)) throw error;
            }
          },
          { name: `part ${n}` },
        ),
      );
      const all = createTask(
        function* () {
          yield* gather(parts, { returnExceptions: true });
        },
        { name: 'all' },
      );
      yield* env.answer('something');
      const isAsked = all.cancel();
      yield* wait([all, ...parts]);
      check(!isAsked || all.cancelled(), `${all} was cancelled`);
    },
  },
  {
    name: 'wait() for the first does not wait for the others',
    *main(env) {
      const never = new Event();
      const others = createTask(never.wait(), { name: 'others' });
      const first = createTask(
        function* () {
          yield* env.answer('the first');
        },
        { name: 'first' },
      );
      const { done } = yield* wait([others, first], { returnWhen: FIRST_COMPLETED });
      check(done.has(first) && !others.done(), 'not the first');
      never.set();
      yield* others;
    },
  },
  {
    name: 'wait() ends with the first that is done, and cancels none',
    *main(env) {
      const parts = [1, 2].map((n) =>
        createTask(
          function* () {
            yield* env.answer(`part ${n}`);
          },
          { name: `part ${n}` },
        ),
      );
      const waiting = env.mayCancel(
        createTask(wait(parts, { returnWhen: FIRST_COMPLETED }), { name: 'waiting' }),
      );
      yield* wait([waiting]);
      if (!waiting.cancelled()) check(waiting.result().done.size > 0, 'none is done');
      yield* wait(parts);
      check(
        parts.every((part) => !part.cancelled()),
        'wait() cancelled what it waits for',
      );
    },
  },
  {
    name: 'a task that was cancelled and refuses is asked again',
    *main(env) {
      let refused = 0;
      const task = env.mayCancel(
        createTask(
          function* () {
            for (let n = 0; n < 2; n++) {
              try {
                yield* env.answer(`part ${n}`);
              } catch (error) {
                if (!(error instanceof CancelledError)) throw error;
                refused++;
              }
            }
          },
          { name: 'stubborn' },
        ),
      );
      yield* wait([task]);
      check(
        task.cancelled() || task.cancelling() >= refused,
        `${refused} refused, ${task.cancelling()} asked`,
      );
    },
  },
  ...scopeLaws,
  ...limitLaws,
  ...togetherLaws,
  ...channelLaws,
  ...mapLaws,
];
