/** Running work on other threads and processes, with the futures of the loop: everything here is public. */

// A program may use nothing but these: their futures must have a loop all the same.
import '../core/event-loop.ts';
import '../core/loop-executors.ts';
import { registerTexts } from '../core/texts/register.ts';
import { registerDefaultExecutor } from './default-executor.ts';
import { ThreadPoolExecutor } from './thread-pool-executor.ts';

registerTexts();

// Where a loop has no default executor without being asked: in bundles for pages.
registerDefaultExecutor(() => Promise.resolve(new ThreadPoolExecutor()));

export type { ShutdownOptions, Work } from '../core/executor.ts';
export type { ModuleFunctions } from './crossing/declare-functions.ts';
export { declareFunctions, task } from './crossing/declare-functions.ts';
export type { ErrorClass } from './crossing/error-classes.ts';
export { registerError } from './crossing/error-classes.ts';
export { BrokenExecutor, WorkerLostError } from './crossing/errors.ts';
export type { SubmitOptions } from './crossing/submit-options.ts';
export type { Transferable } from './crossing/transfer.ts';
export { transfer } from './crossing/transfer.ts';
export { Executor } from './executor.ts';
export { InlineExecutor } from './inline-executor.ts';
export type { Output, OutputStream, StartOptions } from './lines/start-options.ts';
export type { StartedWorker } from './lines/thread-workers.ts';
export { MapResults } from './map.ts';
export type { Source } from './map-inputs.ts';
export type { Indexed, MapOptions, MapOutcome, MapResult } from './map-options.ts';
export { PoolFuture } from './pool/job/pool-future.ts';
export type { ExecutorStatistics, WorkerStatistics } from './pool/statistics.ts';
export { PoolStream, StreamStep } from './pool/streams/pool-stream.ts';
export type { StreamWork } from './pool-executor.ts';
export type { ProcessPoolOptions } from './process-pool-executor.ts';
export { ProcessPoolExecutor } from './process-pool-executor.ts';
export type { StreamOptions } from './stream-options.ts';
export type { ThreadPoolOptions } from './thread-pool-executor.ts';
export { ThreadPoolExecutor } from './thread-pool-executor.ts';
export type { CurrentJob } from './worker/running-job.ts';
export { currentJob } from './worker/running-job.ts';
export type { WorkerPoolOptions } from './worker-pool-options.ts';
