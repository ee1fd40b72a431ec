/**
 * Notes what every task of a loop does and when. It is made with public parts only: a task factory, which gets each
 * coroutine before it runs, and done callbacks.
 */
import { CancelledError, type Coroutine, type EventLoop, type Future, Task } from 'skein';

export type Ending = 'pending' | 'done' | 'failed' | 'cancelled';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One task, or one job in a thread. Times are in ms since the start. */
export class Track {
  readonly kind: 'task' | 'job';
  readonly from: number;
  to: number | undefined;
  ending: Ending = 'pending';
  /** The name of the error that it failed with. */
  error = '';
  /**
   * When it was running, as opposed to waiting: a span for each step. The host makes the steps of an async function, except for the
   * first, so for those there is a span for each line that the function says.
   */
  readonly steps: Span[] = [];
  readonly #name: () => string;

  constructor(kind: Track['kind'], from: number, name: () => string) {
    this.kind = kind;
    this.from = from;
    this.#name = name;
  }

  /** Asked late, as a task may be given another name. */
  get name(): string {
    return this.#name();
  }

  failedWith(error: unknown): void {
    this.ending = 'failed';
    this.error = error instanceof Error ? error.name : String(error);
  }
}

export class Trace {
  readonly tracks: Track[] = [];
  readonly #ofTask = new WeakMap<Task<unknown>, Track>();
  readonly #loop: EventLoop;
  #start: number | undefined;

  /** Notes all tasks that are created on `loop` from now on. */
  constructor(loop: EventLoop) {
    this.#loop = loop;
    loop.setTaskFactory((_loop, coroutine, options) => {
      const track = new Track('task', this.now(), (): string => task.getName());
      const task = new Task(this.#watched(coroutine, track), { ...options, loop });
      task.addDoneCallback(() => {
        track.to = this.now();
        if (task.cancelled()) track.ending = 'cancelled';
      });
      this.tracks.push(track);
      this.#ofTask.set(task as Task<unknown>, track);
      return task;
    });
  }

  /** Milliseconds since the first task was created. */
  now(): number {
    const time = this.#loop.time();
    this.#start ??= time;
    return time - this.#start;
  }

  /** Notes that `task` is running now. */
  ran(task: Task<unknown>): void {
    const now = this.now();
    this.#ofTask.get(task)?.steps.push({ from: now, to: now });
  }

  /** From the first task's creation to the last one's end, in ms. */
  get length(): number {
    return Math.max(0, ...this.tracks.map((track) => track.to ?? track.from));
  }

  /** Notes a future that is no task: work that runs in a thread. */
  follow(name: string, future: Future<unknown>): void {
    const track = new Track('job', this.now(), () => name);
    this.tracks.push(track);
    future.addDoneCallback(() => {
      track.to = this.now();
      if (future.cancelled()) track.ending = 'cancelled';
      else if (future.exception() === undefined) track.ending = 'done';
      else track.failedWith(future.exception());
    });
  }

  /** Does what `yield*` does, and notes when each step begins and ends. */
  *#watched<T>(coroutine: Coroutine<T>, track: Track): Coroutine<T> {
    let resume = (): IteratorResult<unknown, T> => coroutine.next();
    for (;;) {
      const from = this.now();
      let step: IteratorResult<unknown, T>;
      try {
        step = resume();
      } catch (error) {
        if (!(error instanceof CancelledError)) track.failedWith(error);
        throw error;
      } finally {
        track.steps.push({ from, to: this.now() });
      }
      if (step.done) {
        track.ending = 'done';
        return step.value;
      }
      try {
        const sent = yield step.value as undefined;
        resume = () => coroutine.next(sent);
      } catch (error) {
        resume = () => coroutine.throw(error);
      }
    }
  }
}
