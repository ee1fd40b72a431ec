/** Names what a future stands for, as two numbers: cheap enough for each step. It goes by internal members, as hooks do. */
import type { GatheringFuture } from '../../combinators/gather.ts';
import type { AsyncFrame } from '../../core/async-frame.ts';
import type { Future } from '../../core/future.ts';
import { isPurpose } from '../../core/purpose.ts';
import type { Task } from '../../core/task.ts';
import { packed, type StepKind, stepKinds } from './recording.ts';

export const kinds: Readonly<Record<StepKind, number>> = Object.fromEntries(
  stepKinds.map((kind, index) => [kind, index]),
) as Record<StepKind, number>;

/** What the recorder knows of tasks and of things that tasks wait at. */
export interface Ids {
  idOfTask(task: Task<unknown>): number;
  idOfObject(object: object): number;
}

/** An async function may await several things: the first one is told. */
function insideOf(frame: AsyncFrame): Future<unknown> | undefined {
  const awaits = frame._awaits;
  const first = awaits instanceof Set ? awaits.values().next().value : awaits;
  // An await of the next iteration makes its future only when it is asked for it.
  return first === undefined || '_outcome' in first ? undefined : first.future;
}

export function whatItWaitsFor(future: Future<unknown> | undefined, ids: Ids): number {
  try {
    return packedFor(future, ids);
  } catch {
    // A future of another library, which throws when it is looked at.
    return packed(kinds.future, 0);
  }
}

function packedFor(future: Future<unknown> | undefined, ids: Ids): number {
  let at = future;
  // A frame awaits a part of the task, whose coroutine awaits a frame, and so on.
  for (;;) {
    if (at === undefined) return packed(kinds.outside, 0);
    if ((at as Partial<AsyncFrame>)._isFollowed !== undefined) {
      at = insideOf(at as AsyncFrame);
      continue;
    }
    const task = (at as Partial<Task<unknown>>)._task;
    if (task === undefined) return packedThing(at, ids);
    if (task === at) return packed(kinds.task, ids.idOfTask(task));
    at = (at as Task<unknown>)._waiter;
  }
}

function packedThing(future: Future<unknown>, ids: Ids): number {
  const purpose = isPurpose(future) ? future : future._purpose;
  if (isPurpose(purpose)) {
    const kind = kinds[purpose._kind] ?? kinds.future;
    const of = purpose._of ?? purpose;
    // Locks and queues are things that several tasks meet at. A gathering is there for one task.
    const isMet = kind >= kinds.lock && kind <= kinds.join;
    return packed(kind, isMet ? ids.idOfObject(of) : 0);
  }
  if ((future as Partial<GatheringFuture>).cancelRequested !== undefined)
    return packed(kinds.gather, 0);
  return packed('_when' in future ? kinds.timer : kinds.future, 0);
}
