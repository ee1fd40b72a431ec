import { checkFlag, checkOptionalTime, checkOptions } from '../core/checks.ts';
import { unexpected } from '../core/expected.ts';

/** Options of a `CancelScope`. */
export interface CancelScopeOptions {
  /** The time that the body may take, in ms, from when it begins. */
  timeout?: number | null | undefined;
  /** The time at which the body is cancelled, in ms on the clock of `loop.time()`. */
  deadline?: number | null | undefined;
  /** Keeps requests from outside until the body has ended. Default: false. */
  shield?: boolean | undefined;
  /** Cancels each later wait of the body too, until the scope is left. Default: false, the request is delivered once. */
  level?: boolean | undefined;
  /** Shown in text forms, and in `error.source`. */
  name?: string | undefined;
}

export const scopeOptions: readonly string[] = ['timeout', 'deadline', 'shield', 'level', 'name'];

/** @throws TypeError or RangeError when one has the wrong type, or is not known. */
export function checkScopeOptions(options: CancelScopeOptions): CancelScopeOptions {
  checkOptions('CancelScope', options, scopeOptions);
  const { timeout, deadline, shield, level, name } = options;
  checkOptionalTime('CancelScope', '`timeout`', timeout);
  checkOptionalTime('CancelScope', '`deadline`', deadline);
  checkFlag('CancelScope', '`shield`', shield);
  checkFlag('CancelScope', '`level`', level);
  if (name !== undefined && typeof name !== 'string')
    throw unexpected('CancelScope', '`name` to be a string', name);
  if (typeof timeout === 'number' && typeof deadline === 'number') {
    throw new TypeError('`CancelScope()` expected `timeout` or `deadline`, but got both.');
  }
  return { timeout, deadline, shield, level, name };
}
