/**
 * What to write instead: the second half of the errors for misuse. `expected.ts` makes their first half.
 *
 * The keys are the words of the first half: the function and what it expected ("createTask a coroutine"), or what any function
 * expected ("an event loop"). A value that depends on what the function got is a function of that.
 */
import { isCoroutine, isPromiseLike } from '../coroutine.ts';
import { isFuture } from '../is-future.ts';
import { nameOf } from '../text.ts';

/** A sentence; or what follows at once, with the mark that parts them. */
type Advice = string | ((got: never, name: string) => string | undefined);

const options = 'an options object';
const body = 'a generator function or an async function';

const advices: Readonly<Record<string, Advice>> = {
  'a coroutine, a future or a promise': (got: unknown) =>
    typeof got === 'function'
      ? 'Give it to `createTask()`, or call it: what that returns can be awaited.'
      : undefined,
  'a coroutine, a generator function or an async function': sourceAdvice,
  'a list of awaitables': (_got: unknown, name: string) => `Write \`${name}([task])\`.`,
  'a plain function to call': (fn: unknown) =>
    `: nothing would wait for it. Write \`() => void createTask(${nameOf(fn, 'work')})\`.`,
  'an event loop': 'Pass what `getEventLoop()` returns, or leave it out.',
  '`context` to be a Context': 'Make one with `copyContext()`.',
  '`signal` to be an AbortSignal': (got: { readonly signal?: Partial<AbortSignal> } | null) =>
    typeof got?.signal?.aborted === 'boolean' ? 'Pass `controller.signal`.' : undefined,
  '`maxsize`, options and nothing more': (_got: unknown, name: string) =>
    `Write \`${name}(10, { name: 'jobs' })\`.`,
  "a future from the executor's `submit()`": 'Wrap a promise with `fromPromise()`.',

  'all coroutines, functions, futures or promises': (got: unknown) =>
    truthAdvice(got, 'every', 'all'),
  [`all ${options}`]: 'Write `all([a, b], { concurrency: 10 })`.',
  [`allSettled ${options}`]: 'Write `allSettled([a, b], { concurrency: 10 })`.',
  'any coroutines, functions, futures or promises': (got: unknown) =>
    truthAdvice(got, 'some', 'any'),
  'condition.waitFor a plain function to call':
    ': a promise would count as true. Test what is there when it is called.',
  'context.run a function to call': 'Write `context.run(() => …)`.',
  'context.run a plain function to call': (fn: unknown) =>
    `, which would not run in this context to its end. Write \`createTask(${nameOf(fn, 'work')}, { context })\`.`,
  'coroutine a generator function': (got: unknown) =>
    isCoroutine(got)
      ? 'Pass the function itself: `coroutine(work)`, not `coroutine(work())`.'
      : 'Write `coroutine(function* () { … })`.',
  'createTask a coroutine': (fn: unknown) =>
    ` that takes arguments. Call it: \`createTask(${nameOf(fn, 'fn')}(…))\`.`,
  'new AsCompleted to be called by `asCompleted()`': 'Write `asCompleted([a, b])`.',
  'new Context no arguments': 'Set variables in it: `context.run(() => variable.set(value))`.',
  'new EventLoop no arguments': 'Options are set on the loop: `loop.setDebug(true)`.',
  'new ExceptionGroup a list of errors': "Write `new ExceptionGroup('both failed', [a, b])`.",
  'new ExceptionGroup a message': "Write `new ExceptionGroup('both failed', [a, b])`.",
  'new Runner `loop` to return an event loop': 'Write `{ loop: () => new EventLoop() }`.',
  'retry a plain function to call': (fn: unknown) =>
    `: nothing would wait for it. \`retryIf\` and \`jitter\` return at once; for \`onRetry\` write \`() => void createTask(${nameOf(fn, 'work')})\`.`,
  'singleFlight a plain function to call': ': the key is needed at once.',
  'staggeredRace functions': 'Write `() => work()`.',
  'retry `attempts` to be a whole number of at least 1': (got: unknown) =>
    got === undefined ? 'Write `Infinity` to try until it succeeds.' : undefined,
  'wait futures or tasks': (got: unknown) =>
    isPromiseLike(got) && !isCoroutine(got)
      ? 'Give the async function itself to `createTask()`, or wrap the promise with `fromPromise()`.'
      : 'Wrap a coroutine with `createTask()`.',

  [`condition.with ${body}`]: 'Write `condition.with(async () => { … })`.',
  [`lock.with ${body}`]: 'Write `lock.with(async () => { … })`.',
  [`latest ${body}`]: 'Write `latest(async (text) => { … })`.',
  [`limiter.with ${body}`]: 'Write `limiter.with(async () => { … })`.',
  [`retry ${body}`]: 'Write `retry(async () => { … }, { attempts: 3 })`.',
  [`start ${body}`]: 'Write `tg.start(async (started) => { … })`.',
  [`semaphore.with ${body}`]: 'Write `semaphore.with(async () => { … })`.',
  [`shutdown ${options}`]: 'Write `shutdown({ cancelFutures: true })`.',
  [`singleFlight ${body}`]: 'Write `singleFlight(async (id) => { … })`.',
  [`taskGroup ${options}`]: 'Write `taskGroup(async (tg) => { … }, { limit: 10 })`.',
  [`taskGroup ${body}`]: 'Write `taskGroup(async (tg) => { … })`.',
  [`timeout ${body}`]: 'Write `timeout(ms, async () => { … })`.',
  [`timeoutAt ${body}`]: 'Write `timeoutAt(when, async () => { … })`.',

  [`callExceptionHandler ${options}`]: 'Write `loop.callExceptionHandler({ message })`.',
  [`addDoneCallback ${options}`]: 'Write `addDoneCallback(callback, { context })`.',
  [`asCompleted ${options}`]: 'Write `asCompleted([a, b], { timeout: 1000 })`.',
  [`captureCallGraph ${options}`]: 'Write `captureCallGraph(task, { limit: 5 })`.',
  [`createTask ${options}`]: "Write `createTask(work(), { name: 'worker' })`.",
  [`eagerTaskFactory ${options}`]: 'Write `eagerTaskFactory(loop, coroutine, { name })`.',
  [`ensureFuture ${options}`]: 'Write `ensureFuture(work(), { loop })`.',
  [`gather ${options}`]: 'Write `gather([a, b], { returnExceptions: true })`.',
  [`getStack ${options}`]: 'Write `task.getStack({ limit: 5 })`.',
  [`new Barrier ${options}`]: "Write `new Barrier(2, { name: 'start' })`.",
  [`new BoundedSemaphore ${options}`]: "Write `new BoundedSemaphore(10, { name: 'requests' })`.",
  [`new Condition ${options}`]: "Write `new Condition(lock, { name: 'changed' })`.",
  [`new ContextVar ${options}`]: 'Write `new ContextVar(name, { defaultValue: 0 })`.',
  [`new Event ${options}`]: "Write `new Event({ name: 'ready' })`.",
  [`new ExceptionGroup ${options}`]:
    "Write `new ExceptionGroup('both failed', [a, b], { cause })`.",
  [`new Future ${options}`]: 'A future has no executor function: call `setResult()` on it.',
  [`new LifoQueue ${options}`]: "Write `new LifoQueue(10, { name: 'jobs' })`.",
  [`new Lock ${options}`]: "Write `new Lock({ name: 'log' })`.",
  [`new PriorityQueue ${options}`]: 'Write `new PriorityQueue(0, { compare: (a, b) => a - b })`.',
  [`new Queue ${options}`]: "Write `new Queue(10, { name: 'jobs' })`.",
  [`new Runner ${options}`]: 'Write `new Runner({ debug: true })`.',
  [`new CapacityLimiter ${options}`]: "Write `new CapacityLimiter(10, { name: 'sockets' })`.",
  [`new RateLimiter ${options}`]: 'Write `new RateLimiter({ limit: 10, interval: 1000 })`.',
  [`retry ${options}`]: 'Write `retry(async () => { … }, { attempts: 3 })`.',
  [`new Semaphore ${options}`]: "Write `new Semaphore(10, { name: 'requests' })`.",
  [`runner.run ${options}`]: 'Write `runner.run(main, { context })`.',
  [`singleFlight ${options}`]: 'Write `singleFlight(load, { key: (a, b) => … })`.',
  [`wait ${options}`]: 'Write `wait([a, b], { timeout: 1000 })`.',
};

/** Python has an `all()` and an `any()` for the truth of values. */
function truthAdvice(got: unknown, method: string, name: string): string | undefined {
  if (typeof got !== 'boolean') return undefined;
  return `Python's \`${name}(values)\` is \`values.${method}(Boolean)\` in JavaScript.`;
}

function sourceAdvice(source: unknown): string {
  if (isFuture(source)) return 'It is under way already: await it, or use `ensureFuture()`.';
  if (isPromiseLike(source)) {
    return 'A promise cannot be cancelled: pass the async function itself, `createTask(async () => …)`, or wrap it with `fromPromise()`.';
  }
  return 'Write `createTask(work())` or `createTask(work)`.';
}

/** Returns the end of the sentence "`name()` expected what, but got got", and what follows it. */
export function adviceFor(name: string, what: string, got: unknown): string {
  const found = advices[`${name} ${what}`] ?? advices[what];
  let advice: string | undefined;
  try {
    advice = typeof found === 'function' ? found(got as never, name) : found;
  } catch {
    // A getter of the value threw. The error tells of the value all the same.
  }
  if (advice === undefined) return '.';
  return /^\w/.test(advice) ? `. ${advice}` : advice;
}

const furtherAdvices: Readonly<Record<string, Advice>> = {
  closed: 'It runs nothing any more.',
  done: 'A future is settled once; ask `done()` first.',
  driven: 'Await that task, or call the generator function again for a new coroutine.',
  exception: 'Throw it there.',
  foreign: 'Create it on the loop that awaits it.',
  iterated:
    'Write `await future`, or `yield* future` in a coroutine that a task runs; compare futures with `===`.',
  list: 'Write `gather([a, b])`.',
  pending: 'Await it, or ask `done()` first.',
  result: 'Return it there.',
  stop: 'Return, or throw, to end the task from inside.',
  task: 'Start one with `run()` or `createTask()`.',
  yielded: (value: unknown) =>
    isPromiseLike(value) && !isCoroutine(value) && !isFuture(value)
      ? 'Write `yield* fromPromise(promise)` to await it.'
      : 'Write `yield*`, with the star, and only on coroutines, futures and tasks.',
};

/** Returns the sentence at the place `word`, to follow another one. */
export function furtherAdvice(word: string, about: unknown): string {
  const found = furtherAdvices[word];
  return ` ${typeof found === 'function' ? found(about as never, '') : found}`;
}
