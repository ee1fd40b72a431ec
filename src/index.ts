// The loop registers itself for `getEventLoop()`; a bundler may not drop that.
import './core/event-loop.ts';

// Coroutines, futures, tasks
export type {
  Awaitable,
  AwaitableCoroutine,
  Body,
  Coroutine,
  ResultOf,
  Suspension,
  Yieldable,
} from './core/coroutine.ts';
export { coroutine } from './core/declared-coroutine.ts';
export type { DoneCallback } from './core/future.ts';
export { Future } from './core/futures.ts';
export { isFuture } from './core/is-future.ts';
export { Task } from './core/task.ts';
export type { TaskOptions } from './core/task-options.ts';
export type { TaskSource } from './core/run-body.ts';
export { allTasks, createTask } from './core/create-task.ts';
export { currentTask } from './core/current.ts';
export { getEventLoop } from './core/loops.ts';
export { eagerTaskFactory } from './core/eager-task-factory.ts';
export { ensureFuture } from './interop/ensure-future.ts';
export { fromPromise } from './interop/from-promise.ts';

// Waiting
export { sleep } from './combinators/sleep.ts';
export { gather, type GatherOptions, type Outcomes, type Results } from './combinators/gather.ts';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  wait,
  type WaitOptions,
  type WaitResult,
} from './combinators/wait.ts';
export { all, type ConcurrencyOptions } from './combinators/all.ts';
export { allSettled, type AllSettled } from './combinators/all-settled.ts';
export type { Settled } from './combinators/settled.ts';
export { race } from './combinators/race.ts';
export { any } from './combinators/any.ts';
export type {
  Startable,
  StartedResult,
  StartedResults,
} from './combinators/startable.ts';
export { waitFor } from './combinators/wait-for.ts';
export { shield } from './combinators/shield.ts';
export { AsCompleted, asCompleted, type Done } from './combinators/as-completed.ts';
export { attemptsOf, type FailedAttempts, type RetryAttempt, retry } from './combinators/retry.ts';
export { latest } from './combinators/latest.ts';
export { singleFlight, type SingleFlightOptions } from './combinators/single-flight.ts';
export type { RetryOptions, RetrySchedule } from './combinators/retry-options.ts';
export { type RaceResult, staggeredRace } from './combinators/staggered-race.ts';
export { CancelScope, cancelScope } from './combinators/cancel-scope.ts';
export type { CancelScopeOptions } from './combinators/cancel-scope-options.ts';
export {
  type ConcurrentResult,
  type ConcurrentResults,
  type Items,
  mapConcurrent,
  type MapConcurrentOptions,
} from './combinators/map-concurrent.ts';
export { moveOnAfter } from './combinators/move-on-after.ts';
export { type Timeout, timeout, timeoutAt } from './combinators/timeout.ts';

// Groups
export { type TaskGroup, taskGroup } from './groups/task-group.ts';
export type { GroupTaskOptions, TaskGroupOptions } from './groups/group-options.ts';
export type { Started } from './groups/starting.ts';
export { type ErrorMatcher, ExceptionGroup } from './groups/exception-group.ts';

// Programs, and the loop they run on
export { run, Runner, type RunnerOptions } from './runner.ts';
export type { TaskFactory } from './core/event-loop.ts';
export { EventLoop } from './core/loops.ts';
export type { UnretrievedAction } from './core/unretrieved-action.ts';
export type { ExceptionContext, ExceptionHandler } from './core/exception-handler.ts';
export { Handle, TimerHandle } from './core/handle.ts';
export { Context, copyContext } from './core/context.ts';
export { ContextVar, type Token } from './core/context-var.ts';

// Looking inside
export {
  type CallGraphOptions,
  captureCallGraph,
  type FutureCallGraph,
  type WaitingFor,
} from './inspect/call-graph.ts';
export { formatCallGraph } from './inspect/format-call-graph.ts';
export type { AwaitedKind, AwaitedThing } from './inspect/awaited-thing.ts';
export type { RelatedTask } from './core/purpose.ts';
export type { StackFrame } from './core/stack-frames.ts';

// Blocking work
export type { Executor, ShutdownOptions, Work } from './core/executor.ts';
export { toThread } from './interop/to-thread.ts';

// Synchronisation
export { Barrier, type BarrierStatistics } from './sync/barrier.ts';
export { BoundedSemaphore } from './sync/bounded-semaphore.ts';
export { CapacityLimiter, type CapacityLimiterStatistics } from './sync/capacity-limiter.ts';
export { Condition, type ConditionStatistics } from './sync/condition.ts';
export { Event, type EventStatistics } from './sync/event.ts';
export { Lock, type LockStatistics } from './sync/lock.ts';
export type { NameOptions } from './sync/named.ts';
export {
  RateLimiter,
  type RateLimiterOptions,
  type RateLimiterStatistics,
} from './sync/rate-limiter.ts';
export { Semaphore, type SemaphoreStatistics } from './sync/semaphore.ts';

// Queues and channels
export {
  type Channel,
  type ChannelStatistics,
  channel,
  type Receiver,
  type Sender,
} from './queues/channel.ts';
export { LifoQueue } from './queues/lifo-queue.ts';
export { type Comparator, PriorityQueue } from './queues/priority-queue.ts';
export { Queue, type QueueStatistics } from './queues/queue.ts';

// Errors
export {
  BrokenBarrierError,
  CancelledError,
  ChannelBroken,
  ChannelClosed,
  ChannelEmpty,
  ChannelFull,
  EndOfChannel,
  InvalidStateError,
  KeyboardInterrupt,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  SupersededError,
  SystemExit,
  TimeoutError,
} from './errors.ts';
