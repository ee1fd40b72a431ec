/** Functions that are declared with `coroutine()`. */
import {
  type AwaitableCoroutine,
  asCompleted,
  type Coroutine,
  coroutine,
  createTask,
  ensureFuture,
  type Future,
  gather,
  run,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
  waitFor,
} from 'skein';
import type { ThreadPoolExecutor } from 'skein/executors';
import { expectType } from './expect-type.ts';

interface User {
  readonly id: number;
}

const fetchUser = coroutine(function* (id: number) {
  yield* sleep(1);
  return { id } as User;
});
expectType<(this: unknown, id: number) => AwaitableCoroutine<User>>()(fetchUser);
expectType<AwaitableCoroutine<User>>()(fetchUser(1));

// Awaiting, with both words
function* generator() {
  expectType<User>()(yield* fetchUser(1));
  expectType<[User, void]>()(yield* gather([fetchUser(1), sleep(1)]));
}
async function asynchronous() {
  expectType<User>()(await fetchUser(1));
  expectType<[User, User]>()(await Promise.all([fetchUser(1), fetchUser(2)]));
}
void generator;
void asynchronous;

// It is a promise to all who want one.
const promise: Promise<User> = fetchUser(1);
expectType<Promise<number>>()(promise.then((user) => user.id));
expectType<Promise<User | string>>()(fetchUser(1).catch(() => 'nobody'));
expectType<Promise<User>>()(fetchUser(1).finally(() => {}));

// Parameters: optional ones, and rest.
const optional = coroutine(function* (_a: number, _b?: string, ..._rest: boolean[]) {});
optional(1);
optional(1, 'b', true, false);
// @ts-expect-error - a parameter of the wrong type
optional('1');
// @ts-expect-error - one too few
optional();

// Type parameters stay.
const first = coroutine(function* <T>(list: readonly T[]): Coroutine<T | undefined> {
  yield* sleep(1);
  return list[0];
});
expectType<AwaitableCoroutine<string | undefined>>()(first(['a']));
expectType<AwaitableCoroutine<User | undefined>>()(first([{ id: 1 } as User]));
const pick = coroutine(function* <T, K extends keyof T>(from: T, key: K) {
  yield;
  return from[key];
});
expectType<AwaitableCoroutine<number>>()(pick({ id: 1, name: 'ada' }, 'id'));
// @ts-expect-error - it has no such key
pick({ id: 1 }, 'name');
const listOf: <T>(item: T) => AwaitableCoroutine<T[]> = coroutine(function* <T>(item: T) {
  yield;
  return [item];
});
expectType<AwaitableCoroutine<string[]>>()(listOf('a' as string));

// `this` stays.
class Service {
  readonly retries: number = 3;
  fetch = coroutine(function* (this: Service, id: number) {
    yield* sleep(1);
    return id + this.retries;
  });
}
const service = new Service();
expectType<AwaitableCoroutine<number>>()(service.fetch(1));
const { fetch } = service;
// @ts-expect-error - without its `this`
fetch(1);
expectType<AwaitableCoroutine<number>>()(fetch.call(service, 1));

// A function that calls itself says what it returns.
const depthOf = coroutine(function* (n: number): Coroutine<number> {
  return n === 0 ? 0 : 1 + (yield* depthOf(n - 1));
});
expectType<AwaitableCoroutine<number>>()(depthOf(3));

// It goes wherever a function or a coroutine does.
const work = coroutine(function* () {
  yield* sleep(1);
  return 'done';
});
expectType<Task<string>>()(createTask(work));
expectType<Task<string>>()(createTask(work()));
expectType<Promise<string>>()(run(work));
expectType<Promise<string>>()(run(work()));
expectType<Future<string>>()(shield(work()));
expectType<Future<string>>()(ensureFuture(work()));
expectType<AwaitableCoroutine<string>>()(waitFor(work(), 5));
expectType<AwaitableCoroutine<string>>()(timeout(5, work));
expectType<AwaitableCoroutine<string>>()(taskGroup(work));
for (const next of asCompleted([work()])) expectType<AwaitableCoroutine<string>>()(next);
const withSignal = coroutine(function* (signal: AbortSignal) {
  yield;
  return signal.aborted;
});
expectType<Task<boolean>>()(createTask(withSignal));
// @ts-expect-error - it expects an argument that it does not get
createTask(fetchUser);
declare const pool: ThreadPoolExecutor;
const submitted: Future<User> = pool.submit(fetchUser, 1);
void submitted;

// What is declared twice is the same.
const twice: typeof work = coroutine(work);
void twice;

// What is no generator function
// @ts-expect-error - an async function
coroutine(async () => 1);
// @ts-expect-error - a plain function
coroutine(() => 1);
// @ts-expect-error - a coroutine, not the function
coroutine(fetchUser(1));
// @ts-expect-error - an async generator function
coroutine(async function* () {});
coroutine(
  // @ts-expect-error - it yields what nothing awaits
  function* () {
    yield Promise.resolve(1);
  },
);
