import type { Redis } from 'ioredis';
import { type Argument, finish, type Keys } from './scripts.ts';

interface Batch {
  readonly keys: string[];
  readonly args: Argument[];
  readonly written: Promise<unknown>;
}

/** In letters. */
const largeOutcome = 65_536;

/** Writes the outcomes of jobs. Those of one turn are written together. */
export class OutcomeWriter {
  readonly #redis: Redis;
  readonly #keys: Keys;
  #batch: Batch | undefined;

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Rejects for all outcomes of a turn, if one cannot be written: then they may be there or not. */
  async write(id: string, address: string, outcome: string, keep: number): Promise<void> {
    const keys = this.#keys;
    // A large one must not make the others wait.
    if (outcome.length > largeOutcome) this.#batch = undefined;
    const batch = this.#batch ?? this.#newBatch();
    if (outcome.length > largeOutcome) this.#batch = undefined;
    batch.keys.push(keys.outcome(id), keys.stop(id), keys.server(id), keys.joined(id));
    batch.keys.push(keys.stream(address));
    batch.args.push(outcome, Math.max(1, Math.trunc(keep)), id);
    await batch.written;
  }

  #newBatch(): Batch {
    const keys: string[] = [];
    const args: Argument[] = [this.#keys.streams];
    // After the microtasks of this turn.
    const written = new Promise((resolve, reject) => {
      process.nextTick(() => {
        if (this.#batch?.keys === keys) this.#batch = undefined;
        finish.run(this.#redis, keys, args).then(resolve, reject);
      });
    });
    this.#batch = { keys, args, written };
    return this.#batch;
  }
}
