/** Futures of another make: all we know of them is the protocol. */
import {
  createTask,
  type EventLoop,
  ensureFuture,
  type Future,
  fromPromise,
  getEventLoop,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, virtualLoop } from '../loops.ts';

const marker: unique symbol = Symbol.for('skein.future');

class Duck {
  readonly [marker] = true;
  loop: EventLoop | undefined = getEventLoop();
  cancelRequests: unknown[] = [];
  #callbacks: ((duck: this) => void)[] = [];
  #outcome: (() => unknown) | undefined;

  getLoop(): EventLoop | undefined {
    return this.loop;
  }

  done(): boolean {
    return this.#outcome !== undefined;
  }

  cancelled(): boolean {
    return false;
  }

  cancel(reason?: unknown): boolean {
    this.cancelRequests.push(reason);
    return false;
  }

  result(): unknown {
    return this.#outcome?.();
  }

  addDoneCallback(callback: (duck: this) => void): void {
    this.#callbacks.push(callback);
    if (this.done()) this.#flush();
  }

  settle(outcome: () => unknown): void {
    this.#outcome = outcome;
    this.#flush();
  }

  get callbacks(): number {
    return this.#callbacks.length;
  }

  *[Symbol.iterator](): Generator<never, unknown, unknown> {
    if (!this.done()) yield this as never;
    return this.result();
  }

  #flush(): void {
    for (const callback of this.#callbacks.splice(0)) getEventLoop().callSoon(callback, this);
  }
}

const asFuture = (duck: Duck) => duck as unknown as Future<unknown>;

describe('a future of another make', () => {
  test('passes through ensureFuture() and fromPromise() as it is [fut.duck.ensure_future_identity] [fut.duck.wrap_future_identity]', () => {
    const duck = asFuture(new Duck());
    expect(ensureFuture(duck)).toBe(duck);
    expect(fromPromise(duck)).toBe(duck);
  });

  test('is awaited with one done callback, and gives its result [task.await.future_hooks_callback]', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const task = createTask(function* () {
        return yield* asFuture(duck);
      });
      yield;
      yield;
      expect([duck.callbacks, task.done()]).toEqual([1, false]);
      duck.settle(() => 'quack');
      expect(yield* task).toBe('quack');
    });
  });

  test('throws its exception into who awaits it', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const error = new Error('boom');
      const task = createTask(function* () {
        return yield* asFuture(duck);
      });
      yield;
      yield;
      duck.settle(() => {
        throw error;
      });
      yield;
      yield;
      expect(task.exception()).toBe(error);
    });
  });

  test('is cancelled with who awaits it, and may refuse for as long as it takes', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const task = createTask(function* () {
        return yield* asFuture(duck);
      });
      yield;
      yield;
      task.cancel('enough');
      yield;
      yield;
      expect([duck.cancelRequests, task.done()]).toEqual([['enough'], false]);
      duck.settle(() => 'too late');
      yield;
      yield;
      expect(task.cancelled()).toBe(true);
    });
  });

  test('works without a getLoop() that answers [task.await.future_with_broken_get_loop]', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      duck.loop = undefined;
      const task = createTask(function* () {
        return yield* asFuture(duck);
      });
      yield;
      yield;
      duck.settle(() => 'quack');
      expect(yield* task).toBe('quack');
    });
  });

  test('is refused when it belongs to another loop [task.await.foreign_loop_future_rejected]', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      duck.loop = virtualLoop();
      const task = createTask(function* () {
        yield* asFuture(duck);
      });
      for (let i = 0; i < 4; i++) yield;
      expect(task.done() && String(task.exception())).toContain('belongs to another event loop');
      task.cancel();
      duck.settle(() => undefined);
    });
  });

  test('may be waited for in the text form of a task', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const task = createTask(
        (function* () {
          yield* asFuture(duck);
        })(),
        { name: 'waits' },
      );
      yield;
      yield;
      expect(String(task)).toMatch(/^<Task 'waits' pending waiting for .+>$/);
      duck.settle(() => undefined);
      yield* task;
    });
  });

  test('may lead back, when cancelled, to the task that awaits it', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const task = createTask(function* () {
        yield* asFuture(duck);
      });
      yield;
      yield;
      duck.cancel = (reason) => task.cancel(reason);
      task.cancel('round and round');
      for (let i = 0; i < 4; i++) yield;
      expect(task.cancelled()).toBe(true);
    });
  });
});
