import type { Job as BullJob } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Delivery, WireData, WireJob } from '../engine.ts';
import type { Keys } from './scripts.ts';

/** A job as BullMQ gives it to a server. */
export class BullDelivery implements Delivery {
  readonly job: WireJob;
  readonly timesLost: number;
  readonly #job: BullJob<WireData>;
  readonly #token: string | undefined;
  readonly #redis: Redis;
  readonly #keys: Keys;
  isPutBack = false;

  constructor(job: BullJob<WireData>, token: string | undefined, redis: Redis, keys: Keys) {
    const { id = '', name, data, stalledCounter } = job;
    this.job = { id, name, priority: 0, delay: 0, data };
    this.timesLost = stalledCounter;
    this.#job = job;
    this.#token = token;
    this.#redis = redis;
    this.#keys = keys;
  }

  async formerOwner(): Promise<string | undefined> {
    return (await this.#redis.get(this.#keys.server(this.job.id))) ?? undefined;
  }

  async putBack(ms: number, failures?: number): Promise<void> {
    const job = this.#job;
    if (failures !== undefined) await job.updateData({ ...job.data, failures });
    if (ms > 0) await job.moveToDelayed(Date.now() + ms, this.#token);
    else await job.moveToWait(this.#token);
    this.isPutBack = true;
  }
}
