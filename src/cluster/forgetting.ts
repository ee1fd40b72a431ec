import type { EventLoop } from '../core/event-loop.ts';
import type { ExecutorEnd } from './engine.ts';
import { after, type Timer } from './timing.ts';

const forgetMs = 20;

/** Has the engine drop what it keeps of jobs that are over: together with the next jobs, or by itself a little later. */
export class Forgetting {
  readonly #end: ExecutorEnd;
  #keys: string[] = [];
  #timer: Timer | undefined;

  constructor(end: ExecutorEnd) {
    this.#end = end;
  }

  later(loop: EventLoop, key: string): void {
    this.#keys.push(key);
    this.#timer ??= after(loop, forgetMs, () => this.now());
  }

  now(): void {
    const keys = this.#keys;
    if (keys.length === 0) return;
    this.#keys = [];
    this.#timer?.cancel();
    this.#timer = undefined;
    // What is not dropped now is so by the server, after `keepResult`.
    this.#end.forget(keys).catch(() => {});
  }
}
