import type { Redis } from 'ioredis';
import { type Argument, finish, type Keys } from './scripts.ts';

interface Batch {
  readonly keys: string[];
  readonly args: Argument[];
  readonly written: Promise<unknown>;
}

/** In letters. */
const largeOutcome = 65_536;

/**
 * Writes the outcomes of jobs, several in one command: one command is on its way at any time, and what comes meanwhile goes with the
 * next one. A command costs the server of Redis and this process more than an outcome does. A large outcome has a command of its own at
 * once, so that it does not make the others wait.
 */
export class OutcomeWriter {
  readonly #redis: Redis;
  readonly #keys: Keys;
  #batch: Batch | undefined;
  /** Writes the batch that waits for the command on its way. */
  #writeNext: (() => void) | undefined;
  #isWriting = false;

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
    // A command whose connection ended may never settle.
    redis.on('ready', this.#onWritten);
  }

  /** Rejects for all outcomes of a batch, if one cannot be written: then they may be there or not. */
  async write(id: string, address: string, outcome: string, keep: number): Promise<void> {
    const keys = this.#keys;
    const isLarge = outcome.length > largeOutcome;
    const batch = isLarge ? this.#large() : (this.#batch ?? this.#newBatch());
    batch.keys.push(keys.outcome(id), keys.stop(id), keys.server(id), keys.joined(id));
    batch.keys.push(keys.stream(address));
    batch.args.push(outcome, Math.max(1, Math.trunc(keep)), id);
    await batch.written;
  }

  #newBatch(): Batch {
    const keys: string[] = [];
    const args: Argument[] = [this.#keys.streams];
    const written = new Promise((resolve, reject) => {
      const write = (): void => {
        this.#batch = undefined;
        this.#isWriting = true;
        void finish.run(this.#redis, keys, args).then(resolve, reject).then(this.#onWritten);
      };
      // After the answers to BullMQ that have come, each of which may end a job.
      setImmediate(() => {
        if (this.#isWriting) this.#writeNext = write;
        else write();
      });
    });
    this.#batch = { keys, args, written };
    return this.#batch;
  }

  readonly #onWritten = (): void => {
    this.#isWriting = false;
    const write = this.#writeNext;
    this.#writeNext = undefined;
    write?.();
  };

  #large(): Batch {
    const keys: string[] = [];
    const args: Argument[] = [this.#keys.streams];
    const written = Promise.resolve().then(() => finish.run(this.#redis, keys, args));
    return { keys, args, written };
  }
}
