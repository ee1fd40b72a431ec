import type { Task } from '../../core/task.ts';
import { taskNameOf } from '../task-name.ts';
import type { Held } from './held.ts';
import type { RecordedTask } from './recording.ts';

/** A task, with all that is known of it. */
export class Life {
  readonly id: number;
  readonly by: number;
  readonly created: number | undefined;
  /** Undefined once it has ended, so that the recording does not keep it. */
  task: Task<unknown> | undefined;
  name = '';
  ended: number | undefined = undefined;
  outcome: RecordedTask['outcome'] = undefined;
  /** The lock that the task waits for. When it goes on, it may have got it. */
  wanted: Held | undefined = undefined;
  /** The lives before and after it of those that have not ended; see `Alive`. */
  before: Life | undefined = undefined;
  after: Life | undefined = undefined;

  constructor(id: number, task: Task<unknown>, by: number, created: number | undefined) {
    this.id = id;
    this.task = task;
    this.by = by;
    this.created = created;
  }

  end(outcome: RecordedTask['outcome'], at: number): void {
    if (this.task === undefined) return;
    this.name = taskNameOf(this.task);
    this.task = undefined;
    this.wanted = undefined;
    this.ended = at;
    this.outcome = outcome;
  }

  recorded(): RecordedTask {
    const { id, by, created, task, ended, outcome } = this;
    return {
      id,
      name: task === undefined ? this.name : taskNameOf(task),
      by,
      created,
      ended,
      outcome,
    };
  }
}

/**
 * The lives that have not ended, in the order in which they were met: a chain, as they leave it in any order. A recorder may know thousands that have
 * ended, and a program may close a loop a thousand times.
 */
export class Alive {
  #first: Life | undefined;
  #last: Life | undefined;

  add(life: Life): void {
    life.before = this.#last;
    if (this.#last === undefined) this.#first = life;
    else this.#last.after = life;
    this.#last = life;
  }

  remove(life: Life): void {
    const { before, after } = life;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    life.before = undefined;
    life.after = undefined;
  }

  list(): Life[] {
    const lives: Life[] = [];
    for (let life = this.#first; life !== undefined; life = life.after) lives.push(life);
    return lives;
  }
}
