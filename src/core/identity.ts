/**
 * Marks classes whose objects compare by identity, for tools that compare by structure: they would walk through the loop and all that
 * it runs, or iterate a future, which waits. `compared.ts` has what such tools look at, where it is registered.
 */
import { seams } from './seams.ts';

/** The prototypes that were marked before `compared.ts` was registered. */
export const marked: object[] = [];

/** Marks the class of `prototype`. */
export function comparesByIdentity(prototype: object): void {
  if (seams.identity === undefined) marked.push(prototype);
  else seams.identity.mark(prototype);
}
