/// <reference lib="esnext.disposable" preserve="true" />
import { current, getEventLoop } from '../core/current.ts';
import type { Executor, ShutdownOptions, Work } from '../core/executor.ts';
import { asExit } from '../core/exits.ts';
import type { Future } from '../core/future.ts';
import '../core/declaring-file.ts';
import { inside } from '../core/inside.ts';
import { OutsideWork } from '../core/outside-work.ts';
import { inContextOfNow } from '../core/shippable.ts';
import { functionName } from '../core/text.ts';

/**
 * The executor of a loop for which the program set none: a thread pool, loaded when first needed.
 */
class DefaultExecutor implements Executor {
  readonly #loadPool: () => Promise<Executor>;
  #loading: Promise<Executor> | undefined;
  #closed = false;

  constructor(loadPool: () => Promise<Executor>) {
    this.#loadPool = loadPool;
  }

  submit<Args extends unknown[], R>(fn: Work<Args, R>, ...args: Args): Future<R> {
    if (this.#closed) {
      throw new Error(
        'The default executor was shut down. Start blocking work before `shutdownDefaultExecutor()`, or give the loop another one.',
      );
    }
    const loop = getEventLoop();
    const future = loop.createFuture<R>();
    future._purpose = {
      _kind: 'job',
      toString: () => `${functionName(fn)} in the default executor`,
    };
    const outside = new OutsideWork(loop);
    let pool: Executor;
    const submit = inContextOfNow(() => pool.submit(fn, ...args));
    this.#load()
      .then((loaded) => {
        if (future.done()) return;
        pool = loaded;
        const source = inside(loop, submit);
        future.addDoneCallback(() => source.cancel());
        source.addDoneCallback(() => {
          if (!future.done()) copyOutcome(source, future);
        });
      })
      .catch((error: unknown) => {
        if (!future.done()) future._fail(error);
      })
      .finally(() => outside.close());
    return future;
  }

  async shutdown(options?: ShutdownOptions): Promise<void> {
    this.#closed = true;
    const pool = await this.#loading?.catch(() => undefined);
    await pool?.shutdown(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await asExit(this.shutdown());
  }

  [Symbol.dispose](): void {
    void this.shutdown({ wait: false });
  }

  #load(): Promise<Executor> {
    this.#loading ??= this.#loadPool();
    return this.#loading;
  }
}

/** Registers the default executor of loops, unless one is registered. `loadPool` makes the thread pool of a loop. */
export function registerDefaultExecutor(loadPool: () => Promise<Executor>): void {
  current.createExecutor ??= () => new DefaultExecutor(loadPool);
}

function copyOutcome<T>(source: Future<T>, target: Future<T>): void {
  if (source.cancelled()) {
    target.cancel();
    return;
  }
  try {
    target.setResult(source.result());
  } catch (exception) {
    target._fail(exception);
  }
}
