/**
 * The public names of every subpath. A change here is a change of the contract.
 *
 * `npx vitest run --project package -u` writes the lists anew.
 */
import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

interface Named {
  readonly name: string;
  readonly isType: boolean;
}

function exportsOf(file: string): Named[] {
  const code = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const parsed = parseSync(file, code, { lang: 'ts', sourceType: 'module' });
  return parsed.module.staticExports
    .flatMap(({ entries }) => entries)
    .map(({ exportName, isType }) => ({ name: String(exportName.name), isType }));
}

function values(file: string): string {
  return list(exportsOf(file).filter(({ isType }) => !isType));
}

function types(file: string): string {
  return list(exportsOf(file).filter(({ isType }) => isType));
}

function list(named: Named[]): string {
  return named
    .map(({ name }) => name)
    .sort()
    .join('\n');
}

test('skein', () => {
  expect(values('src/index.ts')).toMatchInlineSnapshot(`
    "ALL_COMPLETED
    AsCompleted
    Barrier
    BoundedSemaphore
    BrokenBarrierError
    CancelScope
    CancelledError
    CapacityLimiter
    ChannelBroken
    ChannelClosed
    ChannelEmpty
    ChannelFull
    Condition
    Context
    ContextVar
    EndOfChannel
    Event
    EventLoop
    ExceptionGroup
    FIRST_COMPLETED
    FIRST_EXCEPTION
    Future
    Handle
    InvalidStateError
    KeyboardInterrupt
    LifoQueue
    Lock
    PriorityQueue
    Queue
    QueueEmpty
    QueueFull
    QueueShutDown
    RateLimiter
    Runner
    Semaphore
    SupersededError
    SystemExit
    Task
    TimeoutError
    TimerHandle
    all
    allSettled
    allTasks
    any
    asCompleted
    attemptsOf
    cancelScope
    captureCallGraph
    channel
    copyContext
    coroutine
    createTask
    currentTask
    eagerTaskFactory
    ensureFuture
    formatCallGraph
    fromPromise
    gather
    getEventLoop
    isFuture
    latest
    mapConcurrent
    moveOnAfter
    race
    retry
    run
    shield
    singleFlight
    sleep
    staggeredRace
    taskGroup
    timeout
    timeoutAt
    toThread
    wait
    waitFor"
  `);
  expect(types('src/index.ts')).toMatchInlineSnapshot(`
    "AllSettled
    Awaitable
    AwaitableCoroutine
    AwaitedKind
    AwaitedThing
    BarrierStatistics
    Body
    CallGraphOptions
    CancelScopeOptions
    CapacityLimiterStatistics
    Channel
    ChannelStatistics
    Comparator
    ConcurrencyOptions
    ConcurrentResult
    ConcurrentResults
    ConditionStatistics
    Coroutine
    Done
    DoneCallback
    ErrorMatcher
    EventStatistics
    ExceptionContext
    ExceptionHandler
    Executor
    FailedAttempts
    FutureCallGraph
    GatherOptions
    GroupTaskOptions
    Items
    LockStatistics
    MapConcurrentOptions
    NameOptions
    Outcomes
    QueueStatistics
    RaceResult
    RateLimiterOptions
    RateLimiterStatistics
    Receiver
    RelatedTask
    ResultOf
    Results
    RetryAttempt
    RetryOptions
    RetrySchedule
    ReturnWhen
    RunnerOptions
    SemaphoreStatistics
    Sender
    Settled
    ShutdownOptions
    SingleFlightOptions
    StackFrame
    Startable
    Started
    StartedResult
    StartedResults
    Suspension
    TaskFactory
    TaskGroup
    TaskGroupOptions
    TaskOptions
    TaskSource
    Timeout
    Token
    UnretrievedAction
    WaitOptions
    WaitResult
    WaitingFor
    Work
    Yieldable"
  `);
});

test('skein/executors', () => {
  expect(values('src/executors/index.ts')).toMatchInlineSnapshot(`
    "BrokenExecutor
    Executor
    InlineExecutor
    MapResults
    PoolFuture
    PoolStream
    ProcessPoolExecutor
    StreamStep
    ThreadPoolExecutor
    WorkerLostError
    currentJob
    declareFunctions
    registerError
    task
    transfer"
  `);
  expect(types('src/executors/index.ts')).toMatchInlineSnapshot(`
    "CurrentJob
    ErrorClass
    ExecutorStatistics
    Indexed
    MapOptions
    MapOutcome
    MapResult
    ModuleFunctions
    Output
    OutputStream
    ProcessPoolOptions
    ShutdownOptions
    Source
    StartOptions
    StartedWorker
    StreamOptions
    StreamWork
    SubmitOptions
    ThreadPoolOptions
    Transferable
    Work
    WorkerPoolOptions
    WorkerStatistics"
  `);
});

test('skein/debug', () => {
  expect(values('src/debug.ts')).toBe('');
  expect(types('src/debug.ts')).toBe('');
});

test('skein/executors/worker', () => {
  expect(values('src/executors/worker.ts')).toMatchInlineSnapshot(`
    "declareFunctions
    serve
    task"
  `);
  expect(types('src/executors/worker.ts')).toMatchInlineSnapshot(`""`);
});

test('skein/cluster', () => {
  expect(values('src/cluster/index.ts')).toMatchInlineSnapshot(`
    "ClusterExecutor
    ClusterFuture
    JobLostError
    serveCluster"
  `);
  expect(types('src/cluster/index.ts')).toMatchInlineSnapshot(`
    "ClusterConnection
    ClusterOptions
    ClusterStatistics
    ClusterSubmitOptions
    QueueOptions
    ServeOptions
    Server
    ServerStatistics"
  `);
});

test('skein/inspect/server', () => {
  expect(values('src/inspect/server/serve-inspector.ts')).toMatchInlineSnapshot(`"serveInspector"`);
});

test('skein/inspect', () => {
  expect(values('src/inspect/index.ts')).toMatchInlineSnapshot(`
    "addInstrument
    collectMetrics
    encodeRecording
    flightRecorder
    publishToChannels
    readNext
    readRecording
    recordTasks
    showInDevTools
    stepKinds
    toPerfetto
    writeRecording"
  `);
  expect(types('src/inspect/index.ts')).toMatchInlineSnapshot(`
    "DevToolsOptions
    ExplainedRow
    FlightRecorderOptions
    Instrument
    JobEvent
    Lost
    Metrics
    MetricsCollector
    RecordOptions
    RecordedExplanation
    RecordedHolders
    RecordedJob
    RecordedMark
    RecordedObject
    RecordedSteps
    RecordedTask
    Recorder
    Recording
    StepKind
    WorkerEvent
    WrittenRecording"
  `);
});

test('skein/testing', () => {
  expect(values('src/testing/index.ts')).toMatchInlineSnapshot(`
    "DeadlockError
    ExplorationError
    ExploredExecutor
    VirtualEventLoop
    explore
    linearizable"
  `);
  expect(types('src/testing/index.ts')).toMatchInlineSnapshot(`
    "AnswerOptions
    Compared
    Environment
    ExploreOptions
    ExploreReport
    ExploredExecutorOptions
    FailureKind
    FinishedRun
    LinearizableOptions
    Operation
    StrategyName
    TimelineEntry"
  `);
});

test('skein/testing/fast-check', () => {
  expect(values('src/testing/fast-check/index.ts')).toMatchInlineSnapshot(`"law"`);
});

describe('what the source exports is there at run time', () => {
  test.each([
    ['skein', 'src/index.ts'],
    ['skein/debug', 'src/debug.ts'],
    ['skein/executors', 'src/executors/index.ts'],
    ['skein/executors/worker', 'src/executors/worker.ts'],
    ['skein/inspect', 'src/inspect/index.ts'],
    ['skein/inspect/server', 'src/inspect/server/serve-inspector.ts'],
    ['skein/inspect/otel', 'src/inspect/exports/otel.ts'],
    ['skein/testing', 'src/testing/index.ts'],
    ['skein/cluster', 'src/cluster/index.ts'],
    ['skein/testing/fast-check', 'src/testing/fast-check/index.ts'],
  ])('%s', async (subpath, source) => {
    const module = (await import(subpath)) as object;
    expect(Object.keys(module).sort().join('\n')).toBe(values(source));
  });
});

test('skein/transform', () => {
  expect(values('src/transform/index.ts')).toMatchInlineSnapshot(`"transform"`);
  expect(types('src/transform/index.ts')).toMatchInlineSnapshot(`
    "FilePattern
    Transform
    TransformOptions"
  `);
  expect(values('src/awaits.ts')).toMatchInlineSnapshot(`
    "disposal
    steps
    wrap"
  `);
});
