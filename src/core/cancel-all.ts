import { getEventLoop } from './current.ts';
import { Future } from './future.ts';
import { reportMethod } from './overrides.ts';
import { tryCancel } from './pass-cancel.ts';

/** Cancels all of them. The `cancel()` of one may be code of the program: what that throws is reported, and the others follow. */
export function cancelAll(futures: Iterable<Future<unknown>>, reason?: unknown): void {
  for (const future of [...futures]) cancelOne(future, reason);
}

function cancelOne(future: Future<unknown>, reason: unknown): void {
  try {
    tryCancel(future, reason);
  } catch (exception) {
    reportMethod(future, exception, future instanceof Future ? future._loop : getEventLoop());
  }
}
