import type { Task } from 'skein';
import type { Instrument } from 'skein/inspect';

/** Checks the order of the events that an instrument is told. */
export class Checker implements Required<Pick<Instrument, CheckedEvent>> {
  readonly faults: string[] = [];
  readonly #alive = new Set<Task<unknown>>();
  readonly #open: Task<unknown>[] = [];
  /** The task whose step has ended, and that has not said what it does next. */
  #due: Task<unknown> | undefined;
  births = 0;
  deaths = 0;

  taskCreated(task: Task<unknown>): void {
    this.births++;
    if (task.done() || this.#alive.has(task)) this.#fault(task, 'is born twice, or done');
    this.#alive.add(task);
  }

  stepBegins(task: Task<unknown>): void {
    this.#settled(task, 'a step begins');
    if (!this.#alive.has(task)) this.#fault(task, 'makes a step and is not alive');
    this.#open.push(task);
  }

  stepEnds(task: Task<unknown>): void {
    this.#settled(task, 'a step ends');
    if (this.#open.pop() !== task) this.#fault(task, 'ends a step that is not the innermost');
    this.#due = task;
  }

  taskWaits(task: Task<unknown>): void {
    this.#next(task);
  }

  taskReady(task: Task<unknown>): void {
    this.#next(task);
  }

  taskDone(task: Task<unknown>): void {
    this.#next(task);
    this.deaths++;
    if (!task.done() || !this.#alive.delete(task)) this.#fault(task, 'is done twice, or not');
  }

  get alive(): number {
    return this.#alive.size;
  }

  /** Programs of coroutines have no parts, so each step says what follows. */
  #next(task: Task<unknown>): void {
    if (this.#due !== task) this.#fault(task, 'says what it does next, and made no step');
    this.#due = undefined;
  }

  #settled(task: Task<unknown>, what: string): void {
    if (this.#due !== undefined) this.#fault(task, `${what} before the last one said what follows`);
    this.#due = undefined;
  }

  #fault(task: Task<unknown>, text: string): void {
    this.faults.push(`${task.getName()} ${text}`);
  }
}

type CheckedEvent =
  | 'taskCreated'
  | 'stepBegins'
  | 'stepEnds'
  | 'taskWaits'
  | 'taskReady'
  | 'taskDone';
