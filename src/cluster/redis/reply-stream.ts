/**
 * The replies to one executor, in the order in which they were sent. One read waits for all of them.
 *
 * An entry is one of these. `i` is the id of a job; no id is `i`.
 *
 * ```text
 * ID outcome ID outcome …   outcomes that are nowhere else
 * i ID o outcome            an outcome that is kept under its key, too; '' if it is too large for a reply
 * i ID b server             the job has begun there
 * i ID p report
 * i ''                      nothing: it makes the stream
 * ```
 *
 * The stream expires as outcomes do, counted from the last one, or from when the executor was last there. Of an executor that was not
 * there for a minute only outcomes are kept. If it lives all the same, as its process stood still, it looks after all of its jobs.
 */
import type { Redis } from 'ioredis';
import type { ExecutorEvents } from '../engine.ts';
import { isFatal } from './connection.ts';
import { HostTimers } from './host-timers.ts';
import { type Keys, streamLife } from './scripts.ts';

/** An executor that was not there for so long counts as gone. */
const aliveMs = 60_000;
const renewMs = 20_000;
/** How long one read waits. */
const waitMs = 5000;
/** The most replies of one read. */
const mostTogether = 1000;
const pauseMs = 100;
/** Replies that were read are deleted together, after so long. */
const trimMs = 100;

type Entry = readonly [number: string, fields: readonly string[]];

export class ReplyStream {
  readonly #reader: Redis;
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #stream: string;
  readonly #alive: string;
  readonly #lifeMs: number;
  readonly #events: ExecutorEvents;
  /** The last entry that was read. A stream of one's own is read from its beginning: an entry may be written before the first read. */
  #last = '0';
  /** The last one that was read before the stream was read from its beginning once more. */
  #seen = '0';
  /** How often it was begun to read from the beginning. */
  #beginnings = 0;
  #isClosed = false;
  #isReading = false;
  #trims = false;
  readonly #timer: HostTimers;

  constructor(
    reader: Redis,
    redis: Redis,
    keys: Keys,
    address: string,
    events: ExecutorEvents,
    keep: number,
  ) {
    this.#reader = reader;
    this.#redis = redis;
    this.#keys = keys;
    this.#stream = keys.stream(address);
    this.#alive = keys.alive(address);
    this.#lifeMs = streamLife(keep);
    this.#events = events;
    this.#timer = new HostTimers(renewMs, () => void this.renew().catch(() => {}));
    reader.on('error', (error: unknown) => {
      if (isFatal(error) && !this.#isClosed) events.fatal(error);
    });
    // A server that has lost its last writes, or another one in its place, may give a new entry a number that was read before.
    reader.on('close', () => this.#toBeginning());
    reader.on('ready', () => void this.#read());
  }

  /** Says that the executor is there. Keeps the stream, or makes it if it is not there. */
  async renew(): Promise<void> {
    const [wasAlive, isKept] = await Promise.all([
      this.#redis.set(this.#alive, '1', 'PX', aliveMs, 'GET'),
      this.#redis.pexpire(this.#stream, this.#lifeMs),
    ]);
    if (isKept === 1 && wasAlive !== null) return;
    if (isKept === 0) {
      this.#toBeginning();
      await this.#redis.xadd(this.#stream, '*', 'i', '');
      await this.#redis.pexpire(this.#stream, this.#lifeMs);
    }
    this.#events.missed();
  }

  #toBeginning(): void {
    if (isLater(this.#last, this.#seen)) this.#seen = this.#last;
    this.#last = '0';
    this.#beginnings++;
  }

  /** Reads up to this entry, whatever the connection does that waits for replies. */
  async readTo(number: string): Promise<void> {
    while (number !== '' && isLater(number, this.#last)) {
      const from = `(${this.#last}`;
      const beginnings = this.#beginnings;
      const entries = await this.#redis.xrange(this.#stream, from, number, 'COUNT', mostTogether);
      if (entries.length === 0) return;
      await this.#hear(entries, beginnings);
    }
  }

  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (!this.#isClosed && this.#reader.status === 'ready') {
        const beginnings = this.#beginnings;
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
        if (entries.length > 0) await this.#hear(entries, beginnings);
      }
    } catch {
      // The connection was lost. Once it is there again, the stream still has what was not read.
      if (this.#reader.status === 'ready') this.#timer.once(pauseMs, () => void this.#read());
    } finally {
      this.#isReading = false;
    }
  }

  /** @param beginnings - As it was when they were asked for. What was read in vain is read again. */
  async #hear(entries: readonly Entry[], beginnings: number): Promise<void> {
    // All that need not wait are heard in one turn, so that what they lead to travels together.
    for (const [number, fields] of entries) {
      if (beginnings !== this.#beginnings) return;
      // It was heard by way of the other connection.
      if (!isLater(number, this.#last)) continue;
      const [id = '', outcome = ''] = fields;
      this.#last = number;
      if (id !== 'i') this.#hearOutcomes(fields);
      else if (fields[2] === 'o' && fields[3] === '') await this.#hearLarge(outcome);
      else this.#hearOne(fields, isLater(number, this.#seen));
    }
    this.#trimSoon();
  }

  #hearOutcomes(fields: readonly string[]): void {
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const id = fields[at] as string;
      const outcome = fields[at + 1] as string;
      this.#events.heard({ kind: 'outcome', id, outcome, isKept: false });
    }
  }

  #hearOne([, id = '', field, text = '']: readonly string[], isNew: boolean): void {
    if (field === 'o') this.#events.heard({ kind: 'outcome', id, outcome: text, isKept: true });
    else if (field === 'b' && isNew) this.#events.heard({ kind: 'begun', id, by: text });
    else if (field === 'p' && isNew) this.#events.heard({ kind: 'progress', id, value: text });
  }

  /** A large outcome was not sent along. */
  async #hearLarge(id: string): Promise<void> {
    const outcome = await this.#redis.get(this.#keys.outcome(id)).catch(() => null);
    if (outcome !== null) this.#events.heard({ kind: 'outcome', id, outcome, isKept: true });
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
    await this.#redis.unlink(this.#stream, this.#alive).catch(() => {});
  }
}

/** Compares the numbers of entries: `ms-count`. */
function isLater(number: string, other: string): boolean {
  const [ms = 0, count = 0] = number.split('-').map(Number);
  const [otherMs = 0, otherCount = 0] = other.split('-').map(Number);
  return ms > otherMs || (ms === otherMs && count > otherCount);
}
