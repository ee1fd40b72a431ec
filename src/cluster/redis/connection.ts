/** Connections to Redis, and what has to be true of the server. */
import type { Redis, RedisOptions } from 'ioredis';
import { textOf } from '../../executors/crossing/errors.ts';
import type { ClusterConnection } from '../cluster-options.ts';
import { NotSent, RefusedByServer } from '../engine.ts';

export type Bullmq = typeof import('bullmq');

/** Loads the packages that a cluster on Redis needs. @throws Error that says how to install them. */
export async function loadPeers(): Promise<{
  readonly bullmq: Bullmq;
  readonly Redis: typeof Redis;
}> {
  try {
    const [bullmq, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, Redis };
  } catch (cause) {
    throw new Error(
      "A cluster on Redis expected the packages bullmq and ioredis, but they cannot be loaded. Write `npm install bullmq ioredis`, or use 'memory:' for a trial.",
      { cause },
    );
  }
}

/** The longest pause between two tries to connect. */
const longestPauseMs = 1000;

/**
 * Opens a connection. Commands fail at once while the server is away, and none is sent twice by itself: the caller knows what may be
 * sent again.
 */
export function openRedis(
  Client: typeof Redis,
  connection: ClusterConnection,
  own: RedisOptions = {},
): Redis {
  const options = {
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    retryStrategy: (times: number) => Math.min(50 * times, longestPauseMs),
    keepAlive: 10_000,
    ...own,
  } as RedisOptions & { replyMapping?: 'legacy' };
  const redis =
    typeof connection === 'string'
      ? new Client(connection, options)
      : new Client({ ...connection, ...options });
  joinCommands(redis);
  hearAllErrors(redis);
  return redis;
}

/** For errors behind the first one, which ioredis has told. */
function ignore(): void {}

/**
 * A TLS socket can have two errors: that of a certificate, and the alert that the server sends for it. ioredis listens to the first, and
 * the second would end the program. BullMQ makes its connections by `duplicate()`.
 */
function hearAllErrors(redis: Redis): void {
  let { stream } = redis;
  stream?.on('error', ignore);
  Object.defineProperty(redis, 'stream', {
    configurable: true,
    enumerable: true,
    get: () => stream,
    set(opened: Redis['stream']) {
      stream = opened;
      stream?.on('error', ignore);
    },
  });
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (own) => {
    const second = duplicate(own);
    hearAllErrors(second);
    return second;
  };
}

/** Commands of one turn leave in one packet: to write a packet costs more than a command. */
function joinCommands(redis: Redis): void {
  const send = redis.sendCommand.bind(redis);
  let joined: Redis['stream'] | undefined;
  const leave = (): void => {
    joined?.uncork();
    joined = undefined;
  };
  redis.sendCommand = (...args) => {
    if (joined === undefined && redis.stream !== undefined) {
      joined = redis.stream;
      joined.cork();
      process.nextTick(leave);
    }
    return send(...args);
  };
}

/** True for an error of the connection. The server has said nothing. */
export function isOfConnection(error: unknown): boolean {
  const { code, message = '' } = Object(error) as { code?: unknown; message?: string };
  if (typeof code === 'string' && /^(?:E[A-Z]+|ERR_TLS_.*)$/.test(code)) return true;
  return /Connection is closed|Stream isn't writeable|enableOfflineQueue|Command timed out|Connection was closed/i.test(
    message,
  );
}

/** The certificate of the server is not one that this machine trusts. */
export function isOfCertificate(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && /CERT|_SIGNATURE$/.test(code);
}

/** The server is not what it has to be, or does not let us in. To try again changes nothing. */
export function isFatal(error: unknown): boolean {
  if (isOfCertificate(error)) return true;
  return /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)/.test(textFrom(error));
}

function textFrom(error: unknown): string {
  return String((Object(error) as { message?: unknown }).message ?? '');
}

/** What the server says while it starts, or while another one takes its place: it will go on. */
const passing =
  /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|BUSY|UNBLOCKED|NOREPLICAS|NOSCRIPT)\b/;

/** What ioredis says of a command that it has not sent. */
const notSent = /Stream isn't writeable|enableOfflineQueue/;

/** Resolves as the promise does. @throws RefusedByServer if the server has said no; NotSent if there is no connection. */
export async function orRefused<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (notSent.test(textFrom(error))) throw new NotSent(textFrom(error), { cause: error });
    if (isOfConnection(error) || passing.test(textFrom(error))) throw error;
    const isReply = (Object(error) as { name?: unknown }).name === 'ReplyError';
    if (isReply || /^(?:OOM|MISCONF|NOPERM|EXECABORT)\b/.test(textFrom(error))) {
      throw new RefusedByServer(textFrom(error), { cause: error });
    }
    throw error;
  }
}

/** XADD … NOMKSTREAM came with this version. */
const leastVersion = [6, 2] as const;
const warned = new Set<string>();

/**
 * Checks the server: its version, and whether it may lose jobs.
 *
 * @returns how far the clock of this machine is ahead of the server's, in ms.
 * @throws Error for a server that cannot be used.
 */
export async function checkServer(redis: Redis): Promise<number> {
  const [, major = 0, minor = 0] = (
    /redis_version:(\d+)\.(\d+)/.exec(await redis.info('server')) ?? []
  ).map(Number);
  const isOld = major < leastVersion[0] || (major === leastVersion[0] && minor < leastVersion[1]);
  if (isOld) {
    throw new Error(
      `A cluster expected Redis ${leastVersion.join('.')} or newer, or Valkey, but the server is Redis ${major}.${minor}. Use a newer one.`,
    );
  }
  const policy = await setting(redis, 'maxmemory-policy');
  if (policy !== undefined && policy !== 'noeviction') {
    throw new Error(
      `A cluster expected a server that keeps what it was given, but its maxmemory-policy is ${policy}: it deletes jobs when its memory is full. Set \`maxmemory-policy noeviction\`.`,
    );
  }
  if (/^role:slave/m.test(await redis.info('replication'))) {
    warnOnce(
      'The server of the cluster is a replica, which takes no jobs: futures wait until it is more than that. Connect to the main server.',
    );
  }
  if ((await setting(redis, 'appendonly')) === 'no') {
    warnOnce(
      'The server of the cluster keeps its jobs in memory only: they are lost when it ends. Set `appendonly yes`, and `appendfsync always` for jobs that must not be lost.',
    );
  }
  return clockSkew(redis);
}

/** Returns a setting of the server; undefined if it keeps it to itself, as those that others run do. */
async function setting(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const found: unknown = await redis.config('GET', name);
    return Array.isArray(found) ? (found[1] as string) : undefined;
  } catch (error) {
    if (isOfConnection(error)) throw error;
    return undefined;
  }
}

/** A smaller difference may as well be none. */
const leastSkewMs = 5;
/** A larger difference is worth a warning. */
const noticeableSkewMs = 1000;

export async function clockSkew(redis: Redis): Promise<number> {
  const before = Date.now();
  const [seconds, micros] = (await redis.time()).map(Number) as [number, number];
  const after = Date.now();
  const measured = Math.round((before + after) / 2 - (seconds * 1000 + micros / 1000));
  // The server may have answered at any moment in between.
  const isKnown = Math.abs(measured) > (after - before) / 2 + leastSkewMs;
  const skew = isKnown ? measured : 0;
  if (Math.abs(skew) - (after - before) / 2 > noticeableSkewMs) {
    const way = skew > 0 ? 'ahead of' : 'behind';
    warnOnce(
      `The clock of this machine is ${Math.abs(skew)} ms ${way} that of the server of the cluster: delays are wrong by as much. Have both follow one time server.`,
      'clock',
    );
  }
  return skew;
}

function warnOnce(text: string, key = text): void {
  if (warned.has(key)) return;
  warned.add(key);
  process.emitWarning(text, { type: 'SkeinClusterWarning' });
}

/** Returns the error for a server that could not be reached in time. */
export function unreachable(connection: ClusterConnection, cause: unknown): Error {
  const given =
    typeof connection === 'string' ? connection.replace(/\/\/.*@/, '//…@') : 'the given connection';
  return new Error(
    `\`serveCluster()\` expected a server at ${given}, but ${textOf(cause).replace(/\.$/, '')}. Start one, or correct \`connection\`.`,
    { cause },
  );
}
