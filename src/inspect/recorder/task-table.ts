/**
 * The tasks of a recording, and the things that they waited at. A task that is alive is always there: birth and death are never lost one
 * without the other. If the recorder has a limit, tasks that ended before the oldest step of the ring are forgotten, and counted.
 */
import type { EventLoop } from '../../core/event-loop.ts';
import type { Future } from '../../core/future.ts';
import type { Task } from '../../core/task.ts';
import { safely } from '../../core/text.ts';
import { type Held, isHeld } from './held.ts';
import { Alive, Life } from './life.ts';
import {
  type RecordedHolders,
  type RecordedObject,
  type RecordedTask,
  readNext,
} from './recording.ts';
import type { StepRing } from './step-ring.ts';
import type { Ids } from './what-it-waits-for.ts';

/** The most holders, and the most changes of holders of one lock, that are noted. */
const mostHolders = 16;
const mostChanges = 1000;

interface NotedObject extends RecordedObject {
  readonly held?: RecordedHolders[];
}

/** A program may have a class of its own, whose name throws. */
function recordedObject(id: number, object: object): NotedObject {
  const kind = safely(() => object.constructor.name);
  const given = (object as { readonly name?: unknown }).name;
  const name = typeof given === 'string' ? given : undefined;
  return isHeld(object) ? { id, kind, name, held: [] } : { id, kind, name };
}

export class TaskTable implements Ids {
  /** Each task has its life as a property of its own: half the price of a map. There only while a recorder is. */
  readonly #key = Symbol('skein.recorded');
  readonly #limit: number;
  readonly #ring: StepRing;
  /** In the order in which they were met. */
  #lives: Life[] = [];
  readonly #alive = new Alive();
  #objects = new Map<number, NotedObject>();
  readonly #idsOfObjects = new WeakMap<object, number>();
  #taskCount = 0;
  #objectCount = 0;
  /** The lock that the last id is of. */
  #met: Held | undefined;
  /** The locks that async functions await. */
  #awaited: WeakMap<object, Held> | undefined;
  #isTaking = false;
  #endedCount = 0;
  /** When so many have ended, or so many things are known, it is looked for what can be forgotten. */
  #forgetAt: number;
  #forgetObjectsAt = 10_000;
  /** How many tasks were forgotten. */
  lost = 0;

  readonly #now: () => number;

  /**
   * @param limit - How many tasks that have ended may be kept, beside those of the ring.
   * @param now - The clock of the recorder.
   */
  constructor(limit: number, ring: StepRing, now: () => number) {
    this.#now = now;
    this.#limit = limit;
    this.#forgetAt = 2 * limit;
    this.#ring = ring;
  }

  add(task: Task<unknown>, by: Task<unknown> | undefined, at: number | undefined): Life {
    const maker = by === undefined ? 0 : this.of(by).id;
    const life = new Life(++this.#taskCount, task, maker, at);
    (task as unknown as Record<symbol, Life>)[this.#key] = life;
    this.#lives.push(life);
    this.#alive.add(life);
    return life;
  }

  /** Returns the life of a task. One that was made before the recording is met now. */
  of(task: Task<unknown>): Life {
    const whole = task._task;
    return (
      (whole as unknown as Record<symbol, Life | undefined>)[this.#key] ??
      this.add(whole, undefined, undefined)
    );
  }

  /** Returns the task of an id; undefined if it has ended. */
  taskOf(id: number): Task<unknown> | undefined {
    return this.#alive.list().find((life) => life.id === id)?.task;
  }

  idOfTask(task: Task<unknown>): number {
    return this.of(task).id;
  }

  idOfObject(object: object): number {
    let id = this.#idsOfObjects.get(object);
    if (id === undefined || !this.#objects.has(id)) {
      id ??= ++this.#objectCount;
      this.#idsOfObjects.set(object, id);
      // Before this one is there, as no step in the ring has it yet.
      if (this.#objects.size >= this.#forgetObjectsAt) this.#forgetObjects();
      this.#objects.set(id, recordedObject(id, object));
    }
    // A lock has one holder, which is known at once. A semaphore may have thousands.
    if (isHeld(object) && (this.#isTaking || object._kind === 'lock')) {
      this.#met = object;
      this.#noteHolders(object);
    }
    return id;
  }

  /** What the task begins to wait for has got its id. If it is a lock, its holders are noted again when the task goes on. */
  waits(task: Task<unknown>): void {
    if (this.#met === undefined) return;
    this.of(task).wanted = this.#met;
    this.#met = undefined;
  }

  /** A step of the task, or of a part of it, is over: it may have got the lock that it wanted. */
  goesOn(life: Life, wanted: Held): void {
    this.#noteHolders(wanted);
    if (wanted._related().some(({ task }) => task === life.task)) life.wanted = undefined;
  }

  /** As `waits()`, for an async function that awaits `future`: the lock may be got in a coroutine that it awaits, or be what it awaits. */
  awaits(task: Task<unknown>, future: object): void {
    if (this.#met === undefined) return;
    this.#awaited ??= new WeakMap();
    this.#awaited.set(future, this.#met);
    this.waits(task);
  }

  /** That await is over. */
  awaited(future: object): void {
    const wanted = this.#awaited?.get(future);
    if (wanted !== undefined) this.#noteHolders(wanted);
  }

  #noteHolders(object: Held): void {
    const held = this.#objects.get(this.#idsOfObjects.get(object) ?? 0)?.held;
    if (held === undefined) return;
    const by = object
      ._related()
      .slice(0, mostHolders)
      .map(({ task }) => this.of(task).id);
    const last = held.at(-1)?.by;
    if (last?.length === by.length && last.every((id, at) => id === by[at])) return;
    if (held.length >= mostChanges) held.shift();
    held.push({ at: this.#now(), by });
  }

  /** Notes who holds what at the end: a task may have got its lock since others began to wait for it. */
  noteWaits(idsOfThings: (future: Future<unknown>) => void): void {
    this.#isTaking = true;
    for (const { task } of this.#alive.list()) {
      if (task?._waiter !== undefined) idsOfThings(task._waiter);
    }
    this.#isTaking = false;
    this.#met = undefined;
  }

  end(task: Task<unknown>, outcome: RecordedTask['outcome'], at: number): number {
    const life = this.of(task);
    this.#end(life, outcome, at);
    if (++this.#endedCount > this.#forgetAt) this.#forget();
    return life.id;
  }

  #end(life: Life, outcome: RecordedTask['outcome'], at: number): void {
    if (life.task === undefined) return;
    life.end(outcome, at);
    this.#alive.remove(life);
  }

  /** The loop is closed: its tasks make no steps any more. */
  abandon(loop: EventLoop, at: number): void {
    for (const life of this.#alive.list()) {
      if (life.task?._loop !== loop) continue;
      this.#end(life, 'abandoned', at);
      this.#endedCount++;
    }
  }

  /** Forgets the oldest tasks that have ended and have no row in the ring. */
  #forget(): void {
    const seen = new Set<number>();
    this.#ring.forEach((task) => {
      seen.add(task);
    });
    let tooMany = this.#endedCount - this.#limit;
    this.#lives = this.#lives.filter((life) => {
      if (tooMany <= 0 || life.task !== undefined || seen.has(life.id)) return true;
      this.lost++;
      this.#endedCount--;
      tooMany--;
      return false;
    });
    this.#forgetAt = Math.max(2 * this.#limit, this.#endedCount + this.#ring.capacity);
  }

  #forgetObjects(): void {
    const kept = new Map<number, NotedObject>();
    this.#ring.forEach((_, next) => {
      const { kind, id } = readNext(next);
      const object = kind === 'task' || kind === 'done' ? undefined : this.#objects.get(id);
      if (object !== undefined) kept.set(id, object);
    });
    this.#objects = kept;
    this.#forgetObjectsAt = 10_000 + 2 * kept.size;
  }

  list(): RecordedTask[] {
    return this.#lives.map((life) => life.recorded());
  }

  objects(): RecordedObject[] {
    return [...this.#objects.values()].map((object) =>
      object.held === undefined ? object : { ...object, held: [...object.held] },
    );
  }
}
