import { GatheringFuture } from '../combinators/gather.ts';
import { AsyncFrame } from '../core/async-frame.ts';
import type { Future } from '../core/future.ts';
import { isPurpose, type Purpose, type PurposeKind, type RelatedTask } from '../core/purpose.ts';
import { Task } from '../core/task.ts';
import { safely } from '../core/text.ts';
import { TimerFuture } from '../core/timer-future.ts';
import { Named } from '../sync/named.ts';

/**
 * The kind of a thing that a task waits for: something of the library; another task; a timer; a future of the program; or
 * something outside of the loop, as a promise of the host.
 */
export type AwaitedKind = PurposeKind | 'task' | 'timer' | 'future' | 'outside';

/** A thing that a task waits for. */
export interface AwaitedThing {
  /** What kind of thing it is: a task, a lock, a timer, …. */
  readonly kind: AwaitedKind;
  /** The name of the lock or queue, if the program gave it one; that of the task. */
  readonly name: string | undefined;
}

function purposeOf(future: Future<unknown>): Purpose | undefined {
  if (isPurpose(future)) return future;
  return isPurpose(future._purpose) ? future._purpose : undefined;
}

function kindOf(future: Future<unknown>): AwaitedKind {
  if (future instanceof Task) return 'task';
  if (future instanceof TimerFuture) return 'timer';
  return future instanceof GatheringFuture ? 'gather' : 'future';
}

function nameOf(of: object): string | undefined {
  if (of instanceof Task) return safely(() => of.getName());
  return of instanceof Named ? of.name : undefined;
}

/** Returns what a task waits for that waits for `future`: an async function may wait for several things. */
export function awaitedBy(future: Future<unknown>): {
  readonly things: readonly AwaitedThing[];
  readonly related: readonly RelatedTask[];
} {
  const things: AwaitedThing[] = [];
  const related: RelatedTask[] = [];
  const todo: (Future<unknown> | undefined)[] = [future];
  while (todo.length > 0) {
    const at = todo.pop();
    const inner = at instanceof AsyncFrame ? at.awaited() : [];
    // A part of a task: a coroutine that an async function awaits.
    if (at instanceof Task && at._task !== at) inner.push(at._waiter as Future<unknown>);
    if (inner.length > 0) {
      for (const each of inner.reverse()) todo.push(each);
      continue;
    }
    let thing: AwaitedThing = { kind: 'outside', name: undefined };
    if (at !== undefined && !(at instanceof AsyncFrame)) {
      const purpose = purposeOf(at);
      thing = { kind: purpose?._kind ?? kindOf(at), name: nameOf(purpose?._of ?? purpose ?? at) };
      related.push(...(purpose?._related?.() ?? []));
    }
    things.push(Object.freeze(thing));
  }
  return { things, related };
}
