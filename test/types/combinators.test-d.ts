import {
  type AwaitableCoroutine,
  all,
  allSettled,
  any,
  asCompleted,
  attemptsOf,
  CancelScope,
  CapacityLimiter,
  type Coroutine,
  cancelScope,
  channel,
  coroutine,
  createTask,
  FIRST_COMPLETED,
  type Future,
  gather,
  latest,
  mapConcurrent,
  moveOnAfter,
  type Queue,
  type RaceResult,
  RateLimiter,
  type RetryAttempt,
  type RetryOptions,
  race,
  retry,
  type Settled,
  type Started,
  shield,
  singleFlight,
  sleep,
  staggeredRace,
  type Task,
  type TaskGroup,
  type Timeout,
  taskGroup,
  timeout,
  timeoutAt,
  wait,
  waitFor,
} from 'skein';
import { expectType } from './expect-type.ts';

declare const text: Future<string>;
declare const task: Task<number>;
declare const promise: Promise<boolean>;
declare const tasks: Task<number>[];
declare function work(): Coroutine<Date>;

// gather(): a tuple for a tuple, a list for a list
expectType<Future<[string, number, boolean, Date]>>()(gather([text, task, promise, work()]));
expectType<Future<[string, number]>>()(gather([text, task], { returnExceptions: false }));
expectType<Future<[string | Error, number | Error, boolean | Error]>>()(
  gather([text, task, promise], { returnExceptions: true }),
);
expectType<Future<[]>>()(gather([]));
expectType<Future<number[]>>()(gather(tasks));
expectType<Future<number[]>>()(gather(new Set(tasks)));
expectType<Future<(number | Error)[]>>()(gather(new Set(tasks), { returnExceptions: true }));
expectType<Future<number[]>>()(gather(tasks.values()));
expectType<Future<(Date | string)[]>>()(gather(new Set([work(), text])));

function* gathers() {
  const [a, b] = yield* gather([text, task]);
  expectType<string>()(a);
  expectType<number>()(b);
  const [first, second] = yield* gather([text, task], { returnExceptions: true });
  expectType<string | Error>()(first);
  expectType<number | Error>()(second);
}

async function gathersAsync() {
  const [a, b] = await gather([sleep(1, 'a' as string), sleep(1, 1 as number)]);
  expectType<string>()(a);
  expectType<number>()(b);
}

// wait(): the sets keep the type of what went in
function* waits() {
  const { done, pending } = yield* wait(tasks, { returnWhen: FIRST_COMPLETED, timeout: 5 });
  expectType<Set<Task<number>>>()(done);
  expectType<Set<Task<number>>>()(pending);
  const mixed = yield* wait([text, task]);
  expectType<Set<Future<string> | Task<number>>>()(mixed.done);
  for (const each of (yield* wait(new Set([text]))).done) expectType<string>()(each.result());
}

// asCompleted(): results in a coroutine, the futures themselves in an async function
function* completes() {
  for (const next of asCompleted(tasks)) expectType<number>()(yield* next);
  for (const next of asCompleted([text, task])) expectType<string | number>()(yield* next);
  for (const next of asCompleted([work(), text, promise])) {
    expectType<Date | string | boolean>()(yield* next);
  }
  for (const next of asCompleted([work(), work()], { timeout: 5 })) {
    expectType<AwaitableCoroutine<Date>>()(next);
  }
}

async function completesAsync() {
  for await (const done of asCompleted(tasks)) {
    // The future itself, in a type that `for await` does not take for a promise.
    expectType<Omit<Task<number>, 'then'>>()(done);
    expectType<number>()(done.result());
  }
  for await (const done of asCompleted([work()])) expectType<Date>()(done.result());
  for await (const done of asCompleted([work(), text])) expectType<Date | string>()(done.result());
}

// shield(), waitFor()
expectType<Future<number>>()(shield(task));
expectType<Future<Date>>()(shield(work()));
expectType<Future<boolean>>()(shield(promise));
expectType<AwaitableCoroutine<number>>()(waitFor(task, 5));
expectType<AwaitableCoroutine<Date>>()(waitFor(work(), null));
expectType<AwaitableCoroutine<boolean>>()(waitFor(promise, undefined));

// timeout(), taskGroup(): what the body returns, with generator functions and async functions
expectType<AwaitableCoroutine<string>>()(
  timeout(5, function* (scope) {
    expectType<Timeout>()(scope);
    expectType<number | undefined>()(scope.when());
    scope.reschedule(null);
    return yield* text;
  }),
);
expectType<AwaitableCoroutine<string>>()(timeout(null, async () => await text));
expectType<AwaitableCoroutine<Date>>()(timeoutAt(5, work));
expectType<AwaitableCoroutine<void>>()(timeout(5, () => sleep(1)));
expectType<AwaitableCoroutine<Task<string>[]>>()(
  taskGroup(function* (tg) {
    expectType<TaskGroup>()(tg);
    expectType<Task<Date>>()(tg.createTask(work()));
    expectType<Task<Date>>()(tg.createTask(work, { name: 'work' }));
    yield* sleep(1);
    return [tg.createTask(async () => 'child')];
  }),
);
expectType<AwaitableCoroutine<number>>()(taskGroup(async () => 5));
expectType<AwaitableCoroutine<number>>()(
  taskGroup(
    async (tg) => {
      tg.createTask(work, { background: true, name: 'work' });
      expectType<Settled<unknown>[]>()(tg.outcomes());
      const ready: void = await tg.start(async (started) => started());
      const port = await tg.start(async (started: Started<number>) => started(8080));
      expectType<number>()(port);
      expectType<AwaitableCoroutine<string>>()(
        tg.start<string>(
          function* (started) {
            yield* sleep(1);
            started('ready');
          },
          { background: true },
        ),
      );
      return ready ?? port;
    },
    { limit: 2, errors: 'first', onError: 'settle' },
  ),
);

async function asyncBodies() {
  expectType<string>()(await timeout(5, async () => 'done'));
  expectType<number>()(await taskGroup(async (tg) => (await tg.createTask(async () => 5)) + 1));
}

// cancelScope(), moveOnAfter(): what the body returns, or undefined
expectType<AwaitableCoroutine<string | undefined>>()(
  cancelScope({ timeout: 5, shield: true, level: true, name: 'cleanup' }, function* (scope) {
    expectType<CancelScope>()(scope);
    expectType<number | undefined>()(scope.deadline);
    scope.deadline = null;
    return yield* text;
  }),
);
expectType<AwaitableCoroutine<string | undefined>>()(moveOnAfter(5, async () => await text));
expectType<AwaitableCoroutine<Date | undefined>>()(new CancelScope().run(work));
expectType<Future<void>>()(text.stop('enough'));

// retry(): what the function returns
expectType<AwaitableCoroutine<Date>>()(retry(work, { attempts: 3 }));
expectType<AwaitableCoroutine<string>>()(
  retry(
    async (attempt) => {
      expectType<RetryAttempt>()(attempt);
      expectType<AbortSignal>()(attempt.signal);
      return await text;
    },
    {
      attempts: Number.POSITIVE_INFINITY,
      delay: 5,
      factor: 2,
      jitter: (delay) => delay / 2,
      maxDelay: 100,
      within: 1000,
      retryIf: (error, attempt) => error instanceof RangeError && attempt < 3,
      onRetry: (error, attempt, delay) => console.log(error, attempt, delay),
    },
  ),
);
const retryOptions: RetryOptions = { attempts: 3, jitter: true, within: undefined };
expectType<AwaitableCoroutine<number>>()(retry(() => sleep(1, 5 as number), retryOptions));
expectType<number | undefined>()(attemptsOf(new Error())?.count);

// latest(), singleFlight(): the arguments, the result and the `this` of the function
const measure = latest(async (text: string) => text.length);
expectType<(this: unknown, text: string) => Future<number>>()(measure);
const pauseFor = latest(function* (ms?: number) {
  return yield* sleep(ms ?? 5, 5 as number);
});
expectType<(this: unknown, ms?: number) => AwaitableCoroutine<number>>()(pauseFor);
const declared = coroutine(function* (id: number) {
  return yield* sleep(1, `${id}`);
});
const loadDeclared = singleFlight(declared);
expectType<(this: unknown, id: number) => AwaitableCoroutine<string>>()(loadDeclared);
const loadUser = singleFlight(
  async function (this: { readonly base: string }, id: number, _fresh: boolean) {
    return `${this.base}${id}`;
  },
  { key: (id, fresh) => `${id} ${fresh}` },
);
expectType<Future<string>>()(loadUser.call({ base: '' }, 5, true));
const asList = latest(async <Item>(item: Item) => [item]);
expectType<Future<number[]>>()(asList(5 as number));
const asKeyedList = singleFlight(async <Item>(item: Item, _key: number) => [item], {
  key: (_, key) => key,
});
expectType<Future<string[]>>()(asKeyedList('a' as string, 5));
const atOnce = latest(function* () {
  return 5 as number;
});
expectType<AwaitableCoroutine<number>>()(atOnce());
const controlled = <T>(fn: (id: number) => Promise<T>): ((id: number) => Future<T>) => latest(fn);
expectType<Future<string>>()(controlled(async (id) => `${id}`)(5));
void singleFlight(async (id: number, _fresh?: boolean) => id, { key: (id) => id });
void singleFlight(async (id: number) => id, { key: undefined });

// limiters: what the body returns
const rate = new RateLimiter({ limit: 5, interval: 1000, strategy: 'token-bucket' });
expectType<AwaitableCoroutine<RateLimiter>>()(rate.acquire());
expectType<AwaitableCoroutine<string>>()(rate.with(async () => await text));
expectType<AwaitableCoroutine<Date>>()(rate.with(work));
const capacity = new CapacityLimiter(5);
capacity.totalTokens = 10;
expectType<AwaitableCoroutine<CapacityLimiter>>()(capacity.acquire('a file'));
expectType<AwaitableCoroutine<string>>()(capacity.with(async (_signal: AbortSignal) => await text));

// staggeredRace(): the union of what the candidates return
expectType<AwaitableCoroutine<RaceResult<Date | string | number>>>()(
  staggeredRace([work, async () => 'text', () => sleep(1, 5 as number)], 10),
);
expectType<AwaitableCoroutine<RaceResult<Date>>>()(staggeredRace([work, work], null));
expectType<AwaitableCoroutine<RaceResult<string>>>()(
  staggeredRace(new Set([async () => 'text']), undefined),
);
expectType<AwaitableCoroutine<RaceResult<string>>>()(staggeredRace<string>([async () => ''], 10));

// all(): a tuple for a tuple, a record for a record, a list for a list; functions are called
expectType<AwaitableCoroutine<[string, number, boolean, Date]>>()(
  all([text, task, promise, work()]),
);
expectType<AwaitableCoroutine<[Date, number, string]>>()(
  all([work, async () => 5, async (signal) => String(signal.aborted)], { concurrency: 2 }),
);
expectType<AwaitableCoroutine<[]>>()(all([]));
expectType<AwaitableCoroutine<number[]>>()(all(tasks));
expectType<AwaitableCoroutine<number[]>>()(all(new Set(tasks)));
expectType<AwaitableCoroutine<Date[]>>()(all([1, 2].map(() => work)));
expectType<AwaitableCoroutine<{ a: string; b: Date; c: number }>>()(
  all({ a: text, b: work, c: async () => 5 }),
);
interface Loads {
  readonly user: Promise<string>;
  count(): Promise<number>;
}
declare const loads: Loads;
expectType<AwaitableCoroutine<{ user: string; count: number }>>()(all(loads));
expectType<AwaitableCoroutine<{ a: Date; b: string }>>()(
  all({ a: work, b: async (signal) => String(signal.aborted) }),
);
void all({});
expectType<AwaitableCoroutine<[number]>>()(all<[Promise<number>]>([Promise.resolve(1)]));
const given = JSON.parse('[]');
void all(given);
void race(given);
void latest(given);
void coroutine(given);
void singleFlight(given, given);
void mapConcurrent(given, given, given);
void all([given, task]);
const allOf = <T>(list: Coroutine<T>[]): AwaitableCoroutine<T[]> => all(list);

async function allAsync() {
  const [a, b] = await all([sleep(1, 'a' as string), async () => 5]);
  expectType<string>()(a);
  expectType<number>()(b);
}

// allSettled(): a discriminated union for each
expectType<AwaitableCoroutine<[Settled<string>, Settled<Date>]>>()(allSettled([text, work]));
expectType<AwaitableCoroutine<{ a: Settled<number> }>>()(allSettled({ a: task }));
expectType<AwaitableCoroutine<Settled<number>[]>>()(allSettled(new Set(tasks)));
function* settles() {
  const [first] = yield* allSettled([text]);
  if (first.status === 'fulfilled') expectType<string>()(first.value);
  else expectType<unknown>()(first.reason);
}

// race(), any(): the union of the results
expectType<AwaitableCoroutine<string | Date | number>>()(race([text, work, async () => 5]));
expectType<AwaitableCoroutine<number>>()(any(new Set(tasks)));
expectType<AwaitableCoroutine<string | Date>>()(
  race([async (signal) => String(signal.aborted), work]),
);
expectType<AwaitableCoroutine<number>>()(race<Promise<number>>([Promise.resolve(1)]));
// @ts-expect-error a number is no list
all(5);
// @ts-expect-error neither is a function
all(work);
// @ts-expect-error nor a promise
all(promise);

// mapConcurrent(): the results, or outcomes with numbers
const mapped = mapConcurrent(['a', 'b'], async (item, index) => item.length + index);
expectType<AwaitableCoroutine<number[]>>()(mapped.toArray());
const listsOf = mapConcurrent(['a'], async <Item>(item: Item) => [item]);
expectType<AwaitableCoroutine<string[][]>>()(listsOf.toArray());
void mapConcurrent([{ kind: 'a' }], async (item: { kind: 'a' | 'b' }) => item);
const mapAll = <T>(items: T[], fn: (item: T) => Promise<number>): AwaitableCoroutine<number[]> =>
  mapConcurrent(items, fn).toArray();
void mapAll;
expectType<AwaitableCoroutine<Date[]>>()(mapConcurrent(new Set([1]), () => work()).toArray());
async function maps() {
  for await (const each of mapped) expectType<number>()(each);
  for await (const each of mapConcurrent([1], () => work(), { indexed: true })) {
    expectType<number>()(each.index);
    expectType<Date>()(each.value);
  }
  for await (const each of mapConcurrent(queue, () => work(), {
    onError: 'settle',
    indexed: true,
  })) {
    expectType<number>()(each.index);
    if (each.status === 'fulfilled') expectType<Date>()(each.value);
  }
}
function* mapsInCoroutines(): Coroutine<number> {
  const step = yield* mapped.next();
  return step.done ? 0 : step.value;
}
// @ts-expect-error: the items do not fit
mapConcurrent(['a'], async (item: number) => item);
// @ts-expect-error: no such way to treat failures
mapConcurrent(['a'], async (item) => item, { onError: 'throw' });
// @ts-expect-error: the function returns nothing that can be awaited
mapConcurrent(['a'], (item) => item);
// @ts-expect-error: a number cannot be iterated
mapConcurrent(5, async (item) => item);
void [maps, mapsInCoroutines];

// Channels
const { sender, receiver } = channel<Date>(1);
async function channels() {
  expectType<void>()(await sender.send(new Date()));
  expectType<Date>()(await receiver.receive());
  for await (const item of receiver) expectType<Date>()(item);
  const step = await receiver.next();
  if (!step.done) expectType<Date>()(step.value);
  expectType<Date>()(receiver.clone().receiveNowait());
  expectType<number>()(receiver.statistics().receiving);
}
function* channelsInCoroutines(): Coroutine<Date> {
  yield* sender.send(new Date());
  return yield* receiver.receive();
}
// @ts-expect-error: not an item of this channel
sender.sendNowait('now');
// @ts-expect-error: items come out of the other end
sender.receive();
// @ts-expect-error: a capacity is a number
channel('2');
void [channels, channelsInCoroutines];

// Queues
declare const queue: Queue<Date>;
async function queues() {
  expectType<Date>()(await queue.get());
  for await (const item of queue) expectType<Date>()(item);
}

// ── What must not compile ─────────────────────────────────────────────────────────────────────────────────────────

// @ts-expect-error a list is expected
gather(text, task);
// @ts-expect-error a number cannot be awaited
gather([text, 5]);
// @ts-expect-error a function must be called
gather([work]);
// @ts-expect-error there is no such option
gather([text], { returnException: true });
// @ts-expect-error there is no such option
taskGroup(async () => 5, { concurrency: 5 });
// @ts-expect-error it throws a group or the first error
taskGroup(async () => 5, { errors: 'all' });
taskGroup(async (tg) => {
  // @ts-expect-error a body is a function
  await tg.start(sleep(1));
  // @ts-expect-error the value has another type
  await tg.start<number>(async (started) => started('8080'));
});
// @ts-expect-error a task outside of a group has none
createTask(work, { background: true });
// @ts-expect-error all() of Python is `every()`
all([true, false]);
// @ts-expect-error a number cannot be awaited
all([5]);
// @ts-expect-error one of them cannot
all([text, 5]);
// @ts-expect-error in a set too
all(new Set([5]));
// @ts-expect-error nor by a race
race([5]);
// @ts-expect-error
any([5]);
// @ts-expect-error
allSettled([5]);
// @ts-expect-error
allSettled({ a: 5 });
// @ts-expect-error a list or a record is expected
all(task);
// @ts-expect-error one list is expected
all(text, task);
// @ts-expect-error the function returns nothing that can be awaited
all([() => 5]);
// @ts-expect-error a number cannot be awaited
all({ a: text, b: 5 });
// @ts-expect-error there is no such option
all([text], { limit: 5 });
// @ts-expect-error any() of Python is `some()`
any([true, false]);
// @ts-expect-error a record has no first
race({ a: text });
// @ts-expect-error wait() takes futures: coroutines are for createTask()
wait([work()]);
// @ts-expect-error wait() takes futures
wait([promise]);
// @ts-expect-error a list is expected
wait(5);
// @ts-expect-error there is no such condition
wait(tasks, { returnWhen: 'LAST_COMPLETED' });
// @ts-expect-error a timeout is a number of milliseconds
wait(tasks, { timeout: '5' });
// @ts-expect-error a list is expected
asCompleted(5);
// @ts-expect-error a number cannot be awaited
asCompleted([5]);
// @ts-expect-error candidates are functions
staggeredRace([work()], 10);
// @ts-expect-error candidates are generator functions or async functions
staggeredRace([() => 5], 10);
// @ts-expect-error a number cannot be awaited
shield(5);
// @ts-expect-error a function must be called
waitFor(work, 5);
// @ts-expect-error the time must be given
waitFor(work());
// @ts-expect-error the time is a number of milliseconds
waitFor(work(), '5');
// @ts-expect-error the options come first
cancelScope(work);
// @ts-expect-error there is no such option
cancelScope({ time: 5 }, work);
// @ts-expect-error the number of attempts is missing
retry(work, {});
// @ts-expect-error there is no such option
retry(work, { attempts: 3, retries: 5 });
// @ts-expect-error the function itself is expected, which can be called again
retry(work(), { attempts: 3 });
// @ts-expect-error it is given an attempt, which has a signal
retry(async (signal: AbortSignal) => signal.aborted, { attempts: 3 });
// @ts-expect-error a promise would be taken for true
retry(work, { attempts: 3, retryIf: async () => true });
// @ts-expect-error the function returns nothing that can be awaited
retry(() => 5, { attempts: 3 });
// @ts-expect-error the function itself is expected, which is called again
latest(work());
// @ts-expect-error the function returns nothing that can be awaited
latest(() => 5);
// @ts-expect-error the arguments are those of the function
latest(async (text: string) => text)(5);
// @ts-expect-error there is no such option
singleFlight(work, { keys: () => 1 });
// @ts-expect-error `this` is that of the function
loadUser(5, true);
// @ts-expect-error both options are needed
new RateLimiter({ limit: 5 });
// @ts-expect-error there is no such strategy
new RateLimiter({ limit: 5, interval: 5, strategy: 'leaky-bucket' });
// @ts-expect-error the body is a function
rate.with(work());
// @ts-expect-error there is nothing to release
rate.release();
// @ts-expect-error how many are borrowed follows from what was acquired
capacity.borrowedTokens = 3;
// @ts-expect-error the body is a function
moveOnAfter(5, work());
// @ts-expect-error the time comes first
moveOnAfter(work, 5);
// @ts-expect-error the body is a function
timeout(5, work());
// @ts-expect-error the body is a generator function or an async function
timeout(5, () => 5);
// @ts-expect-error the body may not yield numbers
timeout(5, function* () {
  yield 5;
});
// @ts-expect-error the time comes first
timeout(function* () {});
timeout(5, function* (scope) {
  // @ts-expect-error the deadline is a number or null
  scope.reschedule('5');
});
// @ts-expect-error the body is a function
taskGroup([work()]);
taskGroup(function* (tg) {
  // @ts-expect-error a number is nothing to run
  tg.createTask(5);
});
taskGroup(async (tg) => {
  // @ts-expect-error a promise cannot be cancelled
  tg.createTask(promise);
});
// @ts-expect-error the items are dates
queue.putNowait('now');

void [allOf, allAsync, settles];
void [gathers, gathersAsync, waits, completes, completesAsync, asyncBodies, queues, createTask];
