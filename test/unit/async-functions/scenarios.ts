/**
 * What plain async functions do as tasks, as programs that write a log: run here by vitest, and in other runtimes by
 * test/node/runtimes/async-functions.mjs. So they know no test runner, and import nothing but the package.
 */
import {
  asCompleted,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  Event,
  type Future,
  fromPromise,
  gather,
  Lock,
  Queue,
  Semaphore,
  shield,
  sleep,
  Task,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import type { VirtualEventLoop } from 'skein/testing';

export interface Scenario {
  readonly title: string;
  readonly expected: readonly string[];
  /** The reason for which a host without an async context cannot do it, if it cannot. */
  readonly lost: string | undefined;
  /** The reason for which a page cannot do it, even if `skein/transform` has built it. */
  readonly lostInPages: string | undefined;
  /** Runs the program on a fresh loop; resolves with its log. */
  run(loop: VirtualEventLoop): Promise<string[]>;
}

/** Why a host without an async context loses the task in a scenario. */
const foreignAwait =
  'it awaits a promise of the host, and nothing tells which task goes on after that';
const abandonedBody =
  'its body awaits a promise of the host at the deadline, and is abandoned in place of being waited for';

const asyncLocalStorage = 'it uses an AsyncLocalStorage, which only Node, Deno and Bun have';

type Log = string[];
type Main = (log: Log, loop: VirtualEventLoop) => Promise<void>;

export const scenarios: Scenario[] = [];

/**
 * Adds a program; `main` is run as an async function in a task. `lost`: why it needs an async context, if it does.
 * `lostInPages`: why nothing can take the place of that.
 */
function scenario(
  title: string,
  expected: readonly string[],
  main: Main,
  lost?: string,
  lostInPages?: string,
): void {
  scenarios.push({
    title,
    expected,
    lost,
    lostInPages,
    async run(loop) {
      const log: Log = [];
      const task = loop.createTask(() => main(log, loop), { name: 'main' });
      await loop.runUntilComplete(task);
      return log;
    },
  });
}

function say(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : `${error.name}: ${error.message}`;
}

/** Waits for a task; tells how and when it ended. */
async function outcome(task: Future<unknown>): Promise<string> {
  const at = () => `at ${task.getLoop().time()}`;
  try {
    return `returned ${String(await task)} ${at()}`;
  } catch (error) {
    return `${task.cancelled() ? 'cancelled' : 'failed'} with ${say(error)} ${at()}`;
  }
}

/** A promise of the world outside, settled by hand. */
function foreign<T = void>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((...functions) => {
    [resolve, reject] = functions;
  });
  return { promise, resolve, reject };
}

/** Lets promises that are settled run what waits for them. */
async function microtasks(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

// ── Cancellation comes out of the library await that the function is in ─────────────────────────────────────────────

const points: Record<string, (loop: VirtualEventLoop) => PromiseLike<unknown>> = {
  'sleep()': () => sleep(1000),
  'a future': (loop) => loop.createFuture<void>(),
  'another task': () => createTask(sleep(1000)),
  'another async task': () => createTask(async () => await sleep(1000)),
  'gather()': () => gather([sleep(1000), sleep(2000)]),
  'wait()': () => wait([createTask(sleep(1000))]),
  'waitFor()': () => waitFor(sleep(1000), 500),
  'waitFor() of an async task': () =>
    waitFor(
      createTask(async () => await sleep(1000)),
      500,
    ),
  'shield()': () => shield(sleep(1000)),
  'timeout() with an async body': () => timeout(500, async () => await sleep(1000)),
  'timeout() with a generator body': () => timeout(500, () => sleep(1000)),
  'timeout() in timeout()': () =>
    timeout(700, async () => await timeout(500, async () => await sleep(1000))),
  'taskGroup() with an async body': () =>
    taskGroup(async (tg) => {
      tg.createTask(sleep(1000));
      await sleep(2000);
    }),
  'the end of taskGroup()': () =>
    taskGroup(async (tg) => void tg.createTask(async () => await sleep(1000))),
  'lock.acquire()': async () => {
    const lock = new Lock();
    await lock.acquire();
    await lock.acquire();
  },
  'lock.with()': () => new Lock().with(async () => await sleep(1000)),
  'semaphore.acquire()': () => new Semaphore(0).acquire(),
  'event.wait()': () => new Event().wait(),
  'queue.get()': () => new Queue<string>().get(),
  'queue.put()': async () => {
    const queue = new Queue<string>(1);
    queue.putNowait('full');
    await queue.put('late');
  },
  'fromPromise()': () => fromPromise(new Promise(() => {})),
  'Promise.all() over library awaitables': () => Promise.all([sleep(1000), sleep(2000)]),
  'Promise.race() over library awaitables': () => Promise.race([sleep(1000), sleep(2000)]),
  'Promise.allSettled() of async functions': async () => {
    const settled = await Promise.allSettled([sleep(1000), (async () => await sleep(2000))()]);
    throw (settled[1] as PromiseRejectedResult).reason;
  },
  'an async function in an async function': async () => {
    const inner = async () => await sleep(1000);
    const outer = async () => await inner();
    await outer();
  },
  '`for await` over asCompleted()': async () => {
    for await (const _ of asCompleted([sleep(1000)])) break;
  },
  '`for await` over a queue': async () => {
    for await (const _ of new Queue<string>()) break;
  },
  'a library await after one of a promise': async () => {
    await Promise.resolve();
    await microtasks();
    await sleep(1000);
  },
};

for (const [name, point] of Object.entries(points)) {
  scenario(
    `a cancellation comes out of ${name}, and cleanup that awaits runs to its end`,
    ['CancelledError: stop', 'clean', 'cancelled with CancelledError: stop at 15'],
    async (log, loop) => {
      const task = createTask(async () => {
        try {
          await point(loop);
          log.push('RESUMED');
        } catch (error) {
          log.push(say(error));
          throw error;
        } finally {
          await sleep(5);
          log.push('clean');
        }
        log.push('RESUMED after the cleanup');
      });
      await sleep(10);
      task.cancel('stop');
      log.push(await outcome(task));
    },
    name === 'a library await after one of a promise' ? foreignAwait : undefined,
  );
}

scenario(
  'what a cancelled function awaited is cancelled, a task among it',
  ['future: true, task: true', 'cancelled with CancelledError: stop at 10'],
  async (log, loop) => {
    const future = loop.createFuture<void>();
    const other = createTask(sleep(1000));
    const task = createTask(async () => void (await Promise.all([future, other])));
    await sleep(10);
    task.cancel('stop');
    const how = await outcome(task);
    log.push(`future: ${future.cancelled()}, task: ${other.cancelled()}`, how);
  },
);

scenario(
  'all branches of a Promise.all() are cancelled, each once, and each cleans up',
  [
    'a: CancelledError: stop',
    'b: CancelledError: stop',
    'a is clean at 15',
    'b is clean at 15',
    'cancelled with CancelledError: stop at 15',
  ],
  async (log, loop) => {
    async function branch(name: string) {
      try {
        await sleep(1000);
      } catch (error) {
        log.push(`${name}: ${say(error)}`);
        await sleep(5);
        log.push(`${name} is clean at ${loop.time()}`);
        throw error;
      }
    }
    const task = createTask(async () => void (await Promise.all([branch('a'), branch('b')])));
    await sleep(10);
    task.cancel('stop');
    const how = await outcome(task);
    await microtasks();
    log.push(how);
  },
);

scenario(
  'a task that awaits an async task is resumed with its result',
  ['returned 3 at 20'],
  async (log) => {
    const one = createTask(async () => await sleep(10, 1));
    const two = createTask(async () => (await one) + (await sleep(10, 2)));
    log.push(await outcome(two));
  },
);

scenario(
  'a shielded task goes on when the function that awaits it is cancelled',
  ['cancelled with CancelledError: stop at 10', 'returned saved at 50'],
  async (log) => {
    const saving = createTask(sleep(50, 'saved'));
    const task = createTask(async () => await shield(saving));
    await sleep(10);
    task.cancel('stop');
    log.push(await outcome(task), await outcome(saving));
  },
);

scenario(
  'a lock that an async body holds is released when it is cancelled',
  ['cancelled with CancelledError: stop at 10', 'locked: false'],
  async (log) => {
    const lock = new Lock();
    const task = createTask(async () => await lock.with(async () => await sleep(1000)));
    await sleep(10);
    task.cancel('stop');
    log.push(await outcome(task), `locked: ${lock.locked()}`);
  },
);

// ── Promises of the world outside ───────────────────────────────────────────────────────────────────────────────────

scenario(
  'at a promise from outside the signal aborts at once, and the next library await throws',
  [
    'signal: CancelledError: stop',
    'asked',
    'promise resolved',
    'CancelledError: stop',
    'cancelled with CancelledError: stop at 10',
  ],
  async (log) => {
    const outside = foreign();
    const task = createTask(async (signal) => {
      signal.addEventListener('abort', () => log.push(`signal: ${say(signal.reason)}`));
      await outside.promise;
      log.push('promise resolved');
      try {
        await sleep(1);
        log.push('RESUMED');
      } catch (error) {
        log.push(say(error));
        throw error;
      }
    });
    await sleep(10);
    task.cancel('stop');
    log.push('asked');
    outside.resolve();
    log.push(await outcome(task));
  },
  foreignAwait,
);

scenario(
  'the cancellation that waits for a library await is delivered once',
  ['first: CancelledError: stop', 'second: returned', 'returned done at 11'],
  async (log) => {
    const outside = foreign();
    const task = createTask(async () => {
      await outside.promise;
      await sleep(1).then(undefined, (error: unknown) => log.push(`first: ${say(error)}`));
      return 'done';
    });
    const other = createTask(async () => {
      await outside.promise;
      try {
        await sleep(1);
      } catch (error) {
        log.push(`first: ${say(error)}`);
      }
      await sleep(1);
      log.push('second: returned');
      return 'done';
    });
    await sleep(10);
    other.cancel('stop');
    outside.resolve();
    const how = await outcome(other);
    await task;
    log.push(how);
  },
  foreignAwait,
);

const awaitedNext: [name: string, expected: string[], next: (log: Log) => PromiseLike<unknown>][] =
  [
    [
      'gather() and its children',
      ['a: CancelledError: stop', 'b: CancelledError: stop'],
      (log) => {
        const child = (name: string) => async () => {
          try {
            await sleep(1000);
          } catch (error) {
            log.push(`${name}: ${say(error)}`);
            throw error;
          }
        };
        return gather([createTask(child('a')), createTask(child('b'))]);
      },
    ],
    [
      'a task',
      ['other: cancelled'],
      (log) => {
        const other = createTask(sleep(1000));
        other.addDoneCallback(() => log.push(`other: ${other.cancelled() ? 'cancelled' : 'done'}`));
        return other;
      },
    ],
    [
      'fromPromise() and its signal',
      ['signal: CancelledError: stop'],
      (log) =>
        fromPromise((signal) => {
          signal.addEventListener('abort', () => log.push(`signal: ${say(signal.reason)}`));
          return new Promise(() => {});
        }),
    ],
  ];

for (const [name, expected, next] of awaitedNext) {
  scenario(
    `a cancellation that came at a promise from outside cancels what is awaited next: ${name}`,
    [...expected, 'cancelled with CancelledError: stop at 10'],
    async (log) => {
      const outside = foreign();
      const task = createTask(async () => {
        const awaited = next(log);
        await outside.promise;
        await awaited;
        log.push('RESUMED');
      });
      await sleep(10);
      task.cancel('stop');
      outside.resolve();
      log.push(await outcome(task));
    },
    foreignAwait,
  );
}

scenario(
  'a function that returns without another library await ends cancelled, its result lost',
  ['cancelled with CancelledError: stop at 10'],
  async (log) => {
    const outside = foreign<string>();
    const task = createTask(async () => await outside.promise);
    await sleep(10);
    task.cancel('stop');
    outside.resolve('lost');
    log.push(await outcome(task));
  },
);

scenario(
  'uncancel() takes back a cancellation that was not delivered yet',
  ['left: 0', 'returned done at 11'],
  async (log) => {
    const outside = foreign();
    const task = createTask(async () => {
      await outside.promise;
      await sleep(1);
      return 'done';
    });
    await sleep(10);
    task.cancel('stop');
    log.push(`left: ${task.uncancel()}`);
    outside.resolve();
    log.push(await outcome(task));
  },
);

scenario(
  'an AbortError because of the signal becomes the cancellation',
  ['cancelled: true, with CancelledError: stop', 'cause: AbortError'],
  async (log) => {
    const task = createTask(async (signal) => {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () =>
          reject(Object.assign(new Error('aborted'), { name: 'AbortError' })),
        );
      });
    });
    await sleep(10);
    task.cancel('stop');
    try {
      await task;
    } catch (error) {
      log.push(`cancelled: ${task.cancelled()}, with ${say(error)}`);
      log.push(`cause: ${((error as Error).cause as Error).name}`);
    }
  },
);

scenario(
  'the reason of the signal, thrown, is the cancellation',
  ['cancelled with CancelledError: stop at 10'],
  async (log) => {
    const task = createTask(async (signal) => {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    await sleep(10);
    task.cancel('stop');
    log.push(await outcome(task));
  },
);

scenario(
  'another error because of the signal is a failure',
  ['failed with RangeError: own at 10'],
  async (log) => {
    const task = createTask(async (signal) => {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new RangeError('own')));
      });
    });
    await sleep(10);
    task.cancel('stop');
    log.push(await outcome(task));
  },
);

for (const [where, around] of [
  ['a task', (work: () => Promise<never>) => createTask(work)],
  [
    'gather()',
    (work: () => Promise<never>) => createTask(async () => await gather([createTask(work)])),
  ],
  [
    'waitFor()',
    (work: () => Promise<never>) => createTask(async () => await waitFor(createTask(work), 60_000)),
  ],
  [
    'timeout()',
    (work: () => Promise<never>) => createTask(async () => await timeout(60_000, work)),
  ],
] as const) {
  scenario(
    `an error of its own, at a foreign await after a cancellation, is the failure of ${where}`,
    ['failed with RangeError: own at 10'],
    async (log) => {
      const outside = foreign<never>();
      const task = around(async () => await outside.promise);
      await sleep(10);
      task.cancel('stop');
      outside.reject(new RangeError('own'));
      log.push(await outcome(task));
    },
  );
}

scenario(
  'an error of its own, after the deadline at a foreign await, comes out of timeout()',
  ['expired', 'failed with RangeError: own at 5'],
  async (log) => {
    const outside = foreign<never>();
    const task = createTask(
      async () =>
        await timeout(5, async (scope) => {
          try {
            return await outside.promise;
          } finally {
            if (scope.expired()) log.push('expired');
          }
        }),
    );
    await sleep(6);
    outside.reject(new RangeError('own'));
    log.push((await outcome(task)).replace('at 6', 'at 5'));
  },
  abandonedBody,
);

scenario(
  'a cancellation is not lost with an error of its own that the task catches',
  ['caught RangeError: own', 'cancelled with CancelledError: stop at 10'],
  async (log) => {
    const outside = foreign<never>();
    const task = createTask(function* () {
      try {
        yield* timeout(60_000, async () => await outside.promise);
      } catch (error) {
        log.push(`caught ${say(error)}`);
      }
      yield* sleep(60_000);
    });
    await sleep(10);
    task.cancel('stop');
    outside.reject(new RangeError('own'));
    log.push(await outcome(task));
  },
);

for (const kind of ['async function', 'generator'] as const) {
  scenario(
    `a group has the error of a sibling and that of an ${kind} which was told to stop, and failed by itself`,
    ['failed with ExceptionGroup: unhandled errors in a TaskGroup at 1', 'first, own'],
    async (log) => {
      const outside = foreign<never>();
      const task = createTask(
        async () =>
          await taskGroup(async (tg) => {
            if (kind === 'generator') {
              tg.createTask(function* () {
                try {
                  yield* sleep(60_000);
                } catch {
                  throw new RangeError('own');
                }
              });
            } else {
              tg.createTask(async () => await outside.promise);
            }
            tg.createTask(async () => {
              await sleep(1);
              if (kind === 'async function') outside.reject(new RangeError('own'));
              throw new Error('first');
            });
          }),
      );
      log.push(await outcome(task));
      log.push(
        (task.exception() as AggregateError).errors.map(({ message }) => message).join(', '),
      );
    },
  );
}

scenario(
  'an AbortError that nobody asked for is a failure',
  ['failed with AbortError: theirs at 10'],
  async (log) => {
    const task = createTask(async () => {
      await sleep(10);
      throw Object.assign(new Error('theirs'), { name: 'AbortError' });
    });
    log.push(await outcome(task));
  },
);

scenario(
  'an `await` of something done gives way, where a `yield*` does not',
  ['coroutine', 'callback', 'callback', 'async function'],
  async (log, loop) => {
    const done = loop.createFuture<void>();
    done.setResult();
    await createTask(function* () {
      loop.callSoon(() => log.push('callback'));
      yield* done;
      log.push('coroutine');
    });
    loop.callSoon(() => log.push('callback'));
    await done;
    log.push('async function');
  },
);

scenario(
  'helpers in a function that answers a coroutine are a part of the task, as in an async function',
  ['true', 'ada', 'true', 'ada', 'true', 'ada'],
  async (log) => {
    const user = new ContextVar('user', { defaultValue: 'nobody' });
    const helper = async (isTask: () => boolean) => {
      await sleep(1);
      await new Lock().with(async () => {
        user.set('ada');
        log.push(String(isTask()));
      });
      log.push(user.get());
    };
    const kinds: (() => PromiseLike<unknown>)[] = [
      () => sleep(20),
      () => createTask(sleep(20)),
      () => (async () => await sleep(20))(),
    ];
    for (const answer of kinds) {
      const task: Task<unknown> = createTask(() => {
        void helper(() => currentTask() === task);
        return answer();
      });
      await task;
    }
  },
);

scenario(
  'a task that awaits itself in a part of itself gets an error',
  ["Error: Task 'narcissus' cannot await itself: it would wait for ever."],
  async (log) => {
    const task: Task<void> = createTask(
      async () =>
        await timeout(50, function* () {
          yield* task;
        }),
      { name: 'narcissus' },
    );
    log.push(
      say(
        await task.then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
  },
);

scenario(
  'what a task factory has put around an async function is no part of it',
  ['cancelled with CancelledError at 10', 'the helper ended at 20'],
  async (log, loop) => {
    const helper = async () => {
      await sleep(20);
      log.push(`the helper ended at ${loop.time()}`);
    };
    function* around<T>(coroutine: Coroutine<T>): Coroutine<T> {
      void helper();
      return yield* coroutine;
    }
    loop.setTaskFactory(
      (loop, coroutine, options) => new Task(around(coroutine), { ...options, loop }),
    );
    const task = createTask(async () => await sleep(1000));
    loop.setTaskFactory(undefined);
    await sleep(10);
    task.cancel();
    log.push(await outcome(task));
    await sleep(20);
  },
);

scenario(
  'then(callback) is not a cancellation point',
  [
    'asked',
    'heard y at 51',
    'heard x at 100',
    'cancelled with CancelledError: stop at 100',
    'x: x',
  ],
  async (log, loop) => {
    const x = createTask(sleep(100, 'x'));
    const task = createTask(async () => {
      // From here on the function goes on outside of the loop's iterations, where an await is known by its looks alone.
      await sleep(1);
      const hear = (value: string) => void log.push(`heard ${value} at ${loop.time()}`);
      const y = sleep(50, 'y').then(hear);
      await x.then((value) => hear(value));
      await y;
      await sleep(1000);
      log.push('RESUMED');
    });
    await sleep(10);
    task.cancel('stop');
    log.push('asked');
    log.push(await outcome(task), `x: ${x.result()}`);
  },
  foreignAwait,
);

// ── Requests ────────────────────────────────────────────────────────────────────────────────────────────────────────

scenario(
  'a task that is cancelled before its first step never runs its body',
  ['cancelled with CancelledError: stop at 0'],
  async (log) => {
    const task = createTask(async () => void log.push('RAN'), { eagerStart: false });
    task.cancel('stop');
    log.push(await outcome(task));
  },
);

scenario(
  'a task that starts eagerly and listens to a signal aborts the signal that its function was given',
  ['signal: CancelledError: stop', 'cancelled with CancelledError: stop at 1'],
  async (log) => {
    const task = createTask(
      async (signal) => {
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            log.push(`signal: ${say(signal.reason)}`);
            reject(signal.reason);
          });
        });
      },
      { eagerStart: true, signal: new AbortController().signal },
    );
    task.cancel('stop');
    await sleep(1);
    log.push(task.done() ? await outcome(task) : 'it goes on for ever');
  },
);

scenario(
  'a function may ignore a cancellation',
  ['caught CancelledError: stop', 'returned ignored at 15', 'cancelling: 1'],
  async (log) => {
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } catch (error) {
        log.push(`caught ${say(error)}`);
      }
      await sleep(5);
      return 'ignored';
    });
    await sleep(10);
    task.cancel('stop');
    log.push(await outcome(task), `cancelling: ${task.cancelling()}`);
  },
);

scenario(
  'a second cancellation interrupts the cleanup',
  ['cleanup', 'cancelled with CancelledError: second at 20'],
  async (log) => {
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } finally {
        log.push('cleanup');
        await sleep(1000);
        log.push('RESUMED');
      }
    });
    await sleep(10);
    task.cancel('first');
    await sleep(10);
    task.cancel('second');
    log.push(await outcome(task));
  },
);

scenario(
  'several requests before the delivery make one error, and all are counted',
  ['caught', 'slept', 'returned 2 at 11'],
  async (log) => {
    const task: Task<number> = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        log.push('caught');
      }
      await sleep(1);
      log.push('slept');
      return task.cancelling();
    });
    await sleep(10);
    task.cancel('stop');
    task.cancel('stop');
    log.push(await outcome(task));
  },
);

scenario(
  'a task that cancels itself gets it at its next await',
  ['goes on', 'CancelledError: self', 'cancelled with CancelledError: self at 5'],
  async (log) => {
    const task = createTask(async () => {
      await sleep(5);
      currentTask()?.cancel('self');
      log.push('goes on');
      try {
        await sleep(1000);
      } catch (error) {
        log.push(say(error));
        throw error;
      }
    });
    log.push(await outcome(task));
  },
);

scenario(
  'a task that cancels itself and returns ends cancelled',
  ['cancelled with CancelledError: self at 5'],
  async (log) => {
    const task = createTask(async () => {
      await sleep(5);
      currentTask()?.cancel('self');
      return 'lost';
    });
    log.push(await outcome(task));
  },
);

scenario(
  'uncancel() after a cancellation was caught lets the task go on and be cancelled again',
  ['left: 0', 'cancelling: 0', 'cancelled with CancelledError: again at 20'],
  async (log) => {
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        log.push(`left: ${currentTask()?.uncancel()}`);
      }
      log.push(`cancelling: ${currentTask()?.cancelling()}`);
      await sleep(1000);
    });
    await sleep(10);
    task.cancel('stop');
    await sleep(10);
    task.cancel('again');
    log.push(await outcome(task));
  },
);

scenario(
  'tasks started inside are not cancelled with their function',
  ['cancelled with CancelledError: stop at 10', 'returned child at 100'],
  async (log) => {
    const children: Task<string>[] = [];
    const task = createTask(async () => {
      await sleep(1);
      children.push(createTask(async () => await sleep(99, 'child')));
      await sleep(1000);
    });
    await sleep(10);
    task.cancel('stop');
    log.push(await outcome(task), await outcome(children[0] as Task<string>));
  },
);

scenario(
  'a task that awaits itself gets an error',
  ['Error', 'returned done at 1'],
  async (log) => {
    const task: Task<string> = createTask(async () => {
      await sleep(1);
      try {
        await task;
      } catch (error) {
        log.push((error as Error).name);
      }
      return 'done';
    });
    log.push(await outcome(task));
  },
);

scenario(
  'an error of the function is the failure of its task',
  ['failed with RangeError: own at 1'],
  async (log) => {
    const task = createTask(async () => {
      await sleep(1);
      throw new RangeError('own');
    });
    log.push(await outcome(task));
  },
);

// ── Who and where one is ────────────────────────────────────────────────────────────────────────────────────────────

scenario(
  'currentTask() is the same after every kind of await',
  [
    'start: worker',
    'library: worker',
    'promise: worker',
    'nested: worker',
    'task: worker',
    'timeout body: worker',
    'all: worker',
    'caught: worker',
    'main: main',
  ],
  async (log) => {
    const note = (where: string) => log.push(`${where}: ${currentTask()?.getName()}`);
    const task = createTask(
      async () => {
        note('start');
        await sleep(1);
        note('library');
        await Promise.resolve();
        note('promise');
        await (async () => {
          await sleep(1);
          note('nested');
        })();
        await createTask(async () => await sleep(1), { name: 'other' });
        note('task');
        await timeout(100, async () => {
          await sleep(1);
          note('timeout body');
        });
        await Promise.all([sleep(1), sleep(2), Promise.resolve()]);
        note('all');
        await timeout(1, async () => await sleep(100)).then(undefined, () => {});
        note('caught');
      },
      { name: 'worker' },
    );
    await task;
    note('main');
  },
  foreignAwait,
);

scenario(
  'interleaved functions keep their own task and ContextVar',
  ['a: a, a', 'b: b, b', 'a: a, a', 'b: b, b', 'a: a, a', 'b: b, b', 'main: main, none'],
  async (log) => {
    const variable = new ContextVar<string>('variable', { defaultValue: 'none' });
    const note = (name: string) =>
      log.push(`${name}: ${currentTask()?.getName()}, ${variable.get()}`);
    async function work(name: string) {
      variable.set(name);
      await sleep(1);
      note(name);
      await microtasks();
      await timeout(100, async () => {
        await sleep(1);
        note(name);
      });
      await Promise.all([sleep(1), microtasks()]);
      note(name);
    }
    await Promise.all(['a', 'b'].map((name) => createTask(() => work(name), { name })));
    note('main');
  },
  foreignAwait,
);

scenario(
  'interleaved functions keep their own AsyncLocalStorage',
  ['a: a, a', 'b: b, b', 'a: a, a', 'b: b, b', 'main: main, none'],
  async (log) => {
    const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
    const storage = new AsyncLocalStorage<string>();
    const note = (name: string) =>
      log.push(`${name}: ${currentTask()?.getName()}, ${storage.getStore() ?? 'none'}`);
    async function work(name: string) {
      await sleep(1);
      note(name);
      await microtasks();
      await timeout(100, async () => {
        await sleep(1);
        note(name);
      });
    }
    const start = (name: string) => storage.run(name, () => createTask(() => work(name), { name }));
    await Promise.all([start('a'), start('b')]);
    note('main');
  },
  asyncLocalStorage,
  asyncLocalStorage,
);

scenario(
  'a ContextVar set in a nested async function stays set in its task',
  ['inner', 'inner', 'inner'],
  async (log) => {
    const variable = new ContextVar<string>('variable', { defaultValue: 'outer' });
    await createTask(async () => {
      await (async () => {
        await sleep(1);
        variable.set('inner');
        log.push(variable.get());
      })();
      log.push(variable.get());
      await sleep(1);
      log.push(variable.get());
    });
  },
  foreignAwait,
);

// ── Timeouts ────────────────────────────────────────────────────────────────────────────────────────────────────────

scenario(
  'a timeout in one branch of a Promise.all() does not disturb the other',
  ['a: TimeoutError at 5', 'b: slept at 10', 'cancelling: 0', 'returned a,b at 10'],
  async (log, loop) => {
    const task = createTask(async () => {
      const a = async () => {
        try {
          await timeout(5, async () => await sleep(100));
        } catch (error) {
          log.push(`a: ${(error as Error).name} at ${loop.time()}`);
        }
        return 'a';
      };
      const b = async () => {
        await sleep(10);
        log.push(`b: slept at ${loop.time()}`);
        return 'b';
      };
      const both = await Promise.all([a(), b()]);
      log.push(`cancelling: ${currentTask()?.cancelling()}`);
      await sleep(0);
      return both;
    });
    log.push(await outcome(task));
  },
  foreignAwait,
);

scenario(
  'timeouts in both branches fire each at its time',
  ['a: TimeoutError at 5', 'b: TimeoutError at 7', 'done at 7'],
  async (log, loop) => {
    const branch = async (name: string, ms: number) => {
      try {
        await timeout(ms, async () => await sleep(100));
      } catch (error) {
        log.push(`${name}: ${(error as Error).name} at ${loop.time()}`);
      }
    };
    await Promise.all([branch('a', 5), branch('b', 7)]);
    log.push(`done at ${loop.time()}`);
  },
);

const nesting: [string, number, number, string[]][] = [
  ['the inner one first', 5, 20, ['inner: TimeoutError at 5', 'outer: done at 5']],
  ['the outer one first', 20, 5, ['inner: CancelledError at 5', 'outer: TimeoutError at 5']],
  ['both at once', 5, 5, ['inner: CancelledError at 5', 'outer: TimeoutError at 5']],
];
for (const [which, innerMs, outerMs, expected] of nesting) {
  scenario(
    `of two nested timeouts ${which} fires`,
    [...expected, 'cancelling: 0'],
    async (log, loop) => {
      const at = (error: unknown) => `${(error as Error).name} at ${loop.time()}`;
      try {
        await timeout(outerMs, async () => {
          try {
            await timeout(innerMs, async () => await sleep(100));
          } catch (error) {
            log.push(`inner: ${at(error)}`);
            if ((error as Error).name === 'CancelledError') throw error;
          }
        });
        log.push(`outer: done at ${loop.time()}`);
      } catch (error) {
        log.push(`outer: ${at(error)}`);
      }
      await sleep(100);
      log.push(`cancelling: ${currentTask()?.cancelling()}`);
    },
  );
}

for (const first of ['cancellation', 'timeout'] as const) {
  scenario(
    `a cancellation from outside in the iteration of a deadline stays a cancellation (${first} first)`,
    ['CancelledError', 'cancelled', 'cancelling: 1'],
    async (log, loop) => {
      const run = () =>
        createTask(async () => {
          try {
            await timeout(10, async () => await sleep(100));
          } catch (error) {
            log.push((error as Error).name);
            throw error;
          }
        });
      let task: Task<void> | undefined;
      const cancel = () => void task?.cancel('stop');
      if (first === 'cancellation') {
        loop.callAt(10, cancel);
        task = run();
      } else {
        task = run();
        await sleep(1);
        loop.callAt(10, cancel);
      }
      const how = await outcome(task);
      log.push(how.split(' ')[0] as string, `cancelling: ${task.cancelling()}`);
    },
  );
}

scenario(
  'a timeout waits for the cleanup of its body',
  ['clean', 'TimeoutError at 15'],
  async (log, loop) => {
    try {
      await timeout(10, async () => {
        try {
          await sleep(100);
        } finally {
          await sleep(5);
          log.push('clean');
        }
      });
    } catch (error) {
      log.push(`${(error as Error).name} at ${loop.time()}`);
    }
  },
);

scenario(
  'a timeout aborts a promise from outside through the signal of its body, and the task goes on with a fresh one',
  ['aborted: CancelledError', 'TimeoutError', 'outer signal aborted: false', 'fresh: false'],
  async (log) => {
    const task = createTask(async (signal) => {
      try {
        await timeout(10, async () => {
          const inner = (currentTask() as Task<unknown>).signal;
          await new Promise((_, reject) => {
            inner.addEventListener('abort', () => {
              log.push(`aborted: ${inner.reason.name}`);
              reject(inner.reason);
            });
          });
        });
      } catch (error) {
        log.push((error as Error).name);
      }
      log.push(`outer signal aborted: ${signal.aborted}`);
      log.push(`fresh: ${currentTask()?.signal.aborted}`);
    });
    await task;
  },
);

scenario(
  'task.signal is a fresh one once a timeout in a coroutine was handled',
  ['first: true', 'fresh: false', 'other: true'],
  async (log) => {
    await createTask(function* () {
      const task = currentTask() as Task<unknown>;
      const first = task.signal;
      try {
        yield* timeout(5, () => sleep(100));
      } catch {}
      log.push(`first: ${first.aborted}`, `fresh: ${task.signal.aborted}`);
      log.push(`other: ${task.signal !== first}`);
    });
  },
);

// ── Coroutines and async functions within each other ────────────────────────────────────────────────────────────────

scenario(
  'a coroutine can have an async body timed out',
  ['body: CancelledError', 'TimeoutError at 5', 'slept at 6'],
  async (log, loop) => {
    await createTask(function* () {
      try {
        yield* timeout(5, async () => {
          try {
            await sleep(100);
          } catch (error) {
            log.push(`body: ${(error as Error).name}`);
            throw error;
          }
        });
      } catch (error) {
        log.push(`${(error as Error).name} at ${loop.time()}`);
      }
      yield* sleep(1);
      log.push(`slept at ${loop.time()}`);
    });
  },
);

scenario(
  'a cancellation goes through async bodies in coroutines in async bodies, from the inside out',
  [
    'async 3: CancelledError: stop',
    'coroutine 2: CancelledError: stop',
    'async 1: CancelledError: stop',
    'cancelled with CancelledError: stop at 10',
  ],
  async (log) => {
    const note = (where: string) => (error: unknown) => {
      log.push(`${where}: ${say(error)}`);
      throw error;
    };
    async function innermost() {
      try {
        await sleep(1000);
      } catch (error) {
        note('async 3')(error);
      }
    }
    const task = createTask(async () => {
      try {
        await taskGroup(function* (tg) {
          tg.createTask(sleep(1000));
          try {
            yield* timeout(500, innermost);
          } catch (error) {
            note('coroutine 2')(error);
          }
        });
      } catch (error) {
        note('async 1')(error);
      }
    });
    await sleep(10);
    task.cancel('stop');
    log.push(await outcome(task));
  },
);

scenario(
  'an async task in a group that fails cancels its async siblings and the async body',
  ['sibling: CancelledError', 'body: CancelledError', 'ExceptionGroup of RangeError: broken'],
  async (log) => {
    const stopped = (name: string) => async () => {
      try {
        await sleep(1000);
      } catch (error) {
        log.push(`${name}: ${(error as Error).name}`);
        throw error;
      }
    };
    try {
      await taskGroup(async (tg) => {
        tg.createTask(stopped('sibling'));
        tg.createTask(async () => {
          await sleep(10);
          throw new RangeError('broken');
        });
        await stopped('body')();
      });
    } catch (error) {
      const group = error as AggregateError;
      log.push(`${group.name} of ${group.errors.map(say).join()}`);
    }
    await sleep(1);
  },
);

scenario(
  'gather() of async functions cancels them all',
  ['a: CancelledError', 'b: CancelledError', 'cancelled with CancelledError: stop at 10'],
  async (log) => {
    const work = (name: string) => async () => {
      try {
        await sleep(1000);
      } catch (error) {
        log.push(`${name}: ${(error as Error).name}`);
        throw error;
      }
    };
    const task = createTask(async () => {
      await gather([createTask(work('a')), createTask(work('b'))]);
    });
    await sleep(10);
    task.cancel('stop');
    log.push(await outcome(task));
  },
);

scenario(
  '`for await` over asCompleted() gives tasks as they end',
  ['fast at 1', 'slow at 3'],
  async (log, loop) => {
    const inputs = [createTask(sleep(3, 'slow')), createTask(async () => await sleep(1, 'fast'))];
    for await (const task of asCompleted(inputs)) log.push(`${task.result()} at ${loop.time()}`);
  },
);

scenario(
  '`for await` over a queue ends when it is shut down, and can be left by a cancellation',
  ['1', '2', 'end', '3', 'cancelled with CancelledError: stop at 10'],
  async (log) => {
    const queue = new Queue<number>();
    createTask(async () => {
      for (const n of [1, 2]) {
        await sleep(1);
        await queue.put(n);
      }
      queue.shutdown();
    });
    for await (const n of queue) log.push(String(n));
    log.push('end');
    const open = new Queue<number>();
    open.putNowait(3);
    const task = createTask(async () => {
      for await (const n of open) log.push(String(n));
    });
    await sleep(8);
    task.cancel('stop');
    log.push(await outcome(task));
  },
);
