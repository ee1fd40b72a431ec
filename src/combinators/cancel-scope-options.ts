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

const scopeOptions: readonly string[] = ['timeout', 'deadline', 'shield', 'level', 'name'];

/**
 * Reads each option once.
 *
 * @throws TypeError or RangeError when one has the wrong type, or is not known.
 */
export function checkScopeOptions(caller: string, options: CancelScopeOptions): CancelScopeOptions {
  checkOptions(caller, options, scopeOptions);
  const { timeout, deadline, shield, level, name } = options;
  checkOptionalTime(caller, '`timeout`', timeout);
  checkOptionalTime(caller, '`deadline`', deadline);
  checkFlag(caller, '`shield`', shield);
  checkFlag(caller, '`level`', level);
  if (name !== undefined && typeof name !== 'string')
    throw unexpected(caller, '`name` to be a string', name);
  if (typeof timeout === 'number' && typeof deadline === 'number') {
    throw new TypeError(`\`${caller}()\` expected \`timeout\` or \`deadline\`, but got both.`);
  }
  return { timeout, deadline, shield, level, name };
}
