import type { Runnable } from '../../core/ready-queue.ts';
import type { Task } from '../../core/task.ts';
import type { Asked } from './outside.ts';

/**
 * Something that can happen next in a run: a decision chooses one of them.
 *
 * | kind        | what happens                                                                                   |
 * |-------------|------------------------------------------------------------------------------------------------|
 * | `iteration` | all that is ready runs, first in, first out                                                    |
 * | `step`      | one step of a task, or one callback (orders: 'tasks')                                          |
 * | `answer`    | something outside answers                                                                      |
 * | `time`      | the clock moves to the next deadline                                                           |
 * | `quiet`     | what waits for `env.quiet()` goes on                                                           |
 * | `cancel`    | a task is cancelled                                                                            |
 */
export interface Happening {
  readonly kind: 'iteration' | 'step' | 'answer' | 'time' | 'quiet' | 'cancel';
  /** It stays the same object while the thing itself does: a task for all its steps. Strategies give priorities to it. */
  readonly subject: object;
  /** The lot that the strategy drew for this one occurrence; 0: none yet. */
  lot: number;
}

/** A step of a task, or a callback, that is ready. */
export interface Step extends Happening {
  readonly kind: 'step';
  readonly runnable: Runnable;
}

/** Something outside can answer. */
export interface Answering extends Happening {
  readonly kind: 'answer';
  readonly asked: Asked;
}

/** A task can be cancelled. */
export interface Cancelling extends Happening {
  readonly kind: 'cancel';
  readonly task: Task<unknown>;
}
