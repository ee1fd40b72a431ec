import type { Channel, ChannelEvents, OpenChannel, WorkerEnd } from './channel.ts';
import { findUncloneable } from './cloneable.ts';
import { decodeThrown } from './error-codec.ts';
import { textOf, WorkerLostError } from './errors.ts';
import type { Job } from './job.ts';
import type { Call, FromWorker } from './protocol.ts';

/** What a worker tells its pool. */
export interface WorkerEvents {
  /** It can take a job: it has just started, or is done with the last one. */
  free(worker: PoolWorker): void;
  /** Its initializer failed. */
  broken(worker: PoolWorker, error: unknown): void;
  /** It is gone, out of this state. Its job, if it had one, has failed. */
  gone(worker: PoolWorker, end: WorkerEnd, state: WorkerState): void;
}

export type WorkerState = 'starting' | 'idle' | 'busy' | 'closing' | 'gone';

/**
 * One worker, as its pool sees it.
 *
 * States: starting → idle ⇄ busy, and from each of them → closing → gone, or straight to gone when it dies.
 */
export class PoolWorker {
  readonly name: string;
  state: WorkerState = 'starting';
  readonly #channel: Channel;
  readonly #events: WorkerEvents;
  #job: Job | undefined;
  #keepsAlive = true;

  constructor(
    name: string,
    open: OpenChannel,
    start: { initializer: Call | undefined; tsx: string | undefined },
    events: WorkerEvents,
  ) {
    this.name = name;
    this.#events = events;
    const heard: ChannelEvents = {
      message: (message) => this.#hear(message),
      unreadable: (error) => this.#lose(textOf(error)),
      ended: (end) => this.#end(end),
    };
    this.#channel = open(name, heard);
    this.#channel.post({ type: 'start', ...start });
  }

  /** The job that it runs. */
  get job(): Job | undefined {
    return this.#job;
  }

  get threadId(): number | undefined {
    return this.#channel.threadId;
  }

  /** Gives it a job; answers false when the job cannot cross and has failed instead. */
  run(job: Job): boolean {
    const message = job.message();
    try {
      this.#channel.post({ type: 'run', jobs: [message] });
    } catch (cause) {
      const reason = findUncloneable(message.args, 'args') ?? textOf(cause);
      job.failHere(
        new TypeError(
          `The executor expected \`${job.name}\` to be given values that can be copied to a worker, but ${reason}. Pass plain data, and make the rest where it is used.`,
          { cause },
        ),
      );
      return false;
    }
    job.begin();
    this.#job = job;
    this.state = 'busy';
    this.keepAlive(true);
    return true;
  }

  /** Has it keep the program alive, or not. */
  keepAlive(keeps: boolean): void {
    if (keeps === this.#keepsAlive) return;
    this.#keepsAlive = keeps;
    if (keeps) this.#channel.ref();
    else this.#channel.unref();
  }

  /** Has it end, which the program waits for. It has no job. */
  close(): void {
    this.state = 'closing';
    this.keepAlive(true);
    this.#channel.post({ type: 'close' });
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        if (this.state === 'starting') this.#events.free(this);
        break;
      case 'broken':
        if (this.state === 'starting') this.#events.broken(this, decodeThrown(message.failure));
        break;
      case 'done':
        for (const outcome of message.outcomes) {
          const job = this.#job;
          if (job?.id !== outcome.id) continue;
          this.#job = undefined;
          if ('failure' in outcome) job.failWith(outcome.failure, this.#channel.place);
          else job.succeed(outcome.value);
          this.#events.free(this);
        }
        break;
      case 'unreadable':
        this.#lose(message.reason);
        break;
    }
  }

  /** A message was lost on the way: that of its job, or the one with the outcome. */
  #lose(reason: string): void {
    const job = this.#job;
    if (job === undefined) return;
    this.#job = undefined;
    job.failHere(
      new Error(
        `What \`${job.name}\` was given or has returned was copied, but could not be put together again: ${reason}.`,
      ),
    );
    this.#events.free(this);
  }

  #end(end: WorkerEnd): void {
    const { state } = this;
    this.state = 'gone';
    const job = this.#job;
    this.#job = undefined;
    job?.failHere(new WorkerLostError(job.name, this.#channel.place, this.#channel.threadId, end));
    this.#events.gone(this, end, state);
  }
}
