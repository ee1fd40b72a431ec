import { isPromiseLike } from '../../core/coroutine.ts';
import type { Future } from '../../core/future.ts';
import { PENDING } from '../../core/future-state.ts';
import { OutsideWork } from '../../core/outside-work.ts';
import type { Task } from '../../core/task.ts';
import type { ExplorationLoop } from './exploration-loop.ts';
import type { Answering } from './happening.ts';
import { removeAt } from './remove-at.ts';

/** A question to the world outside, as `env.answer()` asks it. */
export interface Asked {
  readonly what: string;
  readonly future: Future<unknown>;
  readonly value: unknown;
  /** The errors with which it may be answered. */
  readonly fails: readonly unknown[];
  /** It is answered only after this one is done. */
  readonly after: Future<unknown> | undefined;
  /** Called at once when the future was settled. */
  readonly settled: (() => void) | undefined;
  /** The task that asked, if it was given a promise, so that nothing tells what it waits for. */
  readonly asker: Task<unknown> | undefined;
}

/**
 * The questions that are not answered yet, in the order in which they were asked.
 *
 * States of a question: asked → answered, by the run; or asked → dropped, when its future was cancelled. A question with
 * `after` is not due until that future is done.
 */
export class Outside {
  #asked: Answering[] = [];

  ask(asked: Asked): void {
    this.#asked.push({ kind: 'answer', subject: asked, lot: 0, asked });
  }

  /** Adds those that can be answered now to `list`. */
  addDue(list: object[]): void {
    let dropped = false;
    for (const each of this.#asked) {
      const { future, after } = each.asked;
      if (future._state !== PENDING) dropped = true;
      else if (after === undefined || after._state !== PENDING) list.push(each);
    }
    if (dropped) this.#asked = this.#asked.filter(({ asked }) => asked.future._state === PENDING);
  }

  take(answering: Answering): void {
    removeAt(this.#asked, this.#asked.indexOf(answering));
  }

  /** The names of the questions that are left. */
  names(): string[] {
    return this.#left.map(({ what }) => what);
  }

  /** The names of those for which a task was given a promise. */
  promisedTo(task: Task<unknown>): string[] {
    return this.#left.filter(({ asker }) => asker === task).map(({ what }) => `'${what}'`);
  }

  get #left(): Asked[] {
    return this.#asked.map(({ asked }) => asked).filter(({ future }) => future._state === PENDING);
  }
}

/** Settles a question with a value, or with what a function returns or throws. A promise is followed. */
export function giveAnswer(loop: ExplorationLoop, asked: Asked, value: unknown): void {
  try {
    const answer = typeof value === 'function' ? loop.callInside(value as () => unknown) : value;
    if (typeof value === 'function' && isPromiseLike(answer)) follow(loop, asked, answer);
    else settle(asked, () => asked.future._finish(answer));
  } catch (error) {
    settle(asked, () => asked.future._fail(error));
  }
}

function follow(loop: ExplorationLoop, asked: Asked, promise: PromiseLike<unknown>): void {
  loop._meetsPromises = true;
  const work = new OutsideWork(loop);
  const over = (settling: () => void): void => {
    work.close();
    settle(asked, settling);
  };
  void Promise.resolve(promise).then(
    (value) => over(() => asked.future._finish(value)),
    (error: unknown) => over(() => asked.future._fail(error)),
  );
}

/** Calls `settling`, unless the future was cancelled meanwhile. */
function settle({ future, settled }: Asked, settling: () => void): void {
  if (future._state !== PENDING) return;
  settling();
  settled?.();
}

/** Returns an answer that fails. */
export function throwing(error: unknown): () => never {
  return () => {
    throw error;
  };
}
