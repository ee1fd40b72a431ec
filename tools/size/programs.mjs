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

export const programs = [
  {
    name: '{ createTask, gather, sleep }',
    code: uses(['createTask', 'gather', 'sleep']),
    limit: 12_288,
  },
  { name: 'sleep', code: uses(['sleep']), limit: 10_000 },
  { name: 'every name of `skein`', code: uses(everyday), limit: 22_500 },
  {
    name: 'a web worker: `serve` and `task`',
    code: uses(['serve'], 'skein/executors/worker'),
    limit: 20_000,
  },
];
