/** A member of the list, as `Task` is one. */
interface Placed {
  /** @internal */
  _place: number;
}

/** Below this length gaps are not worth closing. */
const fewPlaces = 32;

/**
 * The pending tasks of a loop, oldest first. The loop refers to them strongly, so a task goes on without other references;
 * asyncio's would be collected.
 *
 * A task knows its place in the list, so that adding and removing allocate nothing. A task that leaves makes a gap; once half
 * of the places are gaps they are closed, so each task is moved once, on average. Tasks do not refer to one another: a
 * debugger or a test that prints one task must not find its way to all.
 */
export class TaskList<T extends Placed> {
  readonly #places: (T | undefined)[] = [];
  #gaps = 0;

  add(task: T): void {
    task._place = this.#places.length;
    this.#places.push(task);
  }

  /** Does nothing for a task that has left. */
  remove(task: T): void {
    const place = task._place;
    if (place < 0) return;
    task._place = -1;
    if (place === this.#places.length - 1) {
      this.#places.pop();
      return;
    }
    this.#places[place] = undefined;
    this.#gaps++;
    if (this.#gaps * 2 > this.#places.length && this.#places.length > fewPlaces) this.#closeGaps();
  }

  #closeGaps(): void {
    const places = this.#places;
    let free = 0;
    for (let place = 0; place < places.length; place++) {
      const task = places[place];
      if (task === undefined) continue;
      places[free] = task;
      task._place = free++;
    }
    places.length = free;
    this.#gaps = 0;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (const task of this.#places) if (task !== undefined) yield task;
  }
}
