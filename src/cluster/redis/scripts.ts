/**
 * What has to happen in one step on the server. Jobs are BullMQ's; outcomes, replies and requests to stop are ours.
 *
 * ```text
 * {skein:QUEUE}:jobs:…     the queue of BullMQ; the braces keep all keys of a queue on one node of a Redis Cluster
 * {skein:QUEUE}:o:ID       the outcome of a job that others than its executor may ask for (`Destination.mayBeAsked`), or that is large;
 *                          for `keepResult`, or until it was heard if the job has no name
 * {skein:QUEUE}:w:ID       the set of the addresses that wait for it besides the one in the job
 * {skein:QUEUE}:b:ID       the server that runs the job, once that took 50 ms; for the error of a lost server
 * {skein:QUEUE}:s:ID       the request to stop the job, until it is over
 * {skein:QUEUE}:r:ADDRESS  the stream of the replies to one executor, kept as long as an outcome
 * {skein:QUEUE}:a:ADDRESS  the executor was there within the last minute
 * {skein:QUEUE}:control    the channel on which servers hear requests, and ask each other
 * ```
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

export type Argument = string | number;

/** A script that the server keeps by its hash. */
export class Script {
  readonly #text: string;
  readonly #hash: string;

  constructor(text: string) {
    this.#text = text;
    this.#hash = createHash('sha1').update(text).digest('hex');
  }

  async run(redis: Redis, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#hash, keys.length, ...keys, ...args);
    } catch (error) {
      if (!String((error as Error).message).startsWith('NOSCRIPT')) throw error;
      return this.send(redis, keys, args);
    }
  }

  /** Runs it without asking whether the server has it, so that it keeps its place among other commands. */
  send(redis: Redis, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    return redis.eval(this.#text, keys.length, ...keys, ...args);
  }
}

/** A reply that is larger is not sent along: the executor reads the outcome itself. */
const largestReply = 65_536;

/**
 * Keys: the stream of the executor, and three for each job: its outcome, the job, the server that runs it. Returns the number of the last
 * entry of the stream, and for each job 'o' and the outcome, 'k' for known, or 'u'. In one step, as a job that ends between two looks
 * would seem lost.
 */
export const look: Script = new Script(`
  local last = redis.pcall('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local found = { last[1] and last[1][1] or '' }
  for at = 2, #KEYS, 3 do
    local outcome = redis.pcall('GET', KEYS[at])
    if type(outcome) == 'string' then
      found[#found + 1] = 'o' .. outcome
    else
      local known = redis.call('EXISTS', KEYS[at + 1], KEYS[at + 2]) > 0
      found[#found + 1] = known and 'k' or 'u'
    end
  end
  return found
`);

/** Keys: the waiting addresses, outcome, job, server. Arguments: the address, ms. Returns as `look`. */
export const join: Script = new Script(`
  local outcome = redis.pcall('GET', KEYS[2])
  if type(outcome) == 'string' then return 'o' .. outcome end
  redis.call('SADD', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return redis.call('EXISTS', KEYS[3], KEYS[4]) > 0 and 'k' or 'u'
`);

/** Keys: job, its lock, and the lists in which it may wait. Argument: its id. Returns 1 if it was waiting, and is gone. */
export const remove: Script = new Script(`
  if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
  local gone = redis.call('ZREM', KEYS[3], ARGV[1]) + redis.call('ZREM', KEYS[4], ARGV[1])
    + redis.call('LREM', KEYS[5], 0, ARGV[1]) + redis.call('LREM', KEYS[6], 0, ARGV[1])
  if gone == 0 then return 0 end
  redis.call('DEL', KEYS[1])
  return 1
`);

/**
 * Keys, five for each job: outcome, request to stop, server, waiting addresses, the stream of the executor. Arguments: the beginning of the
 * keys of all streams, and for each job the outcome, ms, the id. The first outcome stays. A stream that is not there is that of an executor
 * that is gone. A key that something else has written counts as none, or the outcome could never be told.
 */
export const finish: Script = new Script(`
  for at = 0, #KEYS / 5 - 1 do
    local k, a = at * 5, at * 3 + 1
    local outcome, id = ARGV[a + 1], ARGV[a + 3]
    if not redis.call('SET', KEYS[k + 1], outcome, 'NX', 'PX', ARGV[a + 2]) then
      local first = redis.pcall('GET', KEYS[k + 1])
      if type(first) == 'string' then
        outcome = first
      else
        redis.call('SET', KEYS[k + 1], outcome, 'PX', ARGV[a + 2])
      end
    end
    local reply = #outcome <= ${largestReply} and outcome or ''
    redis.pcall('XADD', KEYS[k + 5], 'NOMKSTREAM', '*', 'i', id, 'o', reply)
    local waiting = redis.pcall('SMEMBERS', KEYS[k + 4])
    for _, address in ipairs(waiting.err and {} or waiting) do
      local stream = ARGV[1] .. address
      if stream ~= KEYS[k + 5] then
        redis.pcall('XADD', stream, 'NOMKSTREAM', '*', 'i', id, 'o', reply)
      end
    end
    redis.call('DEL', KEYS[k + 2], KEYS[k + 3], KEYS[k + 4])
  end
  return 1
`);

/**
 * Keys: the sign of the executor, its stream. Arguments: the id of a job, the field, its value. What is no outcome is not kept for an
 * executor that is gone: a job may send very many reports.
 */
export const tell: Script = new Script(`
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  redis.call('XADD', KEYS[2], 'NOMKSTREAM', '*', 'i', ARGV[1], ARGV[2], ARGV[3])
  return 1
`);

/** How long the stream of an executor is there at least, in ms. */
const leastLifeMs = 60_000;

/** Returns how long a stream is kept that has outcomes which are kept for so many ms. */
export function streamLife(keep: number): number {
  return Math.max(leastLifeMs, Math.trunc(keep));
}

/** The keys of one queue. */
export class Keys {
  /** The prefix that BullMQ is given. */
  readonly prefix: string;
  readonly control: string;
  readonly streams: string;

  constructor(queue: string) {
    this.prefix = `{skein:${queue}}`;
    this.control = `${this.prefix}:control`;
    this.streams = `${this.prefix}:r:`;
  }

  outcome(id: string): string {
    return `${this.prefix}:o:${id}`;
  }

  joined(id: string): string {
    return `${this.prefix}:w:${id}`;
  }

  server(id: string): string {
    return `${this.prefix}:b:${id}`;
  }

  stop(id: string): string {
    return `${this.prefix}:s:${id}`;
  }

  stream(address: string): string {
    return `${this.streams}${address}`;
  }

  alive(address: string): string {
    return `${this.prefix}:a:${address}`;
  }

  job(id: string): string {
    return `${this.prefix}:${jobs}:${id}`;
  }

  /** The lists of BullMQ in which a job may wait. */
  waiting(): readonly string[] {
    return ['prioritized', 'delayed', 'wait', 'paused'].map(
      (list) => `${this.prefix}:${jobs}:${list}`,
    );
  }

  /** The keys that `look` reads for a job. */
  looked(id: string): readonly string[] {
    return [this.outcome(id), this.job(id), this.server(id)];
  }
}

/** The name of BullMQ's queue. */
export const jobs = 'jobs';
