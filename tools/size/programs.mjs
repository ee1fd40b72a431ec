/**
 * The programs whose size is promised, each with its limit in bytes: compressed, the entry with all that it imports
 * statically. A name that `skein` gets later has a line of its own here: it must not make the others larger.
 */
const uses = (names, from = 'skein') =>
  `import { ${names.join(', ')} } from '${from}';\nconsole.log(${names.join(', ')});\n`;

/** All names that `skein` exported when the limit for them was set. */
const everyday = [
  'ALL_COMPLETED',
  'AsCompleted',
  'Barrier',
  'BoundedSemaphore',
  'BrokenBarrierError',
  'CancelledError',
  'Condition',
  'Context',
  'ContextVar',
  'Event',
  'EventLoop',
  'ExceptionGroup',
  'FIRST_COMPLETED',
  'FIRST_EXCEPTION',
  'Future',
  'Handle',
  'InvalidStateError',
  'KeyboardInterrupt',
  'LifoQueue',
  'Lock',
  'PriorityQueue',
  'Queue',
  'QueueEmpty',
  'QueueFull',
  'QueueShutDown',
  'Runner',
  'Semaphore',
  'SystemExit',
  'Task',
  'TimeoutError',
  'TimerHandle',
  'allTasks',
  'asCompleted',
  'captureCallGraph',
  'copyContext',
  'createTask',
  'currentTask',
  'eagerTaskFactory',
  'ensureFuture',
  'formatCallGraph',
  'fromPromise',
  'gather',
  'getEventLoop',
  'isFuture',
  'run',
  'shield',
  'sleep',
  'staggeredRace',
  'taskGroup',
  'timeout',
  'timeoutAt',
  'toThread',
  'wait',
  'waitFor',
];

/** Parts that a bundle for a page has only if it asks for them. */
const unasked =
  /^(?:node\/|transform\/|awaits\b|core\/(?:debug\/|declaring-file|exit-code|node-scopes|program-end|register-process|signals|stack-frames|task-stack)\b)/;

/** Parts that only deadlines, `run()`, or the names that hand out a loop need. */
const ofOthers = /^core\/(?:abandoning|entered-loops|loop-executors|until-done)\b/;

/** What `skein/transform` imports into the files that it rewrites. */
const rewritten = uses(['disposal', 'steps', 'wrap'], 'skein/transform/awaits');

/** Each with its `limit` in bytes, and with the modules that it must do `without`. */
export const programs = [
  {
    name: '{ createTask, gather, sleep }',
    code: uses(['createTask', 'gather', 'sleep']),
    limit: 18_280,
    without: [unasked, ofOthers, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ createTask, gather, sleep }, rewritten by `skein/transform`',
    code: uses(['createTask', 'gather', 'sleep']) + rewritten,
    limit: 18_720,
    without: [
      /^(?:node|transform|executors|inspect)\//,
      /^core\/(?:debug\/|context-var|shippable)/,
    ],
  },
  {
    name: '{ sleep }',
    code: uses(['sleep']),
    limit: 9_440,
    without: [
      unasked,
      ofOthers,
      /^(?:executors|inspect|interop)\//,
      /^core\/(?:context-var|shippable|task|unretrieved|when-done)\.js/,
    ],
  },
  {
    name: '{ coroutine, run, sleep }',
    code: uses(['coroutine', 'run', 'sleep']),
    limit: 21_480,
    without: [unasked, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ cancelScope, run, sleep }',
    code: uses(['cancelScope', 'run', 'sleep']),
    limit: 22_250,
    without: [unasked, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ retry, run, sleep }',
    code: uses(['retry', 'run', 'sleep']),
    limit: 23_790,
    without: [unasked, /^(?:executors|inspect|sync)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ latest, run, sleep }',
    code: uses(['latest', 'run', 'sleep']),
    limit: 23_840,
    without: [unasked, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ run, singleFlight, sleep }',
    code: uses(['run', 'singleFlight', 'sleep']),
    limit: 22_290,
    without: [unasked, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ RateLimiter, run, sleep }',
    code: uses(['RateLimiter', 'run', 'sleep']),
    limit: 22_080,
    without: [unasked, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ CapacityLimiter, run, sleep }',
    code: uses(['CapacityLimiter', 'run', 'sleep']),
    limit: 21_720,
    without: [unasked, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ all, run, sleep }',
    code: uses(['all', 'run', 'sleep']),
    limit: 21_710,
    without: [unasked, /^(?:executors|inspect|groups)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ all, allSettled, any, race, run, sleep }',
    code: uses(['all', 'allSettled', 'any', 'race', 'run', 'sleep']),
    limit: 22_000,
    without: [unasked, /^(?:executors|inspect|groups)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ run, sleep, taskGroup }',
    code: uses(['run', 'sleep', 'taskGroup']),
    limit: 24_070,
    without: [unasked, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: '{ mapConcurrent, run, sleep }',
    code: uses(['mapConcurrent', 'run', 'sleep']),
    limit: 23_860,
    without: [
      unasked,
      /^(?:executors|inspect|groups|queues|sync)\//,
      /^core\/(?:context-var|shippable)\b/,
    ],
  },
  {
    name: '{ channel, createTask, run }',
    code: uses(['channel', 'createTask', 'run']),
    limit: 21_930,
    without: [unasked, /^(?:executors|inspect)\//, /^core\/(?:context-var|shippable)\b/],
  },
  {
    name: 'every name of `skein`',
    code: uses(everyday),
    limit: 34_650,
    without: [unasked, /^executors\//],
  },
  {
    name: 'a web worker: `serve` and `declareFunctions`',
    code: uses(['declareFunctions', 'serve'], 'skein/executors/worker'),
    limit: 18_960,
    without: [
      /^(?:node|inspect)\/|^core\/debug\//,
      /^executors\/(?:pool|lines\/(?:process|thread))\//,
    ],
  },
];

/** Lists the modules that are larger than recorded, the largest growth first. */
export function grownSince(recorded, modules) {
  return [...modules]
    .map(([name, bytes]) => ({ name, bytes, before: recorded[name] ?? 0 }))
    .filter(({ bytes, before }) => bytes > before)
    .sort((a, b) => b.bytes - b.before - (a.bytes - a.before))
    .map(({ name, bytes, before }) => `  +${bytes - before}  ${name} (${before} → ${bytes})`)
    .join('\n');
}

/** Says by how much a program is above its limit, and what grew. The recorded sizes are those of a bundle by esbuild. */
export function aboveLimit({ name, way, bytes, limit, modules }, recorded = {}) {
  const by = `${name} has ${bytes} bytes, by ${way}: ${bytes - limit} above its limit.`;
  if (!way.startsWith('esbuild')) return by;
  const grown = grownSince(recorded, modules);
  return grown === ''
    ? `${by} No module grew since tools/size/modules.json was written.`
    : `${by} Modules that grew, in bytes before compression:\n${grown}`;
}
