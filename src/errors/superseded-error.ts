import { nameErrors } from './names-of-errors.ts';

/**
 * Thrown by a call of a function that `latest()` has made, when the function was called again before that call was done. It is no
 * cancellation of the caller, which may go on.
 *
 * @example
 * ```ts
 * import { gather, latest, run, sleep, SupersededError } from 'skein';
 *
 * const search = latest(async (text: string) => await sleep(5, `found ${text}`));
 * await run(async () => {
 *   const [first, second] = await gather([search('s'), search('sk')], { returnExceptions: true });
 *   return [first instanceof SupersededError, second];
 * }); // => [true, 'found sk']
 * ```
 */
export class SupersededError extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'superseded';

  static {
    nameErrors(this, 'SupersededError');
  }
}
