/** Notes, in debug mode, the places where futures and handles are made. */
import { getEventLoop } from '../current.ts';
import { ownFrames, type StackFrame } from '../stack-frames.ts';
import { watch } from '../watch.ts';

const creations = new WeakMap<object, string>();

/** Notes the stack where `object` is made. For debug mode only: it takes microseconds. */
export function noteCreation(object: object): void {
  const stack = new Error().stack ?? '';
  creations.set(object, stack.slice(stack.indexOf('\n') + 1));
}

/** Returns the stack where `object` was made, as a part of a report; empty if it was not noted. */
export function creationOf(object: object): { creation?: string } {
  const creation = creations.get(object);
  return creation === undefined ? {} : { creation };
}

/** Returns the place where `object` was made, if it was noted. */
export function placeOf(object: object): StackFrame | undefined {
  return ownFrames(creations.get(object))[0];
}

/** Names the place where `object` was made, for the end of its text form; empty if it was not noted. */
export function madeText(object: object): string {
  const frame = placeOf(object);
  return frame === undefined ? '' : `, made at ${frame.file}:${frame.line}:${frame.column}`;
}

/** Returns the place in the program that calls the library, in debug mode. */
export function placeOfCall(): string | undefined {
  if (!watch.on || !getEventLoop().getDebug()) return undefined;
  return ownFrames(new Error().stack)[0]?.text;
}
