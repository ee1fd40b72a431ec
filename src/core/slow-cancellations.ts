/**
 * Tells of tasks that took a cancellation and go on: `cancel()` was called, the request was not taken back with `uncancel()`, and
 * `slowCancellationDuration` later the task still waits, or it has ended with a value. Code of the program may mean it so; the report
 * says what is the case, once.
 *
 * States of a cancelled task, in the list of its loop:
 * - **new**: since `cancel()`. Nearly all tasks have ended cancelled one turn of the host later, and leave the list.
 * - **late**: it has not. When its time is up, it is told and leaves the list.
 * - From both, it leaves the list untold if it ends cancelled or failed, or if the request was taken back.
 *
 * Requests of the library itself (a timeout, a group, `run()`) are not in the list: these wait for the task, and see its outcome.
 * The timer does not keep the program alive. A virtual loop has no timers of the host: it looks whenever its time has jumped.
 */
import type { EventLoop } from './event-loop.ts';
import { isExit } from './exits.ts';
import { Future } from './future.ts';
import { CANCELLED, FAILED, FINISHED, PENDING } from './future-state.ts';
import { Task } from './task.ts';
import { waitText } from './task-text.ts';

interface Cancelled {
  readonly task: Task<unknown>;
  /** When it was cancelled, on the clock of its loop, in ms. */
  readonly at: number;
}

/** A list that grows within one turn is looked through at this length, as what it refers to cannot be collected. */
const shortest = 1000;

const told = new WeakSet<Task<unknown>>();
const lists = new WeakMap<EventLoop, CancelledTasks>();
/** The list that was used last: mostly a program has one loop. */
let last: CancelledTasks | undefined;

function listOf(loop: EventLoop): CancelledTasks {
  if (last?.loop === loop) return last;
  last = lists.get(loop);
  if (last === undefined) {
    last = new CancelledTasks(loop);
    lists.set(loop, last);
  }
  return last;
}

class CancelledTasks {
  readonly loop: EventLoop;
  #new: Task<unknown>[] = [];
  /** In the order of the times. */
  #late: Cancelled[] = [];
  #longest = shortest;
  /** When the tasks that are new were cancelled. */
  #now = 0;
  #hasTimer = false;

  constructor(loop: EventLoop) {
    this.loop = loop;
  }

  add(task: Task<unknown>): void {
    if (this.loop.slowCancellationDuration === Number.POSITIVE_INFINITY) return;
    if (this.#new.length === 0) {
      this.#now = this.loop.time();
      this.loop._host.macrotask(() => this.look());
    }
    if (this.#new.push(task) >= this.#longest) {
      keepOpen(this.#new);
      this.#longest = Math.max(2 * this.#new.length, shortest);
    }
  }

  dropLast(task: Task<unknown>): void {
    if (this.#new.at(-1) === task) this.#new.pop();
  }

  look(): void {
    const { loop } = this;
    keepOpen(this.#new);
    for (const task of this.#new) this.#late.push({ task, at: this.#now });
    this.#new = [];
    this.#longest = shortest;
    if (loop.isClosed()) return;
    const now = loop.time();
    const end = now - loop.slowCancellationDuration;
    if ((this.#late[0]?.at ?? Number.POSITIVE_INFINITY) <= end) {
      const due = this.#late.findIndex(({ at }) => at > end);
      const all = this.#late.splice(0, due === -1 ? this.#late.length : due);
      for (const each of all) if (isOpen(each.task)) tell(each, now);
    }
    this.#setTimer(now);
  }

  #setTimer(now: number): void {
    const [first] = this.#late;
    if (first === undefined || this.#hasTimer) return;
    const { _host: host, slowCancellationDuration: ms } = this.loop;
    const timer = host.setTimer(
      () => {
        this.#hasTimer = false;
        this.look();
      },
      Math.max(first.at + ms - now, 1),
    );
    this.#hasTimer = timer !== undefined;
    if (this.#hasTimer) host.holdTimer?.(timer, false);
  }
}

/** Tells whether there is or may be something to tell of the task. */
function isOpen(task: Task<unknown>): boolean {
  return task._cancelRequests > 0 && task._state !== CANCELLED && task._state !== FAILED;
}

/** Takes the others out of the list. In place, as a program may cancel very many tasks at once. */
function keepOpen(tasks: Task<unknown>[]): void {
  let kept = 0;
  tasks.forEach((task) => {
    if (isOpen(task)) tasks[kept++] = task;
  });
  tasks.length = kept;
}

/** True if all that the task waits for is work that the library has cancelled or shielded. */
function isInExit(awaited: Future<unknown> | undefined): boolean {
  const seen = new Set<unknown>();
  // In a loop: a chain of tasks may be longer than the stack is deep.
  const left = [awaited];
  while (left.length > 0) {
    const future = left.pop();
    if (!(future instanceof Future) || seen.has(future)) return false;
    seen.add(future);
    if (isExit(future)) continue;
    const targets =
      future instanceof Task ? [future._waiter] : (future._passesCancelTo()?.futures ?? []);
    if (targets.length === 0) return false;
    for (const target of targets) left.push(target);
  }
  return true;
}

function tell({ task, at }: Cancelled, now: number): void {
  const loop = task._loop;
  if (told.has(task) || (task._state === PENDING && isInExit(task._waiter))) return;
  // Debug mode has told of it, with the place.
  if (task._state === FINISHED && loop.getDebug()) return;
  told.add(task);
  loop._report({
    message: `${task._name()} was cancelled ${Math.round((now - at) / 100) / 10} s ago and ${stateOf(task)}.`,
    warning: true,
    future: task,
  });
}

function stateOf(task: Task<unknown>): string {
  if (task._state === FINISHED) return 'ended with a value';
  const text = waitText(task);
  return text === undefined ? 'still runs' : `still waits for ${text}`;
}

/** Notes that the program cancels `task`. */
export function noteCancel(task: Task<unknown>): void {
  listOf(task._loop).add(task);
}

/** The request was one of the library. */
export function dropCancel(task: Future<unknown>): void {
  if (task instanceof Task) listOf(task._loop).dropLast(task);
}

/** The time of a virtual loop has jumped. */
export function lookAgain(loop: EventLoop): void {
  if (lists.has(loop)) listOf(loop).look();
}
