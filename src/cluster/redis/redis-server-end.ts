/** The server's end on Redis: BullMQ's worker with its two connections, one for commands, and one that hears requests. */
import { hostname } from 'node:os';
import type { Job as BullJob, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ClusterConnection } from '../cluster-options.ts';
import type { Destination, Found, Message, ServerEnd, ServerEvents, WireData } from '../engine.ts';
import { ownerName } from '../lost-worker.ts';
import { BullDelivery } from './bull-delivery.ts';
import {
  type Bullmq,
  checkServer,
  clockSkew,
  isFatal,
  isOfCertificate,
  isOfConnection,
  openRedis,
  unreachable,
} from './connection.ts';
import { HostTimers } from './host-timers.ts';
import { OutcomeWriter } from './outcome-writer.ts';
import { readFound } from './redis-executor-end.ts';
import { jobs, type Keys, look, tell } from './scripts.ts';

/** How long the server may take to answer when this one starts. */
const connectMs = 10_000;
/** How long other servers have to say that they run a job. */
const askMs = 2000;
const pauseMs = 500;
/** With a larger difference of the clocks, delays and deadlines mean nothing. */
const mostSkewMs = 30_000;
/** BullMQ must not fail a job by itself: no executor would hear of it. */
const mostStalls = 1e6;
/** After so many locks a worker of BullMQ that takes no jobs counts as deaf. */
const deafLocks = 2;

interface Peers {
  readonly bullmq: Bullmq;
  readonly Redis: typeof Redis;
}

/** @throws Error if the server cannot be reached or used. */
export async function openRedisServerEnd(
  peers: Peers,
  connection: ClusterConnection,
  keys: Keys,
  lock: number,
): Promise<ServerEnd> {
  const redis = openRedis(peers.Redis, connection);
  let lastError: unknown = new Error('nothing answered');
  redis.on('error', (error: unknown) => {
    lastError = error;
  });
  try {
    await ready(redis, () => lastError);
    const skew = await checkServer(redis);
    if (Math.abs(skew) > mostSkewMs) {
      throw new Error(
        `\`serveCluster()\` expected a clock that is right, but it differs by ${skew} ms from that of the server of the cluster. Correct it.`,
      );
    }
    return new RedisServerEnd(peers, connection, keys, lock, redis, skew);
  } catch (error) {
    redis.disconnect();
    if (isOfConnection(error) || isOfCertificate(error)) throw unreachable(connection, error);
    throw error;
  }
}

/** Resolves once the connection is ready; rejects with the last error if it is not in time. */
function ready(redis: Redis, lastError: () => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const timers = new HostTimers(connectMs, () => {
      timers.clear();
      reject(lastError());
    });
    redis.on('error', (error: unknown) => {
      if (!isFatal(error)) return;
      timers.clear();
      reject(error);
    });
    redis.once('ready', () => {
      timers.clear();
      resolve();
    });
  });
}

class RedisServerEnd implements ServerEnd {
  readonly owner: string = ownerName(hostname(), process.pid, Date.now());
  readonly lock: number;
  readonly #peers: Peers;
  readonly #connection: ClusterConnection;
  readonly #keys: Keys;
  readonly #redis: Redis;
  readonly #outcomes: OutcomeWriter;
  #skew: number;
  #worker: Worker | undefined;
  #workerRedis: Redis | undefined;
  #control: Redis | undefined;
  #timers: HostTimers | undefined;
  #isClosed = false;
  #isPaused = false;
  /** When BullMQ's worker took a job for the last time, or had none to take. */
  #heardAt = performance.now();
  /** The questions of this server that are open: by job, what to call when another server says that it runs it. */
  readonly #asked = new Map<string, () => void>();
  /** The jobs whose runs this server has noted with the server of Redis. */
  readonly #noted = new Set<string>();

  constructor(
    peers: Peers,
    connection: ClusterConnection,
    keys: Keys,
    lock: number,
    redis: Redis,
    skew: number,
  ) {
    this.#peers = peers;
    this.#connection = connection;
    this.#keys = keys;
    this.lock = lock;
    this.#redis = redis;
    this.#outcomes = new OutcomeWriter(redis, keys);
    this.#skew = skew;
    redis.on('ready', () => void this.#compareClocks());
  }

  async #compareClocks(): Promise<void> {
    this.#skew = await clockSkew(this.#redis).catch(() => this.#skew);
  }

  time(): number {
    return Date.now() - this.#skew;
  }

  get clockSkew(): number {
    return this.#skew;
  }

  async consume(events: ServerEvents, concurrency: number): Promise<void> {
    const { Redis: Client } = this.#peers;
    const control = openRedis(Client, this.#connection);
    this.#control = control;
    // A server that has lost its data does not know what runs.
    this.#redis.on('ready', () => void this.#lookForStops(events));
    control.on('message', (_channel: string, message: string) => this.#hear(message, events));
    control.on('ready', () => void this.#listen(control, events));
    const worker = this.#openWorker(events, concurrency);
    this.#timers = new HostTimers(Math.max(this.lock / 2, 50), () => {
      void this.#lookForStops(events);
      void this.#lookForDeafness(events, concurrency);
    });
    let lastError: unknown = new Error('nothing answered');
    control.on('error', (error: unknown) => {
      lastError = error;
    });
    try {
      await Promise.all([worker.waitUntilReady(), ready(control, () => lastError)]);
    } catch (error) {
      this.#isClosed = true;
      this.#timers.clear();
      void worker.close(true).catch(() => {});
      this.#disconnect();
      throw unreachable(this.#connection, error);
    }
  }

  #openWorker(events: ServerEvents, concurrency: number): Worker<WireData> {
    // The worker waits until the server is there again.
    // BullMQ knows how to go on if its commands are sent again, and takes an aborted one for an error of the server.
    const workerRedis = openRedis(this.#peers.Redis, this.#connection, {
      enableOfflineQueue: true,
      autoResendUnfulfilledCommands: true,
    });
    this.#workerRedis = workerRedis;
    workerRedis.on('error', () => {});
    const worker = new this.#peers.bullmq.Worker<WireData>(
      jobs,
      (job, token) => this.#process(job, token, events),
      {
        connection: workerRedis,
        prefix: this.#keys.prefix,
        name: this.owner,
        concurrency,
        lockDuration: this.lock,
        stalledInterval: Math.max(this.lock / 2, 50),
        maxStalledCount: mostStalls,
        runRetryDelay: pauseMs,
        autorun: true,
      },
    );
    this.#worker = worker;
    worker.on('error', (error) => {
      // Of a job whose lock was lost, BullMQ says that it is missing when the job ends.
      const isLate =
        /Missing (?:lock|key)|Lock mismatch|could not renew lock|is not in the active state/i.test(
          error.message,
        );
      if (!isOfConnection(error) && !isLate && !this.#isClosed) events.failed(error);
    });
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) events.lost(id);
    });
    return worker;
  }

  /**
   * BullMQ has had faults after which a worker takes no more jobs. One that takes none for two locks, although jobs wait and none runs
   * here, is replaced.
   */
  async #lookForDeafness(events: ServerEvents, concurrency: number): Promise<void> {
    const now = performance.now();
    if (this.#isClosed || this.#isPaused) return;
    const waiting =
      events.running().length > 0
        ? 0
        : await this.#redis.zcard(this.#keys.waiting()[0] as string).catch(() => 0);
    if (waiting === 0) this.#heardAt = now;
    if (now - this.#heardAt < deafLocks * this.lock) return;
    this.#heardAt = now;
    void this.#worker?.close(true).catch(() => {});
    this.#workerRedis?.disconnect();
    this.#openWorker(events, concurrency);
  }

  async #listen(control: Redis, events: ServerEvents): Promise<void> {
    try {
      await control.subscribe(this.#keys.control);
      // Requests of the time without the connection.
      await this.#lookForStops(events);
    } catch (error) {
      // If the connection is lost again, the next one listens.
      if (!isOfConnection(error)) events.failed(error);
    }
  }

  async #lookForStops(events: ServerEvents): Promise<void> {
    const ids = events.running();
    if (ids.length === 0) return;
    for (const id of ids) this.#noteRun(id);
    const found = await this.#redis.mget(ids.map((id) => this.#keys.stop(id))).catch(() => []);
    found.forEach((reason, at) => {
      if (reason !== null) events.stop(ids[at] as string, reason);
    });
  }

  /** Anyone may have written the message. */
  #hear(message: string, events: ServerEvents): void {
    let read: { stop?: unknown; reason?: unknown; ask?: unknown; by?: unknown; runs?: unknown };
    try {
      read = Object(JSON.parse(message)) as typeof read;
    } catch {
      return;
    }
    const { stop, reason, ask, by, runs } = read;
    if (typeof stop === 'string') events.stop(stop, typeof reason === 'string' ? reason : '');
    if (typeof ask === 'string' && by !== this.owner && events.running().includes(ask)) {
      this.#publish({ runs: ask });
    }
    if (typeof runs === 'string') this.#asked.get(runs)?.();
  }

  #publish(message: object): void {
    this.#redis.publish(this.#keys.control, JSON.stringify(message)).catch(() => {});
  }

  isRunElsewhere(id: string): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isRun: boolean): void => {
        this.#asked.delete(id);
        resolve(isRun);
      };
      this.#asked.set(id, () => settle(true));
      this.#publish({ ask: id, by: this.owner });
      this.#timers?.once(askMs, () => settle(false));
    });
  }

  async #process(
    job: BullJob<WireData>,
    token: string | undefined,
    events: ServerEvents,
  ): Promise<void> {
    this.#heardAt = performance.now();
    const delivery = new BullDelivery(job, token, this.#redis, this.#keys);
    await events.run(delivery);
    if (delivery.isPutBack) throw new this.#peers.bullmq.DelayedError();
    const { id } = delivery.job;
    if (this.#noted.delete(id)) this.#redis.unlink(this.#keys.server(id)).catch(() => {});
  }

  async look(id: string): Promise<Found> {
    const keys = [this.#keys.stream(''), ...this.#keys.looked(id)];
    const [, found] = (await look.run(this.#redis, keys, [])) as [string, string];
    return readFound(found);
  }

  finish(id: string, outcome: string, to: Destination): Promise<unknown> {
    return this.#outcomes.write(id, outcome, to);
  }

  tell(replyTo: string, message: Message): void {
    const { id, kind } = message;
    const keys = [this.#keys.alive(replyTo), this.#keys.stream(replyTo)];
    const args = kind === 'begun' ? [id, 'b', message.by] : [id, 'p', message.value];
    tell.send(this.#redis, keys, args).catch(() => {});
    if (kind === 'begun') this.#noteRun(id);
  }

  /** Notes that this server runs the job: also for a server of Redis that has lost the job. */
  #noteRun(id: string): void {
    // Until other servers have noticed that this one is gone.
    const keepMs = 4 * this.lock;
    this.#noted.add(id);
    this.#redis.set(this.#keys.server(id), this.owner, 'PX', keepMs).catch(() => {});
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#worker?.pause(true);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timers?.clear();
    await this.#worker?.close();
    await this.#redis.quit().catch(() => {});
    this.#disconnect();
  }

  #disconnect(): void {
    this.#workerRedis?.disconnect();
    this.#control?.disconnect();
    this.#redis.disconnect();
  }
}
