/**
 * The names of skein, for files that are linted without types. `test/lint.test.js` compares them with the package.
 */

/** Functions whose results are coroutines: they begin when they are awaited. */
export const lazyFunctions = new Set([
  'all',
  'allSettled',
  'any',
  'cancelScope',
  'moveOnAfter',
  'race',
  'retry',
  'sleep',
  'staggeredRace',
  'taskGroup',
  'timeout',
  'timeoutAt',
  'wait',
  'waitFor',
]);

/** Functions whose results are futures: what they stand for has begun. */
export const futureFunctions = new Set([
  'createTask',
  'currentTask',
  'eagerTaskFactory',
  'ensureFuture',
  'fromPromise',
  'gather',
  'shield',
  'toThread',
]);

/** Functions that make a coroutine function of a generator function. */
export const declaringFunctions = new Set(['awaitable', 'coroutine']);

/** Methods, by class, whose results are coroutines. */
export const lazyMethods = new Map(
  Object.entries({
    Barrier: ['abort', 'reset', 'wait'],
    BoundedSemaphore: ['acquire', 'with'],
    CapacityLimiter: ['acquire', 'with'],
    Condition: ['acquire', 'wait', 'waitFor', 'with'],
    Event: ['wait'],
    LifoQueue: ['get', 'join', 'put'],
    Lock: ['acquire', 'with'],
    PriorityQueue: ['get', 'join', 'put'],
    Queue: ['get', 'join', 'put'],
    RateLimiter: ['acquire', 'with'],
    Receiver: ['receive'],
    Semaphore: ['acquire', 'with'],
    Sender: ['send'],
    TaskGroup: ['start'],
  }).map(([name, methods]) => [name, new Set(methods)]),
);

/** Classes whose methods send functions to workers. */
export const pools = new Set(['ProcessPoolExecutor', 'ThreadPoolExecutor']);

/** Methods of pools, with the place of the function among their arguments. */
export const sendingMethods = new Map([
  ['map', 0],
  ['stream', 0],
  ['streamWith', 1],
  ['submit', 0],
  ['submitWith', 1],
]);

/** Methods that run the function they are given as a task, or as a part of one. */
export const runningMethods = new Set([
  'createTask',
  'run',
  'runUntilComplete',
  'shield',
  'start',
  'with',
]);

/** Functions that take iterables of things to await: a generator that yields such things is no coroutine. */
export const takesInputs = new Set([
  'all',
  'allSettled',
  'any',
  'asCompleted',
  'gather',
  'mapConcurrent',
  'race',
  'staggeredRace',
  'wait',
]);
