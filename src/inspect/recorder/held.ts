import type { RelatedTask } from '../../core/purpose.ts';

/** What tasks can hold. */
export interface Held {
  readonly _kind: string;
  _related(): readonly RelatedTask[];
}

const heldKinds: ReadonlySet<string | undefined> = new Set(['lock', 'semaphore', 'limiter']);

export function isHeld(object: object): object is Held {
  const { _kind, _related } = object as Partial<Held>;
  return heldKinds.has(_kind) && typeof _related === 'function';
}
