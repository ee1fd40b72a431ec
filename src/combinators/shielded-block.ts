/**
 * Runs a coroutine as a part of the running task that requests to cancel the task do not reach.
 *
 * The task waits for a {@link Shield}, which takes each request and keeps it. When the part has ended, the request is delivered: the
 * block throws a CancelledError, or, if the part failed, the next wait of the task does.
 */

import type { AsyncFrame } from '../core/async-frame.ts';
import { cancelledError } from '../core/cancelled-error.ts';
import type { Coroutine } from '../core/coroutine.ts';
import { requirePart } from '../core/current.ts';
import { asExit } from '../core/exits.ts';
import { hasFailed } from '../core/foreign-future.ts';
import { Future } from '../core/future.ts';
import { PartOfTask } from '../core/part-of-task.ts';
import { takesRequests } from '../core/pass-cancel.ts';
import { mustCancel, outermost } from '../core/pending-cancel.ts';
import type { Task } from '../core/task.ts';
import { whenDone } from '../core/when-done.ts';
import { requestIn } from '../errors/cancelled-error.ts';

class Shield extends Future<void> {
  static {
    takesRequests(this.prototype);
  }

  kept: { readonly reason: unknown } | undefined = undefined;

  override cancel(reason?: unknown): boolean {
    if (this.done()) return false;
    this.keep(reason);
    return true;
  }

  keep(reason: unknown): void {
    this.kept = { reason: this.kept === undefined ? reason : outermost(this.kept.reason, reason) };
  }

  /** @internal */
  override _shortText(): string {
    return 'a shielded block';
  }
}

/** Runs `coroutine`, and returns its result. */
export function* shielded<T>(coroutine: Coroutine<T>): Coroutine<T> {
  const outer = requirePart('cancelScope');
  const part = new PartOfTask(coroutine, outer as unknown as AsyncFrame);
  part.begin();
  if (part.done()) return part.result();
  const shield = asExit(new Shield(undefined, outer._loop));
  whenDone(part as Task<unknown>, () => shield.setResult(), shield);
  try {
    yield* shield;
  } catch (error) {
    // The request was made after the part had ended.
    if (shield.kept === undefined) throw error;
    shield.keep(requestIn(error));
  }
  const { kept } = shield;
  if (kept === undefined) return part.result();
  if (!hasFailed(part as Task<unknown>)) throw cancelledError(kept.reason, outer._loop.getDebug());
  mustCancel(outer, kept.reason);
  return part.result();
}
