import { ReadyQueue, type Runnable } from '../../core/ready-queue.ts';
import { Task } from '../../core/task.ts';
import { UnreadPromise } from '../../core/unread-promise.ts';
import type { Step } from './happening.ts';
import { removeAt } from './remove-at.ts';

/** Is told what becomes ready and what runs, while a schedule is drawn. */
export interface QueueWatcher {
  becomesReady(runnable: Runnable): void;
  /** `runnable` begins to run; what ran before it has ended. */
  begins(runnable: Runnable): void;
}

/** The subject of all callbacks together: they keep their order. */
const callbacks = {};

/**
 * The ready queue of an exploration. A whole iteration takes all, in order, as any queue. For one step, `choose()` puts one
 * of them in front, and the queue says that it has no other until that was taken.
 */
export class ExploredQueue extends ReadyQueue {
  #steps: Step[] = [];
  #chosen: Step | undefined;
  watcher: QueueWatcher | undefined;

  override get length(): number {
    return this.#chosen === undefined ? this.#steps.length : 1;
  }

  override push(runnable: Runnable): void {
    this.#steps.push({
      kind: 'step',
      subject: taskOf(runnable) ?? callbacks,
      lot: 0,
      runnable,
    });
    this.watcher?.becomesReady(runnable);
  }

  override shift(): Runnable | undefined {
    const step = this.#chosen ?? this.#steps.shift();
    this.#chosen = undefined;
    if (step !== undefined) this.watcher?.begins(step.runnable);
    return step?.runnable;
  }

  /** Adds what may run next to `list`: the first, and each task. Of the callbacks only the first may. */
  addChoices(list: object[]): void {
    let isFirstCallback = true;
    for (const step of this.#steps) {
      if (step.subject !== callbacks) list.push(step);
      else if (isFirstCallback) {
        list.push(step);
        isFirstCallback = false;
      }
    }
  }

  /** Drops all, for the next run. */
  clear(): void {
    this.#steps.length = 0;
    this.#chosen = undefined;
    this.watcher = undefined;
  }

  /** The next `shift()` takes this one. */
  choose(step: Step): void {
    removeAt(this.#steps, this.#steps.indexOf(step));
    this.#chosen = step;
  }
}

/** Returns the task that goes on when `runnable` runs: it makes a step, or an `await` of its async function is over. */
export function taskOf(runnable: Runnable): Task<unknown> | undefined {
  if (runnable instanceof Task) return runnable._task;
  if (runnable instanceof UnreadPromise) return runnable.frame?._part._task;
  return undefined;
}
