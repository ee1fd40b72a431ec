import { Future, getEventLoop } from 'skein';
import { Executor } from 'skein/executors';

/** An executor whose jobs are done when the test says so. */
export class ByHand extends Executor {
  readonly jobs: Future<unknown>[] = [];

  override submit<_Args extends unknown[], R>(): Future<R> {
    const job = new Future<R>();
    this.jobs.push(job as Future<unknown>);
    return job;
  }

  override shutdown(): Future<void> {
    const future = getEventLoop().createFuture<void>();
    future.setResult();
    return future;
  }
}
