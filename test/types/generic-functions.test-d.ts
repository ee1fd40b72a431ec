/** Generic functions of a program around those of the library: their type parameters are not resolved yet. */
import {
  type AllSettled,
  type Awaitable,
  type AwaitableCoroutine,
  all,
  allSettled,
  any,
  asCompleted,
  type Coroutine,
  createTask,
  ensureFuture,
  type Future,
  gather,
  type ResultOf,
  type Results,
  race,
  run,
  type Startable,
  type StartedResult,
  type StartedResults,
  shield,
  type Task,
  timeout,
  type WaitResult,
  wait,
  waitFor,
} from 'skein';
import { expectType } from './expect-type.ts';

const ofCoroutine = <T>(work: Coroutine<T>): Task<T> => createTask(work);
const ofFunction = <T>(work: () => Coroutine<T>): Task<T> => createTask(work);
const ofAsyncFunction = <T>(work: (signal: AbortSignal) => Promise<T>): Task<T> => createTask(work);
const ofCoroutineType = <C extends Coroutine<number>>(work: C): Task<number> => createTask(work);
const ofFunctionType = <F extends () => Coroutine<number>>(work: F): Task<number> =>
  createTask(work);

const runs = <T>(main: () => Promise<T>): Promise<T> => run(main);
const runsType = <M extends () => Coroutine<number>>(main: M): Promise<number> => run(main);

const shielded = <T>(work: Awaitable<T>): Future<T> => shield(work);
const shieldedType = <A extends Awaitable<number>>(work: A): Future<number> => shield(work);
const inTime = <T>(work: Coroutine<T>): AwaitableCoroutine<T> => waitFor(work, 5);
const inTimeType = <A extends Awaitable<number>>(work: A): AwaitableCoroutine<number> =>
  waitFor(work, 5);
const ensured = <T>(work: Promise<T>): Future<T> => ensureFuture(work);
const timed = <T>(body: () => Promise<T>): AwaitableCoroutine<T> => timeout(5, body);
const timedType = <F extends () => Coroutine<number>>(body: F): AwaitableCoroutine<number> =>
  timeout(5, body);

const allTogether = <T>(work: Coroutine<T>[]): AwaitableCoroutine<T[]> => all(work);
const allOfOneType = <C extends Coroutine<number>>(work: C): AwaitableCoroutine<[number]> =>
  all([work]) as AwaitableCoroutine<[number]>;
const allOfListType = <L extends readonly Startable<unknown>[]>(
  work: L,
): AwaitableCoroutine<StartedResults<L>> => all(work);
const allOfRecordType = <R extends Readonly<Record<string, Startable<unknown>>>>(
  work: R,
): AwaitableCoroutine<StartedResults<R>> => all(work);
const allByName = <T>(work: () => Promise<T>): AwaitableCoroutine<{ work: T }> => all({ work });
const settledOfType = <L extends readonly Startable<unknown>[]>(
  work: L,
): AwaitableCoroutine<AllSettled<L>> => allSettled(work);
const firstOf = <T>(work: (() => Promise<T>)[]): AwaitableCoroutine<T> => race(work);
const firstOfType = <S extends Startable<unknown>>(
  work: S[],
): AwaitableCoroutine<StartedResult<S>> => any(work);

const gathered = <T>(work: Coroutine<T>[]): Future<T[]> => gather(work);
const allOfType = <A extends readonly Awaitable<unknown>[]>(work: A): Future<Results<A>> =>
  gather(work);
const allOfElements = <A extends Awaitable<unknown>>(work: A[]): Future<ResultOf<A>[]> =>
  gather(work);
const allOfSet = <A extends Awaitable<unknown>>(work: Set<A>): Future<ResultOf<A>[]> =>
  gather(work);
const waited = <T>(tasks: Task<T>[]): AwaitableCoroutine<WaitResult<Task<T>>> => wait(tasks);
const waitedType = <F extends Future<unknown>>(tasks: F[]): AwaitableCoroutine<WaitResult<F>> =>
  wait(tasks);
function* completed<T>(work: Coroutine<T>[]): Coroutine<void> {
  for (const next of asCompleted(work)) expectType<T>()(yield* next);
}

// What only throws; a result that is told; what is not typed.
const anything = JSON.parse('5');
expectType<Task<unknown>>()(
  createTask(() => {
    throw new Error();
  }),
);
expectType<Task<number>>()(createTask<number>(async () => 5));
expectType<Promise<number>>()(run<number>(async () => 5));
expectType<Task<unknown>>()(createTask(anything));
expectType<Future<unknown>>()(shield(anything));

void [ofCoroutine, ofFunction, ofAsyncFunction, ofCoroutineType, ofFunctionType, runs, runsType];
void [shielded, shieldedType, inTime, inTimeType, ensured, timed, timedType];
void [allTogether, allOfOneType, allOfListType, allOfRecordType, allByName, settledOfType];
void [firstOf, firstOfType];
void [gathered, allOfType, allOfElements, allOfSet, waited, waitedType, completed];
