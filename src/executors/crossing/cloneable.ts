/** Tells which values can be copied to a worker and back, and which part of a value cannot. */
import { futureMarker } from '../../core/coroutine.ts';
import { describe } from '../../core/text.ts';
import { isArrayBuffer, isShared, kindOf } from './brands.ts';
import { partOf } from './errors.ts';
import { isView, keys, now, structuredClone } from './intrinsics.ts';
import { checkReadable, type Refusal, whyUnreadable } from './nesting.ts';
import { builtin } from './node.ts';
import { type Finding, Parts, searchParts, skip, Unreadable } from './parts.ts';
import { isDetached, type Transferable, unmovable } from './transfer.ts';
import { isMovable, sharedMemory, UnsendableError, whyUnsendable } from './unsendable.ts';

let refuse: Refusal | undefined;

/** In this process values cross to the program, as this is one of its workers. */
export function crossToProgram(): void {
  refuse = whyUnsendable;
}

/**
 * Checks that the other side will be able to read a copy of `value`, as far as the host does not.
 *
 * @throws UnsendableError
 */
export function checkCopyable(value: unknown): void {
  checkReadable(value, refuse);
}

/** True if the host can copy `value`, and the other side can read the copy. */
export function isCloneable(value: unknown): boolean {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return false;
    case 'object':
      try {
        checkCopyable(value);
        structuredClone(value);
        return true;
      } catch {
        return false;
      }
    default:
      return true;
  }
}

/** The most parts that are looked at to tell which one is at fault. */
const mostParts = 1_000_000;
/** How long copies may be made to tell that, in ms. */
const mostMs = 100;

/**
 * Returns which part of `value` cannot be copied: "args[0].handlers.onClick is a function". Returns undefined if all of it can,
 * or if that cannot be told.
 *
 * @param path - The name of `value` itself.
 * @param moves - Parts that are moved instead of copied.
 */
export function findUncloneable(
  value: unknown,
  path: string,
  moves: readonly object[] = [],
): string | undefined {
  const unreadable = whyUnreadable(value, path, refuse);
  if (unreadable !== undefined) return textOfFinding(unreadable);
  const moved = new Set<unknown>(moves);
  const found =
    searchParts(value, path, (part) => (moved.has(part) ? skip : faultOf(part)), mostParts) ??
    (moves.length > 0 ? undefined : smallestUncloneable(value, path)) ??
    // Memory that processes would have to share.
    searchParts(value, path, sharedMemoryIn, mostParts);
  return found && textOfFinding(found);
}

function textOfFinding({ path, found }: Finding<string>): string {
  return `${path} ${found}`;
}

/** Returns what is wrong with a part itself, and not only with a part of it. */
function faultOf(part: unknown): string | undefined {
  if (typeof part === 'function') return 'is a function';
  if (typeof part === 'symbol') return 'is a symbol';
  if (Unreadable.is(part)) return `cannot be read: ${partOf(part.error)}`;
  if (typeof part !== 'object' || part === null) return undefined;
  try {
    if (futureMarker in part) return `is ${what(part)}; await it first`;
    if (isMovable(part)) return `is ${what(part)}; name it in \`transfer\``;
    if (isView(part)) return faultOf(part.buffer);
    if (isArrayBuffer(part)) return isDetached(part) ? `is ${what(part)}` : undefined;
    // An object that has parts may be whole but for one of them.
    if (hasParts(part)) return undefined;
  } catch {
    return `is ${what(part)}`;
  }
  return isCloneable(part) ? undefined : `is ${what(part)}`;
}

function hasParts(object: object): boolean {
  const kind = kindOf(object);
  return kind === 'array' || kind === 'map' || kind === 'set' || keys(object).length > 0;
}

/**
 * Goes from a value that cannot be copied to a part that cannot, as long as there is one. The last is at fault: a proxy, or a
 * promise with properties.
 */
function smallestUncloneable(value: unknown, path: string): Finding<string> | undefined {
  const until = now() + mostMs;
  let smallest: Finding<unknown> | undefined = isCloneable(value)
    ? undefined
    : { found: value, path };
  for (let next = smallest; next !== undefined; ) {
    smallest = next;
    next = uncloneablePart(next, until);
    if (now() > until) return undefined;
  }
  return smallest && { found: `is ${what(smallest.found)}`, path: smallest.path };
}

function uncloneablePart(
  { found, path }: Finding<unknown>,
  until: number,
): Finding<unknown> | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const parts = new Parts(found);
  while (++parts.at < parts.length && now() <= until) {
    const { part, step } = parts;
    if (!isCloneable(part)) return { found: part, path: path + step };
  }
  return undefined;
}

function sharedMemoryIn(part: unknown): string | undefined {
  return isShared(isView(part) ? part.buffer : part) ? sharedMemory : undefined;
}

/**
 * Returns why a value could not be sent. Never throws, though it looks at the value, which may call code of the user.
 *
 * @param cause - What the host threw.
 * @param moves - Parts that were to be moved with it.
 */
export function reasonAgainst(
  value: unknown,
  path: string,
  cause: unknown,
  moves?: readonly Transferable[],
): string {
  const otherwise = cause instanceof UnsendableError ? `${path} ${cause.message}` : partOf(cause);
  try {
    return unmovable(moves) ?? findAtFault(value, path, cause, moves) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** As `findUncloneable()`, where `cause` may say what to look for. */
export function findAtFault(
  value: unknown,
  path: string,
  cause: unknown,
  moves?: readonly Transferable[],
): string | undefined {
  if (!(cause instanceof UnsendableError)) return findUncloneable(value, path, moves);
  const found = cause.refuse && whyUnreadable(value, path, cause.refuse);
  return found && textOfFinding(found);
}

function what(value: unknown): string {
  if (isArrayBuffer(value) && isDetached(value)) return 'an ArrayBuffer that was moved elsewhere';
  return builtin('node:util')?.types.isProxy(value) === true ? 'a proxy' : describe(value);
}
