/** An instance of each class, on which the fuzz calls the methods. A class without one here fails a test. */
import {
  asCompleted,
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  CancelledError,
  CancelScope,
  CapacityLimiter,
  ChannelBroken,
  ChannelClosed,
  ChannelEmpty,
  ChannelFull,
  Condition,
  Context,
  ContextVar,
  channel,
  createTask,
  EndOfChannel,
  Event,
  EventLoop,
  ExceptionGroup,
  Future,
  gather,
  InvalidStateError,
  KeyboardInterrupt,
  LifoQueue,
  Lock,
  mapConcurrent,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RateLimiter,
  Runner,
  retry,
  Semaphore,
  SupersededError,
  SystemExit,
  sleep,
  TimeoutError,
  taskGroup,
  timeout,
  waitFor,
} from 'skein';
import { type ClusterExecutor, JobLostError } from 'skein/cluster';
import {
  BrokenExecutor,
  currentJob,
  Executor,
  InlineExecutor,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  WorkerLostError,
} from 'skein/executors';
import { DeadlockError, VirtualEventLoop } from 'skein/testing';
import { clusterSame, openCluster } from './clusters.ts';
import { openPool, type PoolClass, sharedPool } from './pools.ts';
import type { World } from './world.ts';

type Provide = (world: World) => object;

/** An instance that is there only inside of a body. In a list: some can be awaited themselves. */
class Inside {
  readonly instance: Promise<[object]>;
  constructor(instance: Promise<[object]>) {
    this.instance = instance;
  }
}

/** Makes an instance of a class, in a list. */
export async function instanceOf(
  name: string,
  world: World,
  method?: PropertyKey,
): Promise<[object]> {
  const kind = poolClasses[name];
  // What ends an executor is called on one that has no worker yet.
  if (kind !== undefined && endings.includes(method)) return [openPool(kind)];
  const provided = receivers[name]?.(world) ?? {};
  return provided instanceof Inside ? await provided.instance : [provided];
}

const poolClasses: Readonly<Record<string, PoolClass>> = {
  InlineExecutor,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
};
const endings: unknown[] = ['shutdown', Symbol.dispose, Symbol.asyncDispose];

/** An executor of a program, which has nothing but what the contract asks for. Its work returns its first argument. */
class OwnExecutor extends Executor {
  submit<Args extends unknown[], R>(
    fn: (...args: Args) => R | PromiseLike<R>,
    ...args: Args
  ): Future<R> {
    if (typeof fn !== 'function') throw new TypeError('Expected a function, but got none.');
    const future = new Future<R>();
    future.setResult(args[0] as R);
    return future;
  }
  shutdown(): Future<void> {
    const future = new Future<void>();
    future.setResult(undefined);
    return future;
  }
}

/** The body of a scope goes on until the call has been judged. */
function scopeOf<Scope extends object>(
  world: World,
  open: (body: (scope: Scope) => Promise<void>) => Generator<unknown, unknown>,
): Inside {
  const instance = new Promise<[object]>((resolve) => {
    const leave = new Future<void>();
    const task = createTask(
      open(async (scope) => {
        world.task = task;
        resolve([scope]);
        await leave;
      }) as never,
    );
    task.addDoneCallback((done) => {
      if (!done.cancelled()) done.exception();
    });
    world.left.push(() => leave.done() || leave.setResult(undefined));
  });
  return new Inside(instance);
}

/** The job is on the program's own thread, so a function of the program sees it. */
function jobThatRuns(world: World): Promise<[object]> {
  return new Promise((resolve) => {
    const leave = new Promise<void>((left) => void world.left.push(left));
    Object.assign(globalThis, {
      skeinFuzzJob: () => {
        resolve([currentJob() as object]);
        return leave;
      },
    });
    sharedPool(InlineExecutor).submitWith({ onProgress: () => {} }, () =>
      (globalThis as unknown as { skeinFuzzJob(): unknown }).skeinFuzzJob(),
    );
  });
}

async function jobOfCluster(world: World): Promise<[object]> {
  const executor: ClusterExecutor = await openCluster(world);
  return [executor.submit(clusterSame, 1)];
}

export const receivers: Readonly<Record<string, Provide>> = {
  Acquiring: () => new Lock().acquire(),
  AsCompleted: () => asCompleted([sleep(1), sleep(2)]),
  Barrier: () => new Barrier(2),
  Borrowing: () => new CapacityLimiter(1).acquire(),
  BoundedSemaphore: () => new BoundedSemaphore(2),
  BrokenBarrierError: () => new BrokenBarrierError('m'),
  BrokenExecutor: () => new BrokenExecutor('m'),
  CancelScope: () => new CancelScope(),
  CapacityLimiter: () => {
    const limiter = new CapacityLimiter(2);
    limiter.acquire('the borrower').next();
    return limiter;
  },
  CancelledError: () => new CancelledError('m'),
  ChannelBroken: () => new ChannelBroken(),
  ChannelClosed: () => new ChannelClosed(),
  ChannelEmpty: () => new ChannelEmpty(),
  ChannelFull: () => new ChannelFull(),
  ConcurrentResults: () => mapConcurrent([1, 2, 3], () => sleep(1)),
  ClusterExecutor: (world) => new Inside(openCluster(world).then((executor) => [executor])),
  ClusterFuture: (world) => new Inside(jobOfCluster(world)),
  Condition: () => new Condition(),
  Context: () => new Context(),
  ContextVar: () => new ContextVar<unknown>('receiver', { defaultValue: 1 }),
  CurrentJob: (world) => new Inside(jobThatRuns(world)),
  DeadlockError: () => new DeadlockError([]),
  EndOfChannel: () => new EndOfChannel(),
  Event: () => new Event(),
  EventLoop: (world) => {
    const loop = new EventLoop();
    world.left.push(() => loop.close());
    return loop;
  },
  ExceptionGroup: () => new ExceptionGroup('m', [new TypeError('a'), new RangeError('b')]),
  Executor: () => new OwnExecutor(),
  Future: () => new Future(),
  GatheringFuture: () => gather([sleep(1), sleep(2)]),
  Getting: () => new Queue().get(),
  Handle: (world) => world.loop.callSoon(() => {}),
  InlineExecutor: () => sharedPool(InlineExecutor),
  InvalidStateError: () => new InvalidStateError('m'),
  JobLostError: () => new JobLostError('m', 'id'),
  KeyboardInterrupt: () => new KeyboardInterrupt(),
  LibraryGenerator: () => waitFor(sleep(1), 5),
  LifoQueue: () => new LifoQueue<unknown>(2),
  Lock: () => new Lock(),
  MapResults: () => sharedPool(InlineExecutor).map((x) => x, [1, 2, 3]),
  MapStep: () =>
    sharedPool(InlineExecutor)
      .map((x) => x, [1, 2])
      .next(),
  NextResult: () => mapConcurrent([1, 2, 3], () => sleep(1)).next(),
  PoolFuture: () => sharedPool(InlineExecutor).submit(() => 1),
  PoolStream: () =>
    sharedPool(InlineExecutor).stream(function* () {
      yield 1;
      yield 2;
    }),
  PriorityQueue: () => {
    const queue = new PriorityQueue<unknown>(3);
    queue.putNowait(1);
    return queue;
  },
  ProcessPoolExecutor: () => sharedPool(ProcessPoolExecutor),
  Putting: () => new Queue<unknown>(1).put(1),
  Queue: () => new Queue<unknown>(2),
  QueueEmpty: () => new QueueEmpty(),
  QueueFull: () => new QueueFull(2),
  QueueShutDown: () => new QueueShutDown(),
  RateLimiter: () => new RateLimiter({ limit: 2, interval: 5 }),
  Receiver: () => channel<unknown>(2).receiver,
  Receiving: () => channel<unknown>(2).receiver.receive(),
  RetryAttempt: (world) => scopeOf(world, (body) => retry(body, { attempts: 1 })),
  Runner: (world) => {
    const runner = new Runner();
    world.left.push(() => void runner.close().catch(() => {}));
    return runner;
  },
  Semaphore: () => new Semaphore(2),
  Sender: () => channel<unknown>(2).sender,
  Sending: () => channel<unknown>(2).sender.send(1),
  Sleep: () => sleep(1),
  Stepping: () => channel<unknown>(2).receiver.next(),
  StreamStep: () =>
    sharedPool(InlineExecutor)
      .stream(function* () {
        yield 1;
      })
      .next(),
  SupersededError: () => new SupersededError('m'),
  SystemExit: () => new SystemExit(),
  Task: () => createTask(sleep(2)),
  TaskGroup: (world) => scopeOf(world, (body) => taskGroup(body, { onError: 'settle' })),
  ThreadPoolExecutor: () => sharedPool(ThreadPoolExecutor),
  Timeout: (world) => scopeOf(world, (body) => timeout(1000, body)),
  TimeoutError: () => new TimeoutError('m'),
  TimerHandle: (world) => world.loop.callLater(1, () => {}),
  Token: () => new ContextVar<unknown>('token').set(1),
  VirtualEventLoop: (world) => {
    const loop = new VirtualEventLoop();
    world.left.push(() => loop.close());
    return loop;
  },
  WaitingForEvent: () => new Event().wait(),
  WorkerLostError: () =>
    // Programs meet these, and make none.
    Object.assign(Object.create(WorkerLostError.prototype), { message: 'm' }),
};
