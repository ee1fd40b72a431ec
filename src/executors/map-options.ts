import { checkFlag, checkTime } from '../core/checks.ts';
import { checkKnownOptions } from '../core/known-options.ts';
import { describe } from '../core/text.ts';

/** How `map()` treats its inputs, and what its results look like. */
export interface MapOptions {
  /**
   * How many inputs are submitted ahead of the results that were taken. Default: 1024, enough to keep any number of
   * workers busy, and few enough for an endless input.
   */
  bufferSize?: number | undefined;
  /** How long all results may take together, from the call of `map()` on, in ms. Default: as long as they take. */
  timeout?: number | undefined;
  /** True: results come in the order of the inputs. False: they come as they are done. Default: true. */
  ordered?: boolean | undefined;
  /**
   * How many inputs are sent to a worker as one job, at most `bufferSize`. For work of some microseconds this is several
   * times as fast, as a job costs more than that. The inputs of a chunk run on one worker and are stopped together; an input
   * that cannot be copied, or the loss of the worker, fails all of them. Executors without workers ignore it. Default: 1.
   */
  chunkSize?: number | undefined;
  /** Puts errors among the results of `for await`, and goes on, instead of ending with the first. Default: false. */
  returnExceptions?: boolean | undefined;
  /** Gives each result as {@link Indexed}: `{ index, value }`, with the number of its input, from 0 on. Default: false. */
  indexed?: boolean | undefined;
  /**
   * Gives each result as a {@link MapOutcome}, as `Promise.allSettled()` does: `{ status: 'fulfilled', value }` or
   * `{ status: 'rejected', reason }`; with `indexed` it has the `index` too. The results go on after a failure. The
   * cancellation of the code that reads them is no outcome, and is thrown. Default: false.
   */
  settled?: boolean | undefined;
}

/** A result of `map(…, { indexed: true })`. */
export interface Indexed<R> {
  /** The number of the input, from 0 on. */
  readonly index: number;
  /** The result of the call. */
  readonly value: R;
}

/** A result of `map(…, { settled: true })`. */
export type MapOutcome<R> =
  | { readonly status: 'fulfilled'; readonly value: R }
  | { readonly status: 'rejected'; readonly reason: unknown };

/** A result of `map()` with these options. */
export type MapResult<R, Options> = Options extends { settled: true }
  ? MapOutcome<R> & (Options extends { indexed: true } ? { readonly index: number } : unknown)
  : Options extends { indexed: true }
    ? Indexed<WithErrors<R, Options>>
    : WithErrors<R, Options>;

type WithErrors<R, Options> = Options extends { returnExceptions: true } ? R | Error : R;

const known: readonly (keyof MapOptions)[] = [
  'bufferSize',
  'timeout',
  'ordered',
  'chunkSize',
  'returnExceptions',
  'indexed',
  'settled',
];

/** Options that were read once and checked. */
export interface CheckedMapOptions {
  readonly bufferSize: number;
  readonly timeout: number | undefined;
  readonly ordered: boolean;
  readonly chunkSize: number;
  readonly returnExceptions: boolean;
  readonly indexed: boolean;
  readonly settled: boolean;
}

/** @throws TypeError or RangeError for an option that makes no sense. */
export function checkMapOptions(options: MapOptions): CheckedMapOptions {
  const { bufferSize = 1024, timeout, ordered = true, chunkSize = 1 } = options;
  const { returnExceptions = false, indexed = false, settled = false } = options;
  checkKnownOptions('map', options, known);
  checkSize('bufferSize', bufferSize);
  checkSize('chunkSize', chunkSize);
  if (timeout !== undefined) checkTime('map', '`timeout`', timeout);
  for (const [name, value] of Object.entries({ ordered, returnExceptions, indexed, settled })) {
    checkFlag('map', `\`${name}\``, value);
  }
  if (settled && returnExceptions) {
    throw new TypeError(
      '`map()` expected one way to give errors, but got both `settled` and `returnExceptions`. Leave `returnExceptions` out.',
    );
  }
  const size = Math.min(chunkSize, bufferSize);
  return { bufferSize, timeout, ordered, chunkSize: size, returnExceptions, indexed, settled };
}

function checkSize(name: string, size: unknown): void {
  if (typeof size !== 'number') {
    throw new TypeError(
      `\`map()\` expected \`${name}\` to be a number, but got ${describe(size)}.`,
    );
  }
  if (!(size >= 1) || (!Number.isInteger(size) && size !== Number.POSITIVE_INFINITY)) {
    throw new RangeError(
      `\`map()\` expected \`${name}\` to be a whole number of at least 1, but got ${describe(size)}.`,
    );
  }
}
