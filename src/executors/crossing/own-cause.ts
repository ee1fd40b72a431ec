/**
 * Errors that are a part of their own cause. The V8 of Node 20 writes such an error and cannot read it again: a process that does, the
 * program too, dies of that. Each host is asked once.
 */
import { isError } from './brands.ts';
import { kept, structuredClone } from './intrinsics.ts';
import type { Parts } from './parts.ts';

let readsAll: boolean | undefined;

/** True for an error, in a host that cannot read all of them. */
export function mayBeOwnCause(object: unknown): boolean {
  if (readsAll === undefined) {
    readsAll = true;
    const error = new kept.Error();
    error.cause = error;
    try {
      structuredClone(error);
    } catch {
      readsAll = false;
    }
  }
  return !readsAll && isError(object);
}

/** Returns the place of `part` on the way that leads to it again, if it is an error that cannot be read for that; else -1. */
export function placeOfOwnCause(part: unknown, way: readonly Parts[]): number {
  let place = -1;
  for (let at = 0; mayBeOwnCause(part) && at < way.length; at++) {
    const { object, step } = way[at] as Parts;
    // The host does not copy the members of an AggregateError.
    if (step !== '.cause' && isError(object)) return -1;
    if (object === part) place = at;
  }
  return place;
}
