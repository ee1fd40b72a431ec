import { checkSchedule, type RetrySchedule } from '../combinators/retry-options.ts';
import { checkOptions } from '../core/checks.ts';
import { checkKnownOptions } from '../core/known-options.ts';
import { describe } from '../core/text.ts';
import {
  checkDuration,
  checkSubmitOptions,
  type SubmitOptions,
} from '../executors/crossing/submit-options.ts';
import type { WireRetry } from './engine.ts';
import type { WireOptions } from './wire.ts';

/**
 * Where the jobs are kept: `'memory:'`, in this process only, for a trial and for tests; `'redis://host:6379'`, or `'rediss://…'`
 * for TLS; or the options of `ioredis`.
 */
export type ClusterConnection = string | Readonly<Record<string, unknown>>;

/** The options that executors and servers share. Both sides of a queue need the same. */
export interface QueueOptions {
  /** Where the queue is: a URL of Redis, the options of a connection, or `memory:`. */
  connection: ClusterConnection;
  /** The name of the queue. Executors reach the servers of the same queue. */
  queue: string;
  /**
   * `'auto'` writes JSON where that carries a value, and a table of its parts where not: a Map, a Date, a circle. `'json'` refuses
   * such values, for workers in other languages. Default: `'auto'`.
   */
  codec?: 'auto' | 'json' | undefined;
  /** The most bytes of the arguments of a job, or of its result. A larger one is a RangeError. Default: 4 MiB. */
  maxPayload?: number | undefined;
  /**
   * Signs the jobs and their outcomes, and refuses those with another signature. Give several to change it: the first one signs, and
   * all are accepted. Default: nothing is signed.
   */
  secret?: string | readonly string[] | undefined;
}

/** Options of {@link ClusterExecutor}: its queue, and how its jobs wait. */
export interface ClusterOptions extends QueueOptions {
  /** How many jobs of this executor may wait. More are refused with a QueueFull; `room()` waits. Default: any number. */
  maxQueue?: number | undefined;
  /** How long an outcome waits for its executor, in ms. Default: 1 hour, and 24 hours for a job with an `id`. */
  keepResult?: number | undefined;
  /**
   * How long the server may be out of reach, in ms. Then all futures fail with a `BrokenExecutor`, and later ones as long as it is.
   * Default: they wait.
   */
  offline?: number | undefined;
  /** How often the executor looks after jobs of which no message came, in ms. Default: 10,000. */
  sweep?: number | undefined;
}

/** How one job of a cluster is to be treated. */
export interface ClusterSubmitOptions<Progress = unknown>
  extends Omit<SubmitOptions<Progress>, 'transfer'> {
  /**
   * The name of the job. There is one job of a name at a time, and one outcome, for all that submit it or `attach()` to it, as long as
   * the outcome is kept. So a program that starts anew finds its jobs again.
   */
  id?: string | undefined;
  /** How long it waits before it may begin, in ms. Default: 0. */
  delay?: number | undefined;
  /**
   * Runs the job again after its function has thrown, as `retry()` does: `attempts` times in all, `delay` ms after the first failure
   * (default: 1000), and each time `factor` times as long (default: 2). The option `retries` is about servers that are lost.
   */
  retry?: RetrySchedule | undefined;
}

/** The options of a job as they were at the submission. */
export interface CheckedOptions {
  readonly submit: SubmitOptions<never> & { readonly chunked?: boolean };
  readonly id?: string | undefined;
  readonly delay?: number | undefined;
  readonly retry?: WireRetry | undefined;
}

const defaultMaxPayload = 4 * 1024 * 1024;
const longestId = 500;
/** One unit of a letter that has two: such a text has no UTF-8 form. */
const halfOfLetter = /\p{Surrogate}/u;

/** @throws TypeError or RangeError for an option that makes no sense. */
export function checkClusterSubmitOptions(
  given: ClusterSubmitOptions<never>,
  caller: string,
): CheckedOptions {
  if (typeof given !== 'object' || given === null) {
    return { submit: checkSubmitOptions(given as SubmitOptions<never>, caller) };
  }
  const { id, delay, retry, ...rest } = { ...given };
  if (Object.hasOwn(rest, 'transfer')) {
    throw new TypeError(
      `\`${caller}()\` expected no \`transfer\`, as nothing can be moved to another machine. Leave it out: the values are copied.`,
    );
  }
  const submit = checkSubmitOptions(rest as SubmitOptions<never>, caller);
  if (id !== undefined) checkId(id, caller);
  checkDuration(`\`${caller}()\``, 'delay', delay);
  if (delay === Number.POSITIVE_INFINITY) {
    throw new RangeError(`\`${caller}()\` expected \`delay\` to end, but got Infinity.`);
  }
  return {
    submit,
    id,
    delay,
    retry: retry === undefined ? undefined : checkSchedule(caller, retry),
  };
}

/** @throws TypeError for what cannot be the id of a job. */
export function checkId(id: unknown, caller: string): void {
  const isText = typeof id === 'string' && id !== '' && id.length <= longestId;
  if (isText && !halfOfLetter.test(id)) return;
  const got =
    typeof id === 'string' && id.length > longestId ? `${id.length} letters` : describe(id);
  throw new TypeError(
    `\`${caller}()\` expected the \`id\` of a job, a text of 1 to ${longestId} letters, but got ${got}.`,
  );
}

/** @throws RangeError for a value that is no whole number of at least `least`. */
export function checkWhole(caller: string, name: string, value: unknown, least: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `${caller} expected \`${name}\` to be a whole number of at least ${least}, but got ${describe(value)}.`,
  );
}

const queueOptions = ['connection', 'queue', 'codec', 'maxPayload', 'secret'];

/** The options that executors and servers share, as they were at the call: a getter is read once. */
export interface QueueSettings extends WireOptions {
  readonly connection: ClusterConnection;
  readonly queue: string;
}

/**
 * Checks the options that executors and servers share.
 *
 * @param own - The names of the other options.
 * @throws TypeError or RangeError for a wrong option.
 */
export function checkQueueOptions(
  caller: string,
  options: QueueOptions,
  own: readonly string[],
): QueueSettings {
  checkOptions(caller, options);
  checkKnownOptions(caller, options, [...queueOptions, ...own], {
    name: 'Write `queue`.',
    url: 'Write `connection`.',
    redis: 'Write `connection`.',
    prefix: 'The `queue` is the prefix of all keys.',
  });
  const { connection, queue, codec = 'auto', maxPayload = defaultMaxPayload, secret } = options;
  const isConnection =
    typeof connection === 'string'
      ? connection !== ''
      : typeof connection === 'object' && connection !== null;
  if (!isConnection) {
    throw new TypeError(
      `\`${caller}()\` expected a \`connection\`, but got ${describe(connection)}. Write 'redis://localhost:6379', or 'memory:' for a trial in one process.`,
    );
  }
  if (typeof connection === 'object' && 'duplicate' in connection) {
    throw new TypeError(
      `\`${caller}()\` expected a URL or the options of a connection, as it opens its own, but got a connection. Write the options with which it was made: \`connection: { host, port }\`.`,
    );
  }
  if (typeof connection === 'string' && !/^(?:memory:$|rediss?:\/\/)/.test(connection)) {
    throw new TypeError(
      `\`${caller}()\` expected a \`connection\` that begins with redis:// or rediss://, or 'memory:', but got ${describe(connection)}.`,
    );
  }
  if (typeof queue !== 'string' || !/^[^{}:\s]{1,200}$/.test(queue)) {
    throw new TypeError(
      `\`${caller}()\` expected \`queue\` to be a name without spaces, colons and braces, but got ${describe(queue)}.`,
    );
  }
  if (codec !== 'auto' && codec !== 'json') {
    throw new TypeError(
      `\`${caller}()\` expected \`codec\` to be 'auto' or 'json', but got ${describe(codec)}.`,
    );
  }
  checkWhole(`\`${caller}()\``, 'maxPayload', maxPayload, 1);
  // Without one in the list, or with anything else than a list, the check below refuses it.
  const secrets: readonly unknown[] =
    secret === undefined ? [] : Array.isArray(secret) && secret.length > 0 ? secret : [secret];
  for (const each of secrets) {
    if (typeof each === 'string' && each.length >= 16) continue;
    throw new TypeError(
      `\`${caller}()\` expected a \`secret\` of at least 16 letters, but got ${typeof each === 'string' ? `one of ${each.length}` : describe(each)}. Make one with \`openssl rand -base64 32\`.`,
    );
  }
  return {
    connection: typeof connection === 'string' ? connection : { ...connection },
    queue,
    onlyJson: codec === 'json',
    maxPayload,
    secrets: secrets as readonly string[],
  };
}
