/**
 * Arguments that each member takes, with every option it has. The fuzz replaces one or more of them, also inside of options
 * and lists. A function with parameters and without a row here fails a test.
 */
import {
  CancelledError,
  Context,
  ContextVar,
  createTask,
  EventLoop,
  eagerTaskFactory,
  Future,
  Lock,
  sleep,
} from 'skein';
import { InlineExecutor } from 'skein/executors';
import { clusterSame } from './clusters.ts';
import type { World } from './world.ts';

type Arguments = (world: World) => unknown[];

const work = function* () {
  yield* sleep(1);
  return 1;
};
const load = async (): Promise<number> => {
  await sleep(1);
  return 1;
};
const plain = (): number => 1;
const same = (x: unknown): unknown => x;
const pair = async function* (x: unknown) {
  yield x;
  yield x;
};
const signal = (): AbortSignal => new AbortController().signal;
const taskOptions = () => ({
  name: 'given',
  context: new Context(),
  signal: signal(),
  eagerStart: true,
  level: false,
});
const scopeOptions = () => ({
  timeout: 5,
  deadline: undefined,
  shield: true,
  level: true,
  name: 'given',
});
const runnerOptions = () => ({
  loop: () => new EventLoop(),
  debug: false,
  signal: signal(),
  interrupts: false,
  unretrieved: 'ignore',
});
const submitOptions = () => ({
  timeout: 1000,
  queueTimeout: 1000,
  priority: 1,
  name: 'given',
  grace: 50,
  transfer: [] as unknown[],
  idempotent: false,
  retries: undefined,
  onProgress: () => {},
});
const startOptions = () => ({
  env: { A: '1' },
  argv: ['a'],
  execArgv: [] as string[],
  stdout: 'ignore',
  stderr: 'ignore',
  maxHeapMb: 64,
});
const poolOptions = () => ({
  ...startOptions(),
  maxWorkers: 1,
  minWorkers: 0,
  idleTimeout: 1000,
  initializer: same,
  initArgs: [1],
  teardown: plain,
  maxTasksPerWorker: 5,
  unresponsiveTimeout: 5000,
  maxQueue: 5,
  grace: 50,
});
const mapOptions = () => ({
  bufferSize: 2,
  timeout: 1000,
  ordered: true,
  chunkSize: 1,
  returnExceptions: false,
  indexed: true,
  settled: false,
});
const queueOptions = () => ({
  connection: 'memory:',
  queue: 'arguments',
  codec: 'auto',
  maxPayload: 1000,
  secret: 'a secret that is long enough',
});
const retryOptions = () => ({
  attempts: 2,
  delay: 1,
  factor: 1,
  jitter: (delay: number) => delay,
  maxDelay: 5,
  within: 50,
  retryIf: () => false,
  onRetry: () => {},
});
const then: Arguments = () => [plain, plain];
const number: Arguments = () => [1];
/** For `tg.start()`. */
async function starts(started: (value: number) => void): Promise<void> {
  started(1);
}

const none: Arguments = () => [];
const body: Arguments = () => [work];

/** Of what several classes have: a row for `Queue` is one for its subclasses. */
const ofExecutors: Record<string, Arguments> = {
  submit: () => [same, 1],
  submitWith: () => [submitOptions(), same, 1],
  stream: () => [pair, 1],
  streamWith: () => {
    const { idempotent, retries, ...options } = submitOptions();
    return [{ ...options, bufferSize: 2 }, pair, 1];
  },
  map: () => [same, [1, 2, 3], mapOptions()],
  shutdown: () => [{ wait: false, cancelFutures: true, cancelRunning: true }],
};

const ofClusters: Record<string, Arguments> = {
  ...ofExecutors,
  attach: () => ['the id of a job'],
  submit: () => [clusterSame, 1],
  submitWith: () => {
    const { transfer, ...options } = submitOptions();
    return [
      { ...options, id: 'given', delay: 0, retry: { attempts: 2, delay: 1, factor: 1 } },
      clusterSame,
      1,
    ];
  },
  map: () => [clusterSame, [1, 2, 3], mapOptions()],
  shutdown: () => [{ wait: false, cancelFutures: true, cancelRunning: true, leave: false }],
};

const rows: Record<string, Arguments> = {
  // Functions
  collectMetrics: none,
  publishToChannels: none,
  showInDevTools: () => [{ steps: false }],
  readNext: number,
  readRecording: () => [new Uint8Array(8)],
  addInstrument: () => [{ stepBegins: plain, taskDone: plain }],
  all: () => [[sleep(1), load], { concurrency: 2 }],
  allSettled: () => [{ a: sleep(1), b: load }, { concurrency: 2 }],
  allTasks: (world) => [world.loop],
  attemptsOf: () => [new CancelledError('m')],
  any: () => [[sleep(1), load]],
  asCompleted: () => [[sleep(1), new Future()], { timeout: 5 }],
  cancelScope: () => [scopeOptions(), work],
  channel: () => [2, { name: 'given' }],
  captureCallGraph: (world) => [world.task, { limit: 2 }],
  copyContext: none,
  coroutine: () => [work],
  createTask: () => [work, taskOptions()],
  currentJob: none,
  currentTask: none,
  declareFunctions: () => ['file:///nowhere/work.js', { same }],
  eagerTaskFactory: (world) => [world.loop, work(), taskOptions()],
  ensureFuture: (world) => [work(), { loop: world.loop }],
  formatCallGraph: (world) => [world.task, { limit: 2 }],
  fromPromise: () => [Promise.resolve(1)],
  gather: () => [[sleep(1), Promise.resolve(1), new Future()], { returnExceptions: true }],
  getEventLoop: none,
  latest: body,
  isFuture: () => [new Future()],
  mapConcurrent: () => [
    [1, 2, 3],
    load,
    { concurrency: 2, bufferSize: 3, ordered: true, onError: 'stop', indexed: true },
  ],
  moveOnAfter: () => [5, load],
  race: () => [[sleep(1), load]],
  registerError: () => [class FuzzError extends Error {}, 'FuzzError'],
  retry: () => [load, retryOptions()],
  run: () => [load, runnerOptions()],
  serve: () => [{ same }],
  serveCluster: () => [
    { clusterSame },
    { ...queueOptions(), concurrency: 1, executor: 'inline', grace: 50, lock: 5000 },
  ],
  shield: () => [sleep(1)],
  singleFlight: () => [load, { key: same }],
  sleep: () => [1, 'value'],
  staggeredRace: () => [[work, load], 1],
  task: () => ['file:///nowhere/work.js', { same }],
  taskGroup: () => [work, { limit: 2, errors: 'group', onError: 'stop' }],
  timeout: () => [5, load],
  timeoutAt: (world) => [world.loop.time() + 5, work],
  toThread: () => [same, 1],
  transfer: () => [{ a: 1 }, [new ArrayBuffer(8)]],
  wait: () => [[createTask(sleep(1)), new Future()], { timeout: 5, returnWhen: 'FIRST_COMPLETED' }],
  waitFor: () => [sleep(1), 5],

  // Constructors
  'new AsCompleted': none,
  'new Barrier': () => [2, { name: 'n' }],
  'new BoundedSemaphore': () => [1, { name: 'n' }],
  'new BrokenBarrierError': () => ['m'],
  'new BrokenExecutor': () => ['m'],
  'new CancelledError': () => ['reason'],
  'new CapacityLimiter': () => [1, { name: 'given' }],
  'new ClusterExecutor': () => [
    { ...queueOptions(), maxQueue: 5, keepResult: 1000, offline: 1000, sweep: 1000 },
  ],
  'new JobLostError': () => ['m', 'id'],
  'new CancelScope': () => [scopeOptions()],
  'new Condition': () => [new Lock(), { name: 'n' }],
  'new ContextVar': () => ['name', { defaultValue: 1, shippable: true }],
  'new DeadlockError': () => [[]],
  'new Event': () => [{ name: 'n' }],
  'new EventLoop': none,
  'new ExceptionGroup': () => ['m', [new Error('a')], { cause: 1 }],
  'new Future': (world) => [{ loop: world.loop }],
  'new Handle': none,
  'new InlineExecutor': () => [{}],
  'new InvalidStateError': () => ['m'],
  'new LifoQueue': () => [1, { name: 'n' }],
  'new Lock': () => [{ name: 'n' }],
  'new MapResults': none,
  'new PoolFuture': none,
  'new PoolStream': none,
  'new PriorityQueue': () => [1, { compare: (a: number, b: number) => a - b, name: 'n' }],
  'new ProcessPoolExecutor': () => [{ ...poolOptions(), worker: undefined }],
  'new Queue': () => [1, { name: 'n' }],
  'new QueueFull': number,
  'new RateLimiter': () => [{ limit: 2, interval: 5, strategy: 'token-bucket', name: 'given' }],
  'new Runner': () => [runnerOptions()],
  'new Semaphore': () => [1, { name: 'n' }],
  'new StreamStep': none,
  'new SupersededError': () => ['m'],
  'new Task': (world) => [work(), { ...taskOptions(), loop: world.loop }],
  'new ThreadPoolExecutor': () => [
    { ...poolOptions(), threadNamePrefix: 'fuzz', worker: undefined, stackSizeMb: 4 },
  ],
  'new TimeoutError': () => ['m'],
  'new TimerHandle': none,
  'new WorkerLostError': none,

  // Methods
  'Condition#notify': number,
  'Condition#waitFor': () => [() => true],
  'Condition#with': body,
  'Context#get': () => [new ContextVar('v')],
  'Context#has': () => [new ContextVar('v')],
  'Context#run': () => [same, 1],
  'ContextVar#get': () => ['fallback'],
  'ContextVar#reset': () => [new ContextVar('v').set(1)],
  'ContextVar#set': number,
  'Coroutine#catch': () => [plain],
  'Coroutine#finally': () => [plain],
  'Coroutine#next': number,
  'Coroutine#return': number,
  'Coroutine#then': then,
  'Coroutine#throw': () => [new CancelledError('m')],
  'CurrentJob#progress': number,
  'EventLoop#callAt': (world) => [world.loop.time() + 1, plain, 1],
  'EventLoop#callExceptionHandler': () => [
    { message: 'm', exception: new CancelledError('m'), future: new Future(), text: 't' },
  ],
  'EventLoop#callLater': () => [1, plain, 1],
  'EventLoop#callSoon': () => [plain, 1],
  'EventLoop#createTask': () => [work, taskOptions()],
  'EventLoop#runInExecutor': () => [new InlineExecutor(), same, 1],
  'EventLoop#setDebug': () => [true],
  'EventLoop#setDefaultExecutor': () => [new InlineExecutor()],
  'EventLoop#setExceptionHandler': () => [() => {}],
  'EventLoop#setTaskFactory': () => [eagerTaskFactory],
  'ExceptionGroup#derive': () => [[new Error('a')]],
  'ExceptionGroup#split': () => [TypeError],
  'ExceptionGroup#subgroup': () => [[TypeError, RangeError]],
  'Future#addDoneCallback': () => [plain, { context: new Context() }],
  'Future#cancel': () => ['reason'],
  'Future#catch': () => [plain],
  'Future#finally': () => [plain],
  'Future#removeDoneCallback': () => [plain],
  'Future#return': number,
  'CapacityLimiter#acquire': () => ['a borrower'],
  'CapacityLimiter#release': () => ['the borrower'],
  'CapacityLimiter#totalTokens': number,
  'CapacityLimiter#with': body,
  'CancelScope#cancel': () => ['reason'],
  'CancelScope#deadline': (world) => [world.loop.time() + 5],
  'CancelScope#run': body,
  'Future#setException': () => [new CancelledError('m')],
  'Future#setResult': number,
  'Future#stop': () => ['reason'],
  'Future#then': then,
  'Future#throw': () => [new CancelledError('m')],
  'Lock#with': body,
  'PoolStream#cancel': () => ['reason'],
  'Sender#send': number,
  'Sender#sendNowait': number,
  'Queue#put': number,
  'Queue#putNowait': number,
  'Queue#shutdown': () => [true],
  'RateLimiter#with': body,
  'Runner#run': () => [load, { context: new Context() }],
  'Semaphore#with': body,
  'Task#getStack': () => [{ limit: 1 }],
  'Task#setName': () => ['name'],
  'TaskGroup#createTask': () => [work, { ...taskOptions(), background: false }],
  'TaskGroup#outcomes': none,
  'TaskGroup#start': () => [starts, { ...taskOptions(), background: false }],
  'Timeout#reschedule': (world) => [world.loop.time() + 5],
  'VirtualEventLoop#runUntilComplete': () => [work()],
};

/** A method is found in the row of the class that has it, or of the class that this one extends. */
const bases: Record<string, string> = {
  BoundedSemaphore: 'Semaphore',
  Timeout: 'CancelScope',
  Acquiring: 'Coroutine',
  Borrowing: 'Coroutine',
  GatheringFuture: 'Future',
  Getting: 'Coroutine',
  LibraryGenerator: 'Coroutine',
  LifoQueue: 'Queue',
  MapStep: 'Future',
  NextResult: 'Coroutine',
  ClusterFuture: 'Future',
  PoolFuture: 'Future',
  PriorityQueue: 'Queue',
  Putting: 'Coroutine',
  Receiving: 'Coroutine',
  Sending: 'Coroutine',
  Stepping: 'Coroutine',
  Sleep: 'Coroutine',
  StreamStep: 'Future',
  Task: 'Future',
  VirtualEventLoop: 'EventLoop',
  WaitingForEvent: 'Coroutine',
};
const executors = ['Executor', 'InlineExecutor', 'ProcessPoolExecutor', 'ThreadPoolExecutor'];

export function argumentsOf(name: string): Arguments | undefined {
  if (rows[name] !== undefined) return rows[name];
  const [owner = '', method = ''] = name.split('#');
  if (owner === 'ClusterExecutor') return ofClusters[method];
  if (executors.includes(owner)) return ofExecutors[method];
  const base = bases[owner];
  return base === undefined ? undefined : argumentsOf(`${base}#${method}`);
}

/** All names of options that some row has. */
export function knownOptions(world: World): Set<string> {
  const names = new Set<string>();
  for (const row of [
    ...Object.values(rows),
    ...Object.values(ofExecutors),
    ...Object.values(ofClusters),
  ]) {
    for (const argument of row(world)) {
      if (!isOptions(argument)) continue;
      for (const name of Object.keys(argument)) names.add(name);
    }
  }
  return names;
}

export function isOptions(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
