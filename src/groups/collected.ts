import { type Settled, settledOf } from '../combinators/settled.ts';
import type { Future } from '../core/future.ts';
import { hold, letGo } from '../core/unretrieved.ts';

/** The tasks of a group in which siblings survive a failure, in the order of creation. */
export class Collected {
  readonly #tasks: Future<unknown>[] = [];
  readonly #held: Future<unknown>[] = [];

  add(task: Future<unknown>): void {
    this.#tasks.push(task);
  }

  /** Takes the outcome of a task that is done. Until the group ends, a failure is not told: the program may read it then. */
  takes(task: Future<unknown>): true {
    hold(task);
    this.#held.push(task);
    return true;
  }

  /** The group has ended: a failure that is not read is reported. */
  letGo(): void {
    for (const task of this.#held) letGo(task);
  }

  /** The outcomes of those that are done. */
  outcomes(): Settled<unknown>[] {
    return this.#tasks.filter((task) => task.done()).map(settledOf);
  }
}

/** @throws Error when `collected` is undefined: a failure stops the group. */
export function outcomesOf(collected: Collected | undefined): Settled<unknown>[] {
  if (collected !== undefined) return collected.outcomes();
  throw new Error(
    "`tg.outcomes()` expected a group whose tasks survive a failure. Write `taskGroup(body, { onError: 'settle' })`.",
  );
}
