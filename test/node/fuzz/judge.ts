/** Says whether an error is one that a call may end with. */
import {
  BrokenBarrierError,
  CancelledError,
  ExceptionGroup,
  InvalidStateError,
  KeyboardInterrupt,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  SystemExit,
  TimeoutError,
} from 'skein';
import { BrokenExecutor, WorkerLostError } from 'skein/executors';
import { DeadlockError } from 'skein/testing';
import type { World } from './world.ts';

const ownClasses = [
  BrokenBarrierError,
  BrokenExecutor,
  CancelledError,
  DeadlockError,
  InvalidStateError,
  KeyboardInterrupt,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  SystemExit,
  TimeoutError,
  WorkerLostError,
];

/** An error of a wrong argument. */
const form = /expected [\s\S]+, but [\s\S]+/i;

/** Sentences that teach in other words. */
const sentences = [
  /^Task '.*' yielded /,
  // A coroutine that hostile values share is met by a second task.
  /is run by a task already/,
];

/** Text that the runtime itself writes. */
const native =
  /Cannot read propert|is not a function|is not iterable|Invalid time value|Cannot convert|Maximum call stack|is not defined|is not an object|is not a constructor|private member|already running|Invalid array length|Invalid string length|undefined or null|incompatible receiver|non-object|read only property|not extensible|is not a symbol|circular|Iterator result/;

/** Returns what is wrong with `thrown`, or undefined. */
export function wrongIn(world: World, thrown: unknown, deep = 0): string | undefined {
  if (world.given.has(thrown)) return undefined;
  if (!isError(thrown)) return `threw a value that it was not given: ${typeof thrown}`;
  if (ownClasses.some((each) => thrown instanceof each)) return undefined;
  if (thrown instanceof ExceptionGroup || thrown instanceof AggregateError) {
    if (deep > 20) return undefined;
    for (const each of thrown.errors) {
      const wrong = wrongIn(world, each, deep + 1);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  const { message, name } = thrown;
  if (form.test(message) || sentences.some((each) => each.test(message))) return undefined;
  for (const expected of world.nativeMessages) if (message.includes(expected)) return undefined;
  const isOurs = thrown.constructor === Error && !native.test(message) && !('code' in thrown);
  if (isOurs) return undefined;
  return `${name}: ${message.slice(0, 200)}`;
}

function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]' || value instanceof Error;
}

/** The frames of the library and of the host, to find the place. */
export function placeOf(thrown: unknown): string {
  if (!isError(thrown) || typeof thrown.stack !== 'string') return '';
  const lines = thrown.stack.split('\n').filter((line) => /^\s+at /.test(line));
  return lines
    .slice(0, 6)
    .map((line) => line.trim().replace(/\(?file:\/\/.*\/(dist|src)\//, '$1/'))
    .join('\n      ');
}
