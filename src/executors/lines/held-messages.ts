/** Hands on the messages of a worker in their order. It holds those that come after something that was printed. */
import { later } from '../crossing/later.ts';
import { afterOutput, isUnfinished } from './program-output.ts';
import type { OutputStream } from './start-options.ts';

/** Calls back when it is over. */
type Wait = (then: () => void) => void;

/**
 * States: passing → holding, by a wait. holding → passing, when the last wait is over and the messages behind it are heard.
 */
export class HeldMessages {
  readonly #hear: (message: object) => void;
  readonly #streams: () => readonly OutputStream[];
  /** The messages that are held, and the waits among them; undefined while messages pass. */
  #held: (object | Wait)[] | undefined;

  /** @param streams - Returns the streams that the output of the worker is written to. */
  constructor(hear: (message: object) => void, streams: () => readonly OutputStream[]) {
    this.#hear = hear;
    this.#streams = streams;
  }

  take(message: object): void {
    // A worker that is ending says that it is alive, and is ended by force if it is silent.
    const { type } = message as { readonly type?: unknown };
    const passes = type === 'closing' || type === 'pong';
    if (this.#held === undefined || passes) this.#hear(message);
    else this.#held.push(message);
  }

  /** The messages from now on are heard once the event loop of the host has turned, and what it read then has arrived. */
  waitForTurn(): void {
    this.#wait((then) => later(() => afterOutput(this.#streams(), then)));
  }

  /** The messages from now on are heard once what was printed so far has arrived. */
  waitForOutput(): void {
    // A wait that has not begun will include it.
    if (typeof this.#held?.at(-1) === 'function' || !isUnfinished(this.#streams())) return;
    this.#wait((then) => afterOutput(this.#streams(), then));
  }

  /** Calls `fn` after the messages that have come, and before those that will. */
  between(fn: () => void): void {
    if (this.#held === undefined) return fn();
    this.#held.push((then) => {
      fn();
      then();
    });
  }

  /** Calls `fn` after the messages that have come. */
  last(fn: () => void): void {
    if (this.#held === undefined) fn();
    else this.#held.push(fn);
  }

  #wait(wait: Wait): void {
    if (this.#held === undefined) {
      this.#held = [];
      wait(this.#goOn);
    } else {
      this.#held.push(wait);
    }
  }

  readonly #goOn = (): void => {
    const held = this.#held as (object | Wait)[];
    for (let at = 0; at < held.length; at++) {
      const next = held[at] as object | Wait;
      if (typeof next === 'function') {
        held.splice(0, at + 1);
        next(this.#goOn);
        return;
      }
      try {
        this.#hear(next);
      } catch (error) {
        // What code of the program throws here keeps back no message behind it.
        held.splice(0, at + 1);
        later(this.#goOn);
        throw error;
      }
    }
    this.#held = undefined;
  };
}
