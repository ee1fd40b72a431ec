/** The executor's end on Redis: one connection for commands, and one that waits for replies. */
import type { JobJson, JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ClusterConnection } from '../cluster-options.ts';
import type { ExecutorEnd, ExecutorEvents, Found, WireJob } from '../engine.ts';
import {
  type Bullmq,
  checkServer,
  isFatal,
  isOfConnection,
  openRedis,
  orRefused,
} from './connection.ts';
import { connectsOnce, KeepAlive } from './keep-alive.ts';
import { OutcomeWriter } from './outcome-writer.ts';
import { ReplyStream } from './reply-stream.ts';
import { jobs, join, type Keys, look, remove } from './scripts.ts';

/** A request to stop that no server has heard is dropped after so long. */
const keepStopMs = 60 * 60 * 1000;

/** BullMQ begins jobs without a priority first, and then those of the smallest number. So each job has one, and a high one is small. */
const middlePriority = 2 ** 20;
const largestPriority = 2 ** 21 - 1;

export class RedisExecutorEnd implements ExecutorEnd {
  readonly #keys: Keys;
  readonly #events: ExecutorEvents;
  readonly #redis: Redis;
  readonly #outcomes: OutcomeWriter;
  readonly #replies: ReplyStream;
  readonly #queue: Queue;
  readonly #address: string;
  readonly #keepAlive = new KeepAlive();
  #skew = 0;
  #isChecked = false;
  #isClosed = false;

  constructor(
    peers: { readonly bullmq: Bullmq; readonly Redis: typeof Redis },
    connection: ClusterConnection,
    keys: Keys,
    address: string,
    events: ExecutorEvents,
    keep: number,
  ) {
    this.#keys = keys;
    this.#events = events;
    this.#address = address;
    const redis = openRedis(peers.Redis, connection, connectsOnce);
    const reader = openRedis(peers.Redis, connection, connectsOnce);
    this.#redis = redis;
    this.#outcomes = new OutcomeWriter(redis, keys);
    for (const each of [redis, reader]) this.#keepAlive.add(each);
    redis.on('ready', () => void this.#ready());
    redis.on('close', () => events.reachable(false));
    redis.on('error', (error: unknown) => this.#heardError(error));
    this.#queue = new peers.bullmq.Queue(jobs, {
      connection: redis,
      prefix: keys.prefix,
      skipVersionCheck: true,
      skipWaitingForReady: true,
      // The events of BullMQ are read by nobody here.
      streams: { events: { maxLen: 0 } },
    });
    this.#queue.on('error', (error: unknown) => this.#heardError(error));
    this.#replies = new ReplyStream(reader, redis, keys, address, events, keep);
  }

  async #ready(): Promise<void> {
    try {
      this.#skew = await checkServer(this.#redis);
      this.#isChecked = true;
      await this.#replies.renew();
      this.#events.reachable(true);
      this.#events.missed();
    } catch (error) {
      if (!isOfConnection(error) && !this.#isClosed) this.#events.fatal(error);
    }
  }

  #heardError(error: unknown): void {
    if (isFatal(error) && !this.#isClosed) this.#events.fatal(error);
  }

  get isReady(): boolean {
    return this.#isChecked && this.#redis.status === 'ready';
  }

  time(): number {
    return Date.now() - this.#skew;
  }

  get clockSkew(): number {
    return this.#skew;
  }

  /**
   * Not by `queue.add()`, which costs as much again, and repeats the id in the options of the job; nor by `addBulk()`, whose pipeline costs
   * as much as several jobs. They travel together all the same.
   */
  async add(jobs: readonly WireJob[]): Promise<void> {
    const backend = this.#queue.getBackend();
    await orRefused(Promise.all(jobs.map((job) => backend.addJob(bullJob(job), job.id))));
  }

  async look(ids: readonly string[]): Promise<readonly Found[]> {
    const keys = [this.#keys.stream(this.#address), ...ids.flatMap((id) => this.#keys.looked(id))];
    const answer = (await orRefused(look.run(this.#redis, keys, []))) as readonly string[];
    const [last = '', ...found] = answer;
    // The outcome of a job that the server does not know may be on its way.
    if (found.includes('u')) await this.#replies.readTo(last);
    return found.map(readFound);
  }

  async join(id: string, keep: number): Promise<Found> {
    const keys = [this.#keys.joined(id), ...this.#keys.looked(id)];
    return readFound(
      (await orRefused(join.run(this.#redis, keys, [this.#address, keep]))) as string,
    );
  }

  async remove(id: string): Promise<boolean> {
    const job = this.#keys.job(id);
    const keys = [job, `${job}:lock`, ...this.#keys.waiting()];
    return (await remove.run(this.#redis, keys, [id])) === 1;
  }

  async stop(id: string, reason: string): Promise<void> {
    await this.#redis.set(this.#keys.stop(id), reason, 'PX', keepStopMs);
    await this.#redis.publish(this.#keys.control, JSON.stringify({ stop: id, reason }));
  }

  async finish(id: string, outcome: string, keep: number): Promise<void> {
    await this.#outcomes.write(id, outcome, { replyTo: this.#address, keep, mayBeAsked: true });
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.#redis.unlink(...ids.flatMap((id) => [this.#keys.outcome(id), this.#keys.stop(id)]));
  }

  keepAlive(isNeeded: boolean): void {
    this.#keepAlive.set(isNeeded);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#keepAlive.close();
    this.#keepAlive.set(true);
    await this.#replies.close();
    // It waits for what is under way, such as outcomes that are to be deleted.
    await this.#redis.quit().catch(() => {});
    this.#redis.disconnect();
    await this.#queue.close().catch(() => {});
  }
}

function bullJob({ id, name, priority, delay, data }: WireJob): JobJson {
  const opts: JobsOptions = {
    priority: Math.min(Math.max(middlePriority - Math.round(priority), 1), largestPriority),
    removeOnComplete: true,
    removeOnFail: true,
  };
  if (delay > 0) opts.delay = delay;
  const none = { progress: 0, attemptsMade: 0, attemptsStarted: 0, stalledCounter: 0 };
  const text = JSON.stringify(data);
  return {
    id,
    name,
    data: text,
    opts,
    timestamp: Date.now(),
    failedReason: '',
    returnvalue: '',
    ...none,
  };
}

export function readFound(text: string): Found {
  if (text.startsWith('o')) return { outcome: text.slice(1) };
  return text === 'k' ? 'known' : 'unknown';
}
