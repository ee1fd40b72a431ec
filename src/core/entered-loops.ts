import { current } from './current.ts';
import type { EventLoop } from './event-loop.ts';

interface Entry {
  readonly loop: EventLoop;
  over: boolean;
}

/**
 * The loops that runners and tests drive at this moment, innermost last. They may end in any order. An entry in the middle
 * stays until those behind it are over, or until half of the entries are, so that n programs at once cost n.
 */
export class EnteredLoops {
  #entries: Entry[] = [];
  #over = 0;

  get innermost(): EventLoop | undefined {
    return this.#entries.at(-1)?.loop;
  }

  /** Adds a loop. Returns the function that removes it. */
  enter(loop: EventLoop): () => void {
    const entry: Entry = { loop, over: false };
    this.#entries.push(entry);
    return () => {
      if (!entry.over) this.#leave(entry);
    };
  }

  #leave(entry: Entry): void {
    entry.over = true;
    this.#over++;
    while (this.#entries.at(-1)?.over) {
      this.#entries.pop();
      this.#over--;
    }
    if (this.#over * 2 <= this.#entries.length) return;
    this.#entries = this.#entries.filter(({ over }) => !over);
    this.#over = 0;
  }
}

/** Returns those of the program. They are made when the first is entered: a page without `run()` does without. */
export function enteredLoops(): EnteredLoops {
  current.entered ??= new EnteredLoops();
  return current.entered;
}
