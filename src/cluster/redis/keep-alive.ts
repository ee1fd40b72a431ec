/** Connections that keep the program alive only while they are needed: as idle workers of a pool, an idle executor does not. */
import type { Redis } from 'ioredis';
import { HostDelay } from '../../core/host-delay.ts';

/** The longest pause between two tries to connect. */
const longestPauseMs = 1000;

/** The options of such a connection. */
export const connectsOnce = { retryStrategy: (): null => null };

export class KeepAlive {
  readonly #connections: Redis[] = [];
  readonly #delays = new Set<HostDelay>();
  #isNeeded = false;
  #isClosed = false;

  /** Follows a connection that was opened with `connectsOnce`: this connects it again. */
  add(redis: Redis): void {
    this.#connections.push(redis);
    let failures = 0;
    redis.on('connect', () => this.#apply(redis));
    redis.on('ready', () => {
      failures = 0;
    });
    redis.on('end', () => this.#connectSoon(redis, Math.min(50 * ++failures, longestPauseMs)));
  }

  /** By a timer of our own: that of ioredis would keep the program alive. */
  #connectSoon(redis: Redis, ms: number): void {
    if (this.#isClosed) return;
    const delay = new HostDelay(() => {
      this.#delays.delete(delay);
      redis.connect().catch(() => {});
    }, ms);
    delay.unref();
    this.#delays.add(delay);
  }

  set(isNeeded: boolean): void {
    this.#isNeeded = isNeeded;
    for (const redis of this.#connections) this.#apply(redis);
  }

  /** A socket is there from when its server is looked for. */
  #apply({ stream }: { readonly stream?: Redis['stream'] }): void {
    if (this.#isNeeded) stream?.ref();
    else stream?.unref();
  }

  /** Connects no more. */
  close(): void {
    this.#isClosed = true;
    for (const delay of this.#delays) delay.clear();
    this.#delays.clear();
  }
}
