/**
 * A program hands options on: `createTask(work, { name: options.name })`. One that is undefined counts as not given, and the types say so
 * also under `exactOptionalPropertyTypes`.
 */
import type {
  CallGraphOptions,
  CancelScopeOptions,
  ConcurrencyOptions,
  ContextVar,
  Future,
  GatherOptions,
  GroupTaskOptions,
  MapConcurrentOptions,
  NameOptions,
  PriorityQueue,
  RateLimiterOptions,
  RetryOptions,
  RunnerOptions,
  ShutdownOptions,
  SingleFlightOptions,
  Task,
  TaskGroupOptions,
  TaskOptions,
  WaitOptions,
} from 'skein';
import type { ClusterOptions, ClusterSubmitOptions, ServeOptions, Server } from 'skein/cluster';
import type {
  MapOptions,
  ProcessPoolOptions,
  StreamOptions,
  SubmitOptions,
  ThreadPoolOptions,
} from 'skein/executors';
import type { DevToolsOptions, FlightRecorderOptions, RecordOptions } from 'skein/inspect';
import type {
  AnswerOptions,
  ExploredExecutorOptions,
  ExploreOptions,
  LinearizableOptions,
} from 'skein/testing';
import type { TransformOptions } from 'skein/transform';

type OptionalNames<Options> = {
  [Name in keyof Options]-?: object extends Pick<Options, Name> ? Name : never;
}[keyof Options];

type Undefined<Options> = { [Name in OptionalNames<Options>]: undefined };

/** True if each optional property may be undefined. */
type CanBeHandedOn<Options> =
  Undefined<Options> extends Pick<Options, OptionalNames<Options>> ? true : false;

function canBeHandedOn<Options>(_: CanBeHandedOn<Options>): void {}

canBeHandedOn<AnswerOptions>(true);
canBeHandedOn<CallGraphOptions>(true);
canBeHandedOn<CancelScopeOptions>(true);
canBeHandedOn<ClusterOptions>(true);
canBeHandedOn<ClusterSubmitOptions>(true);
canBeHandedOn<ConcurrencyOptions>(true);
canBeHandedOn<DevToolsOptions>(true);
canBeHandedOn<ExploredExecutorOptions>(true);
canBeHandedOn<ExploreOptions>(true);
canBeHandedOn<FlightRecorderOptions>(true);
canBeHandedOn<GatherOptions>(true);
canBeHandedOn<GroupTaskOptions>(true);
canBeHandedOn<LinearizableOptions>(true);
canBeHandedOn<MapConcurrentOptions>(true);
canBeHandedOn<MapOptions>(true);
canBeHandedOn<NameOptions>(true);
canBeHandedOn<ProcessPoolOptions>(true);
canBeHandedOn<RateLimiterOptions>(true);
canBeHandedOn<RecordOptions>(true);
canBeHandedOn<RetryOptions>(true);
canBeHandedOn<RunnerOptions>(true);
canBeHandedOn<ServeOptions>(true);
canBeHandedOn<ShutdownOptions>(true);
canBeHandedOn<SingleFlightOptions<[]>>(true);
canBeHandedOn<StreamOptions>(true);
canBeHandedOn<SubmitOptions>(true);
canBeHandedOn<TaskGroupOptions>(true);
canBeHandedOn<TaskOptions>(true);
canBeHandedOn<ThreadPoolOptions>(true);
canBeHandedOn<TransformOptions>(true);
canBeHandedOn<WaitOptions>(true);
// @ts-expect-error Here it may not.
canBeHandedOn<{ name?: string }>(true);

declare const future: Future<number>;
declare const server: Server;
declare const task: Task<number>;
declare const variable: typeof ContextVar;
declare const queue: typeof PriorityQueue;

future.addDoneCallback(() => {}, { context: undefined });
server.close({ grace: undefined });
task.getStack({ limit: undefined });
new variable<number>('name', { shippable: undefined });
new queue<number>(0, { compare: undefined });
