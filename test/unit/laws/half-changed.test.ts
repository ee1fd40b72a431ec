/**
 * Code of the program runs inside the library at moments when something is half done: it calls back at once, calls the library again,
 * throws, or gives something that has no end. Nothing hangs, no request to cancel is lost, and nothing that waits is forgotten.
 */
import {
  all,
  asCompleted,
  CancelledError,
  type ConcurrentResults,
  type Coroutine,
  createTask,
  currentTask,
  type DoneCallback,
  EventLoop,
  Future,
  gather,
  getEventLoop,
  mapConcurrent,
  sleep,
  staggeredRace,
  Task,
  type TaskFactory,
  TimeoutError,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { describe, expect, test, vi } from 'vitest';
import { untilDone } from '../../../src/core/until-done.ts';
import { hostTurn, inNode } from '../hosts.ts';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

/** Calls back at once when it is done, as futures of some libraries do. */
class CallsAtOnce extends Future<number> {
  override addDoneCallback(callback: DoneCallback<this>): void {
    if (this.done()) callback(this);
    else super.addDoneCallback(callback);
  }
}

class WithoutText extends Future<number> {
  override toString(): string {
    throw new RangeError('no text');
  }
}

/** A task of a kind that nothing can listen to. */
class Deaf<T> extends Task<T> {
  override addDoneCallback(): never {
    throw new RangeError('no callbacks');
  }
}

/** Makes a deaf task of what `isDeaf` says. */
const deafFactory =
  (isDeaf: (count: number) => boolean): TaskFactory =>
  (loop, coroutine, options) => {
    count++;
    return isDeaf(count)
      ? new Deaf(coroutine, { ...options, loop })
      : new Task(coroutine, { ...options, loop });
  };
let count = 0;

describe('futures with methods of their own', () => {
  test('one that calls back at once is given out by asCompleted() once', async () => {
    const results = await inLoop(function* () {
      const early = new CallsAtOnce();
      early.setResult(1);
      const seen: number[] = [];
      for (const next of asCompleted([early, sleep(5, 2)])) seen.push(yield* next);
      return seen;
    });
    expect(results).toEqual([1, 2]);
  });

  test.runIf(inNode)('an await that they refuse takes no request to cancel', async () => {
    class Refusing extends Future<void> {
      override addDoneCallback(): never {
        throw new RangeError('no callbacks');
      }
      override cancel(): boolean {
        return true;
      }
    }
    const refusing = new Refusing({ loop: getEventLoop() });
    const task = createTask(async () => {
      await expect(refusing).rejects.toThrow('no callbacks');
      try {
        await refusing;
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
      await hostTurn();
      await sleep(0);
      return 'not cancelled';
    });
    await sleep(0);
    await sleep(0);
    task.cancel('enough');
    await expect(task).rejects.toThrow(CancelledError);
  });

  test.runIf(inNode)(
    'a cancel() that throws at an await does not swallow the request',
    async () => {
      class Throwing extends Future<void> {
        override cancel(): never {
          throw new RangeError('no cancel');
        }
      }
      const loop = getEventLoop();
      const before = loop.getExceptionHandler();
      const reports = recordReports(loop);
      try {
        const task = createTask(async () => {
          currentTask()?.cancel('enough');
          await new Throwing();
        });
        await expect(task).rejects.toThrow('enough');
        expect(task.cancelled()).toBe(true);
        expect(reports.map(({ exception }) => String(exception))).toEqual([
          'RangeError: no cancel',
        ]);
      } finally {
        loop.setExceptionHandler(before);
      }
    },
  );

  test('one of another loop without a text is refused in the coroutine', async () => {
    const foreign = new WithoutText({ loop: new EventLoop() });
    const outcome = await inLoop(function* () {
      try {
        return yield* foreign;
      } catch (error) {
        return String(error);
      }
    });
    expect(outcome).toContain('it belongs to another event loop');
  });

  test.each([5, 0])('a deadline of %d ms of one without a text is a TimeoutError', async (ms) => {
    await expect(
      inLoop(function* () {
        return yield* waitFor(new WithoutText(), ms);
      }),
    ).rejects.toThrow(TimeoutError);
  });

  test('wait() ends, though the last one throws when it is asked whether it was cancelled', async () => {
    const loop = virtualLoop();
    recordReports(loop);
    const size = await loop.runUntilComplete(
      (function* () {
        const foreign = {
          [Symbol.for('skein.future')]: true,
          isDone: false,
          done: () => foreign.isDone,
          cancelled(): never {
            throw new RangeError('no cancelled');
          },
          addDoneCallback(callback: (future: unknown) => void): void {
            getEventLoop().callLater(5, () => {
              foreign.isDone = true;
              callback(foreign);
            });
          },
        };
        const { done } = yield* wait([foreign as unknown as Future<unknown>]);
        return done.size;
      })(),
    );
    expect(size).toBe(1);
  });

  test('a loop that is closed tells all that wait for it, though one has no text', async () => {
    const loop = new EventLoop();
    const waits = [new WithoutText({ loop }), new Future({ loop })].map((future) =>
      untilDone(loop, future as Future<unknown>),
    );
    loop.close();
    for (const wait of waits) await expect(wait).rejects.toThrow('The event loop was closed');
  });

  test('all() cancels the others, though one refuses and then throws when it is asked', async () => {
    class Broken extends Future<void> {
      isBroken = false;
      override cancel(): boolean {
        return false;
      }
      override done(): boolean {
        if (this.isBroken) throw new RangeError('no done');
        return super.done();
      }
    }
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const cancelled = await loop.runUntilComplete(
      (function* () {
        const broken = new Broken();
        const other = new Future();
        const caller = createTask(
          all([
            broken,
            other,
            function* () {
              yield* sleep(5);
              broken.isBroken = true;
              throw new RangeError('first');
            },
          ]),
        );
        yield* sleep(10);
        broken.isBroken = false;
        broken.setResult();
        yield* gather([caller], { returnExceptions: true });
        return [other.cancelled(), String(caller.exception())];
      })(),
    );
    expect(cancelled).toEqual([true, 'RangeError: first']);
    expect(reports.map(({ exception }) => String(exception))).toEqual(['RangeError: no done']);
  });
});

describe('requests to cancel', () => {
  test('a ring with two ways wakes each task once', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const states = await loop.runUntilComplete(
      (function* () {
        const ring: Task<void>[] = [];
        const back = function* () {
          yield* sleep(1);
          yield* ring[0] as Task<void>;
        };
        const ways = [createTask(back()), createTask(back())];
        ring.push(
          createTask(function* () {
            yield* gather(ways);
          }),
        );
        yield* sleep(5);
        ring[0]?.cancel('enough');
        yield* sleep(5);
        return [...ring, ...ways].map((task) => task.cancelled());
      })(),
    );
    expect(states).toEqual([true, true, true]);
    expect(reports.filter(({ message }) => message.includes('stepped'))).toEqual([]);
  });

  test.each(['ends', 'fails'])(
    'of a ring of tasks through gather() no cancellation is reported, though one %s',
    async (how) => {
      const loop = virtualLoop();
      const reports = recordReports(loop);
      const states = await loop.runUntilComplete(
        (function* () {
          const ring: Task<void>[] = [];
          for (const next of [1, 0]) {
            ring.push(
              createTask(function* () {
                yield* sleep(1);
                try {
                  yield* gather(
                    how === 'fails'
                      ? [ring[next] as Task<void>]
                      : [ring[next] as Task<void>, sleep(50)],
                  );
                } finally {
                  // biome-ignore lint/correctness/noUnsafeFinally: it is the error of the cleanup.
                  if (how === 'fails' && next === 0) throw new RangeError('cleanup');
                }
              }),
            );
          }
          yield* sleep(5);
          ring[0]?.cancel('enough');
          yield* sleep(5);
          return ring.map((task) => task.done());
        })(),
      );
      loop.close();
      expect(states).toEqual([true, true]);
      expect(reports.map(({ exception }) => String(exception))).toEqual(
        how === 'fails' ? ['RangeError: cleanup'] : [],
      );
    },
  );

  test('a cancel() that cancels its task again wakes it once', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    let steps = 0;
    await loop.runUntilComplete(
      (function* () {
        class Again extends Future<void> {
          override cancel(reason?: unknown): boolean {
            const isTaken = super.cancel(reason);
            task.cancel('again');
            return isTaken;
          }
        }
        const awaited = new Again();
        const task: Task<void> = createTask(function* () {
          try {
            yield* awaited;
          } finally {
            yield* sleep(1);
            steps++;
          }
        });
        yield* sleep(1);
        task.cancel();
        yield* sleep(5);
        expect(task.cancelled()).toBe(true);
      })(),
    );
    expect(steps).toBe(1);
    expect(reports).toEqual([]);
  });

  test('a chain of 50,000 tasks that goes on after a cancellation is told', async () => {
    const loop = virtualLoop();
    loop.slowCancellationDuration = 1000;
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      (function* () {
        let task: Task<unknown> = createTask(function* () {
          try {
            yield* sleep(60_000);
          } catch {
            yield* sleep(60_000);
          }
        });
        for (let i = 0; i < 50_000; i++) {
          const inner = task;
          task = createTask(function* () {
            yield* inner;
          });
        }
        yield* sleep(1);
        task.cancel();
        yield* sleep(5000);
      })(),
    );
    expect(reports.map(({ message }) => message)).toEqual([
      expect.stringContaining('was cancelled'),
    ]);
  });

  test('a task whose getName() throws is told when it goes on after a cancellation, and can clean up', async () => {
    class Nameless<T> extends Task<T> {
      override getName(): string {
        throw new RangeError('no name');
      }
    }
    const loop = virtualLoop();
    loop.slowCancellationDuration = 1000;
    const reports = recordReports(loop);
    const foreign = new Future({ loop: new EventLoop() });
    const outcome = await loop.runUntilComplete(
      (function* () {
        const task = new Nameless(
          (function* (): Coroutine<string> {
            try {
              yield* sleep(60_000);
            } catch {
              yield* sleep(60_000);
            }
            try {
              yield* foreign;
            } catch (error) {
              return String(error);
            }
            return 'waited';
          })(),
        );
        yield* sleep(1);
        task.cancel();
        return yield* task;
      })(),
    );
    expect(outcome).toContain('it belongs to another event loop');
    expect(reports.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('was cancelled'),
    );
  });

  test('errors of a group are thrown, though the cancel() of its task throws', async () => {
    class Grumpy<T> extends Task<T> {
      isGrumpy = false;
      override cancel(reason?: unknown): boolean {
        if (this.isGrumpy) throw new RangeError('no cancel');
        return super.cancel(reason);
      }
    }
    const loop = virtualLoop();
    recordReports(loop);
    const message = await loop.runUntilComplete(
      (function* () {
        const task = new Grumpy(
          taskGroup(function* (tg) {
            tg.createTask(function* () {
              try {
                yield* sleep(1000);
              } finally {
                yield* sleep(1);
                // biome-ignore lint/correctness/noUnsafeFinally: it is the error of the cleanup.
                throw new TypeError('child');
              }
            });
            yield* sleep(1000);
          }),
        );
        yield* sleep(5);
        task.cancel();
        task.isGrumpy = true;
        yield* sleep(5);
        return String(task.exception());
      })(),
    );
    expect(message).toContain('unhandled errors in a TaskGroup');
  });
});

test.runIf(inNode)('a setTimeout() that a test has replaced may call back at once', async () => {
  const mock = vi.spyOn(globalThis, 'setTimeout');
  mock.mockImplementation(((fn: () => void) => fn()) as never);
  const log: unknown[] = [];
  try {
    const slept = createTask(function* () {
      return yield* sleep(20, 'slept');
    });
    getEventLoop().callLater(1e300, () => log.push('called'));
    log.push('set');
    log.push(await slept);
    log.push(await waitFor(new Future(), 5).catch((error) => error.name));
  } finally {
    mock.mockRestore();
  }
  expect(log).toEqual(['set', 'called', 'slept', 'TimeoutError']);
});

describe('tasks that nothing can listen to', () => {
  test('mapConcurrent() throws, and does not wait for them', async () => {
    await expect(
      inLoop(function* (loop) {
        const results = mapConcurrent([1, 2], function* (n) {
          yield* sleep(5);
          return n;
        });
        count = 0;
        loop.setTaskFactory(deafFactory((at) => at > 1));
        return yield* results.toArray();
      }),
    ).rejects.toThrow('no callbacks');
  });

  test('staggeredRace() throws, and does not wait for them', async () => {
    await expect(
      inLoop(function* (loop) {
        count = 0;
        loop.setTaskFactory(deafFactory((at) => at === 2));
        return yield* staggeredRace([() => sleep(3), () => sleep(3)], 10);
      }),
    ).rejects.toThrow('no callbacks');
  });
});

test('a call of mapConcurrent() is refused to give up the rest in its first step too', async () => {
  const outcome = await inLoop(function* () {
    const results: ConcurrentResults<string> = mapConcurrent([1], function* (): Coroutine<string> {
      try {
        yield* results.return();
        return 'given up';
      } catch (error) {
        return String(error);
      }
    });
    return yield* results.toArray();
  });
  expect(outcome).toEqual([expect.stringContaining('a call of `mapConcurrent()` did')]);
});

class Endless extends Error {
  override get cause(): unknown {
    return new Endless();
  }
}

test('debug mode looks at so many causes of an error, and no more', async () => {
  const loop = virtualLoop();
  loop.setDebug(true);
  const reports = recordReports(loop);
  await loop.runUntilComplete(
    (function* () {
      const task = createTask(function* () {
        try {
          yield* sleep(60_000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: it is the error of the cleanup.
          throw new Endless('own');
        }
      });
      yield* sleep(1);
      task.cancel();
      yield* gather([task], { returnExceptions: true });
    })(),
  );
  expect(reports.map(({ message }) => message)).toEqual([
    expect.stringContaining('swallowed a cancellation'),
  ]);
});

describe('a timeout whose body fails in its cleanup', () => {
  const sparse = Object.assign(new AggregateError([], 'sparse'), {
    errors: new Array(2 ** 32 - 1),
  });

  test.each([
    ['an error whose causes have no end', new Endless('own')],
    ['a sparse list of errors', sparse],
  ])('throws %s', async (_, error) => {
    await expect(
      inLoop(function* () {
        return yield* timeout(5, function* () {
          try {
            yield* sleep(60_000);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: it is the error of the cleanup.
            throw error;
          }
        });
      }),
    ).rejects.toBe(error);
  });
});
