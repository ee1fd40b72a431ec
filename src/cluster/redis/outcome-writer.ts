import type { Redis } from 'ioredis';
import { HostDelay } from '../../core/host-delay.ts';
import type { Destination } from '../engine.ts';
import { limitFor, Silence } from '../timing.ts';
import { isOfConnection } from './connection.ts';
import { type Argument, finish, type Keys, streamLife } from './scripts.ts';

interface Written {
  readonly id: string;
  readonly outcome: string;
  readonly to: Destination;
}

/** In letters. */
const largeOutcome = 65_536;

/** The outcomes that go together. All of those who wait for one of them wait for the same promise. */
class Batch {
  /** The outcomes that only a reply carries, by the address of the executor that waits for them. */
  readonly replies: Map<string, Written[]> = new Map();
  readonly kept: Written[] = [];
  length = 0;
  readonly written: Promise<unknown>;
  resolve: (value?: unknown) => void = () => {};
  reject: (error: unknown) => void = () => {};

  constructor() {
    this.written = new Promise<unknown>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  add(one: Written): void {
    this.length += one.outcome.length;
    const { replyTo, mayBeAsked } = one.to;
    const same = this.replies.get(replyTo);
    // An executor reads a large outcome by itself.
    if (mayBeAsked || one.outcome.length > largeOutcome) this.kept.push(one);
    else if (same === undefined) this.replies.set(replyTo, [one]);
    else same.push(one);
  }
}

/**
 * Writes the outcomes of jobs, several in one command: one batch is on its way at any time, and what comes meanwhile goes with the
 * next one. A command costs the server of Redis and this process more than an outcome does. A large outcome goes by itself at once, so
 * that it does not make the others wait.
 */
export class OutcomeWriter {
  readonly #redis: Redis;
  readonly #keys: Keys;
  #batch: Batch | undefined;
  /** Writes the batch that waits for the one on its way. */
  #writeNext: (() => void) | undefined;
  #onTheWay: Batch | undefined;
  readonly #large = new Set<Batch>();

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
    // A command whose connection ended may never settle.
    redis.on('close', () => {
      for (const batch of [this.#onTheWay, ...this.#large]) {
        batch?.reject(new Error('Connection is closed.'));
      }
    });
  }

  /** Rejects for all outcomes of a batch, if one cannot be written, or not in time: then they may be there or not. */
  write(id: string, outcome: string, to: Destination): Promise<unknown> {
    const isLarge = outcome.length > largeOutcome;
    const batch = isLarge ? new Batch() : (this.#batch ?? this.#newBatch());
    batch.add({ id, outcome, to });
    if (isLarge) void this.#writeLarge(batch);
    return batch.written;
  }

  async #writeLarge(batch: Batch): Promise<void> {
    this.#large.add(batch);
    await this.#write(batch);
    this.#large.delete(batch);
  }

  #newBatch(): Batch {
    const batch = new Batch();
    this.#batch = batch;
    const write = (): void => {
      this.#batch = undefined;
      this.#onTheWay = batch;
      void this.#write(batch).then(this.#onWritten);
    };
    // After the answers to BullMQ that have come, each of which may end a job.
    setImmediate(() => {
      if (this.#onTheWay !== undefined) this.#writeNext = write;
      else write();
    });
    return batch;
  }

  readonly #onWritten = (): void => {
    this.#onTheWay = undefined;
    const write = this.#writeNext;
    this.#writeNext = undefined;
    write?.();
  };

  async #write(batch: Batch): Promise<void> {
    const ms = limitFor(batch.length);
    const limit = new HostDelay(() => batch.reject(new Silence(ms)), ms);
    limit.unref();
    const writing = [...batch.replies.values()].map((same) => this.#reply(same));
    if (batch.kept.length > 0) writing.push(this.#keep(batch.kept));
    Promise.all(writing).then(batch.resolve, batch.reject);
    // A failure is told to the callers of `write()`, who wait for the same promise.
    await batch.written.catch(() => {});
    limit.clear();
  }

  /** Writes outcomes for one executor into one entry of its stream. */
  async #reply(outcomes: readonly Written[]): Promise<void> {
    const [{ to }] = outcomes as readonly [Written];
    const stream = this.#keys.stream(to.replyTo);
    const fields = outcomes.flatMap(({ id, outcome }) => [id, outcome]);
    let life = 0;
    for (const each of outcomes) life = Math.max(life, streamLife(each.to.keep));
    try {
      await Promise.all([
        this.#redis.xadd(stream, '*', ...fields),
        this.#redis.pexpire(stream, life),
      ]);
    } catch (error) {
      if (isOfConnection(error)) throw error;
      // Something else has written the key of the stream.
      await this.#keep(outcomes);
    }
  }

  async #keep(outcomes: readonly Written[]): Promise<void> {
    const keys: string[] = [];
    const args: Argument[] = [this.#keys.streams];
    for (const { id, outcome, to } of outcomes) {
      keys.push(this.#keys.outcome(id), this.#keys.stop(id), this.#keys.server(id));
      keys.push(this.#keys.joined(id), this.#keys.stream(to.replyTo));
      args.push(outcome, Math.max(1, Math.trunc(to.keep)), id);
    }
    await finish.run(this.#redis, keys, args);
  }
}
