import {
  type Awaitable,
  type AwaitableCoroutine,
  type Coroutine,
  createTask,
  ensureFuture,
  Future,
  fromPromise,
  type ResultOf,
  run,
  sleep,
  type Task,
  type Yieldable,
} from 'skein';
import { expectType } from './expect-type.ts';

interface User {
  readonly id: number;
  readonly name: string;
}

function* fetchUser(id: number): Coroutine<User> {
  yield* sleep(1);
  return { id, name: 'ada' };
}

function* inferred(id: number) {
  const user = yield* fetchUser(id);
  return [user.name, user.id] as const;
}

// Types flow through `yield*`.
function* main() {
  expectType<User>()(yield* fetchUser(1));
  expectType<readonly [string, number]>()(yield* inferred(1));
  expectType<void>()(yield* sleep(1));
  expectType<'awake'>()(yield* sleep(1, 'awake' as const));
  expectType<string>()(yield* sleep(1, 'awake' as string));
  expectType<number>()(yield* new Future<number>());
  expectType<User>()(yield* createTask(fetchUser(1)));
  expectType<string>()(yield* fromPromise(Promise.resolve('text')));
  expectType<string>()(yield* fromPromise(async (signal) => `${signal.aborted}`));
  // A bare yield gives way for one iteration.
  yield;
  yield undefined;
  return 1;
}

expectType<Coroutine<User>>()(fetchUser(1));
expectType<Promise<number>>()(run(main));
expectType<Promise<number>>()(run(main()));
expectType<Promise<string>>()(run(async () => 'done'));
expectType<Promise<User>>()(run(() => fetchUser(1)));
expectType<Promise<number>>()(run(new Future<number>()));
expectType<Promise<number>>()(run(createTask(main)));
expectType<Promise<string>>()(run(sleep(1, 'awake' as string)));
declare const query: PromiseLike<number>;
declare const lazy: Promise<number> & { readonly [Symbol.toStringTag]: 'PrismaPromise' };
declare const either: Coroutine<number> | Future<number>;
declare const yieldable: Yieldable<number>;
expectType<Promise<number>>()(run(query));
expectType<Promise<number>>()(run(lazy));
expectType<Promise<number>>()(run(either));
expectType<Promise<number>>()(run(yieldable));
function* atOnce() {
  return 1;
}
expectType<Promise<number>>()(run(atOnce()));

// What a generator infers for itself is a coroutine.
const isCoroutine: Coroutine<number> = main();
void isCoroutine;

// createTask()
expectType<Task<User>>()(createTask(fetchUser(1)));
expectType<Task<number>>()(createTask(main));
expectType<Task<string>>()(createTask(async () => 'done'));
expectType<Task<boolean>>()(createTask(async (signal) => signal.aborted));
expectType<Task<string>>()(createTask(() => Promise.resolve('done')));
expectType<Task<User>>()(createTask(() => fetchUser(1)));
expectType<Task<void>>()(createTask(sleep(1)));
expectType<Task<void>>()(createTask(function* () {}));
expectType<Task<string>>()(createTask(sleep(1, 'awake' as string), { name: 5, eagerStart: true }));

// Awaiting, with both words
async function asynchronous() {
  expectType<User>()(await createTask(fetchUser(1)));
  expectType<void>()(await sleep(1));
  expectType<string>()(await sleep(1, 'awake' as string));
  expectType<number>()(await new Future<number>());
  expectType<number>()(await ensureFuture(main()));
}
void asynchronous;

// The types of types
expectType<ResultOf<Task<User>>>()({} as User);
expectType<ResultOf<AwaitableCoroutine<string>>>()({} as string);
expectType<ResultOf<Promise<Promise<string>>>>()({} as string);
expectType<ResultOf<Future<number> | Promise<string>>>()({} as number | string);
const awaitables: Awaitable<number>[] = [new Future<number>(), Promise.resolve(1), main()];
void awaitables;

// Futures
const future = new Future<number>();
expectType<number>()(future.result());
expectType<unknown>()(future.exception());
expectType<boolean>()(future.cancel('with any'));
future.cancel({ because: 'any value' });
future.addDoneCallback((done) => expectType<Future<number>>()(done));
const task = createTask(fetchUser(1));
task.addDoneCallback((done) => expectType<Task<User>>()(done));
expectType<Promise<string>>()(future.then((n) => n.toFixed()));
expectType<Promise<number | undefined>>()(future.then(undefined, () => undefined));
expectType<AbortSignal>()(task.signal);
expectType<Coroutine<User> | undefined>()(task.getCoro());

// ── What must not compile ─────────────────────────────────────────────────────────────────────────────────────────

function* yieldsNumber(): Coroutine<void> {
  // @ts-expect-error only futures and coroutines can be awaited
  yield 5;
}

function* forgetsTheStar(): Coroutine<void> {
  // @ts-expect-error a coroutine is awaited with `yield*`, with the star
  yield fetchUser(1);
  // @ts-expect-error so is a future
  yield future;
}

function* awaitsNumber(): Coroutine<void> {
  // @ts-expect-error a number cannot be awaited
  yield* 5;
  // @ts-expect-error a promise is awaited with `yield* fromPromise(promise)`
  yield* Promise.resolve(1);
  // @ts-expect-error a list is not a coroutine
  yield* [1, 2];
  // @ts-expect-error a function is not a coroutine: call it
  yield* main;
}

function* wrongResult(): Coroutine<string> {
  // @ts-expect-error the result is a number
  return yield* main();
}

// @ts-expect-error what yields numbers is no coroutine
createTask(yieldsNumbers());
function* yieldsNumbers() {
  yield 5;
}

// @ts-expect-error what yields futures is no coroutine
run(yieldsFuture);
function* yieldsFuture() {
  yield future;
}

// @ts-expect-error a delay is a number of milliseconds
sleep('5');
// @ts-expect-error a delay must be given
sleep();
// @ts-expect-error a promise cannot be cancelled: pass the async function
createTask(Promise.resolve(1));
// @ts-expect-error a future is under way already
createTask(future);
// @ts-expect-error a promise is under way already
run(Promise.resolve(5));
// @ts-expect-error a number is nothing to run
createTask(5);
// @ts-expect-error a function that takes arguments must be called
createTask(fetchUser);
// @ts-expect-error a function that returns a number is nothing to run
createTask(() => 5);
// @ts-expect-error there is no such option
createTask(main, { nam: 'typo' });
// @ts-expect-error a signal is an AbortSignal
createTask(main, { signal: new AbortController() });
// @ts-expect-error the result is a number
future.setResult('5');
// @ts-expect-error the result must be given
future.setResult();
new Future<void>().setResult();
// @ts-expect-error the result of a task is what its coroutine returns
task.setResult({ id: 1, name: 'ada' });
// @ts-expect-error a future has no executor function
new Future((resolve) => resolve(5));
// @ts-expect-error the callback takes a future of numbers
future.addDoneCallback((done: Future<string>) => done);
// @ts-expect-error a number cannot be awaited
ensureFuture(5);
// @ts-expect-error neither a promise nor a function that returns one
fromPromise(5);
// @ts-expect-error a promise is under way already
run(Promise.resolve(5));
// @ts-expect-error a number is nothing to run
run(5);
// @ts-expect-error the loop is made by a function
run(main, { loop: {} });
void [yieldsNumber, forgetsTheStar, awaitsNumber, wrongResult];

// Futures, tasks and coroutines of the library fit where a promise is expected.
const asPromise: Promise<number> = createTask(async () => 1);
const ofFuture: Promise<string> = new Future<string>();
const ofCoroutine: Promise<void> = sleep(1);
const typedCallback: () => Promise<string> = () => sleep(1, 'awake' as string);
expectType<Promise<[number, string, void]>>()(Promise.all([asPromise, ofFuture, ofCoroutine]));
expectType<Promise<number | string>>()(createTask(async () => 1).catch(() => 'none'));
expectType<Promise<number>>()(createTask(async () => 1).finally(() => {}));
expectType<Promise<void | boolean>>()(sleep(1).catch(() => false));
// Callbacks may name the type of the reason, as those of a promise may.
expectType<Promise<number | string>>()(
  createTask(async () => 1).catch((error: Error) => error.name),
);
expectType<Promise<number | string>>()(
  new Future<number>().then(
    (value) => value.toFixed(),
    (error: RangeError) => error.message.length,
  ),
);
createTask(async () => 1).catch((error) => {
  expectType<unknown>()(error);
});
void typedCallback;
// @ts-expect-error the result is no string
const wrongly: Promise<string> = createTask(async () => 1);
void wrongly;
