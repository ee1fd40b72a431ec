/**
 * What loops do with executors. A page that is handed no loop and starts no blocking work does without: `loops.ts`, `toThread()` and
 * `skein/executors` import this module.
 */
import { checkCallback, checkExecutor } from './checks.ts';
import { current } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import type { Executor, Work } from './executor.ts';
import { unexpected } from './expected.ts';
import { isGeneratorFunction } from './function-kind.ts';
import type { Future } from './future.ts';
import { inside } from './inside.ts';
import { isFuture } from './is-future.ts';
import { notInBundle } from './not-in-bundle.ts';

export interface LoopExecutors {
  readonly runInExecutor: typeof runInExecutor;
  readonly setDefaultExecutor: typeof setDefaultExecutor;
}

/** Work may be an async function, unlike a callback: the executor waits for it. */
function checkWork(fn: unknown): void {
  if (typeof fn !== 'function' || isGeneratorFunction(fn)) checkCallback('runInExecutor', fn);
}

function createDefault(): Executor {
  if (current.createExecutor === undefined)
    throw notInBundle('default executor', '', 'skein/executors');
  return current.createExecutor();
}

function runInExecutor<Args extends unknown[], R>(
  loop: EventLoop,
  executor: Executor | null | undefined,
  fn: Work<Args, R>,
  args: Args,
): Future<R> {
  checkWork(fn);
  loop._checkOpen();
  if (executor !== undefined && executor !== null) checkExecutor('runInExecutor', executor);
  else loop._defaultExecutor ??= createDefault();
  const chosen = executor ?? (loop._defaultExecutor as Executor);
  const future: unknown = inside(loop, () => chosen.submit(fn, ...args));
  if (isFuture(future)) return future as Future<R>;
  throw unexpected('runInExecutor', "a future from the executor's `submit()`", future);
}

function setDefaultExecutor(loop: EventLoop, executor: Executor): void {
  checkExecutor('setDefaultExecutor', executor);
  if (typeof executor.shutdown !== 'function') {
    throw unexpected('setDefaultExecutor', 'an executor with a method `shutdown()`', executor);
  }
  loop._defaultExecutor = executor;
}

// For the loops of another copy of this package too, which may have none.
current.executors ??= { runInExecutor, setDefaultExecutor };
