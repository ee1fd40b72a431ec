/**
 * The replies to one executor, in the order in which they were sent. One read waits for all of them.
 *
 * The stream is made by the executor, and expires unless it is renewed. Servers write only to a stream that is there: the replies to an
 * executor that is gone take no memory. If the stream expired although the executor lives, as its process stood still, replies were
 * missed, and the executor looks after all of its jobs.
 */
import type { Redis } from 'ioredis';
import type { ExecutorEvents, Reply } from '../engine.ts';
import { isFatal } from './connection.ts';
import { HostTimers } from './host-timers.ts';
import type { Keys } from './scripts.ts';

const lifeMs = 60_000;
const renewMs = 20_000;
/** How long one read waits. */
const waitMs = 5000;
/** The most replies of one read. */
const mostTogether = 1000;
const pauseMs = 100;
/** Replies that were read are deleted together, after so long. */
const trimMs = 100;

type Entry = readonly [id: string, fields: readonly string[]];

export class ReplyStream {
  readonly #reader: Redis;
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #stream: string;
  readonly #events: ExecutorEvents;
  /** The last entry that was read. A stream of one's own is read from its beginning: an entry may be written before the first read. */
  #last = '0';
  #isClosed = false;
  #isReading = false;
  #trims = false;
  readonly #timer: HostTimers;

  constructor(reader: Redis, redis: Redis, keys: Keys, address: string, events: ExecutorEvents) {
    this.#reader = reader;
    this.#redis = redis;
    this.#keys = keys;
    this.#stream = keys.stream(address);
    this.#events = events;
    this.#timer = new HostTimers(renewMs, () => void this.renew().catch(() => {}));
    reader.on('error', (error: unknown) => {
      if (isFatal(error) && !this.#isClosed) events.fatal(error);
    });
    reader.on('ready', () => void this.#read());
  }

  /** Keeps the stream, or makes it if it is not there. */
  async renew(): Promise<void> {
    if ((await this.#redis.pexpire(this.#stream, lifeMs)) === 1) return;
    this.#last = '0';
    await this.#redis.xadd(this.#stream, '*', 'hello', '1');
    await this.#redis.pexpire(this.#stream, lifeMs);
    this.#events.missed();
  }

  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (!this.#isClosed && this.#reader.status === 'ready') {
        const found = await this.#reader.xread(
          'COUNT',
          mostTogether,
          'BLOCK',
          waitMs,
          'STREAMS',
          this.#stream,
          this.#last,
        );
        const entries = (found?.[0]?.[1] ?? []) as readonly Entry[];
        if (entries.length > 0) await this.#hear(entries);
      }
    } catch {
      // The connection was lost. Once it is there again, the stream still has what was not read.
      if (this.#reader.status === 'ready') this.#timer.once(pauseMs, () => void this.#read());
    } finally {
      this.#isReading = false;
    }
  }

  async #hear(entries: readonly Entry[]): Promise<void> {
    for (const [last, fields] of entries) {
      this.#last = last;
      const reply = replyOf(fields);
      if (reply === undefined) continue;
      // All that need not wait are heard in one turn, so that what they lead to travels together.
      if (reply.kind !== 'outcome' || reply.outcome !== '') this.#events.heard(reply);
      else await this.#hearLarge(reply.id);
    }
    this.#trimSoon();
  }

  /** A large outcome was not sent along. */
  async #hearLarge(id: string): Promise<void> {
    const outcome = await this.#redis.get(this.#keys.outcome(id)).catch(() => null);
    if (outcome !== null) this.#events.heard({ kind: 'outcome', id, outcome });
  }

  #trimSoon(): void {
    if (this.#trims) return;
    this.#trims = true;
    this.#timer.once(trimMs, () => {
      this.#trims = false;
      this.#redis.xtrim(this.#stream, 'MINID', this.#last).catch(() => {});
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.clear();
    this.#reader.disconnect();
    await this.#redis.unlink(this.#stream).catch(() => {});
  }
}

/** An outcome that was not sent along is ''. */
function replyOf(list: readonly string[]): Reply | undefined {
  const fields = new Map<string, string>();
  for (let at = 0; at + 1 < list.length; at += 2)
    fields.set(list[at] as string, list[at + 1] as string);
  const id = fields.get('i');
  const by = fields.get('b');
  const value = fields.get('p');
  const outcome = fields.get('o');
  if (id === undefined) return undefined;
  if (by !== undefined) return { kind: 'begun', id, by };
  if (value !== undefined) return { kind: 'progress', id, value };
  return outcome === undefined ? undefined : { kind: 'outcome', id, outcome };
}
