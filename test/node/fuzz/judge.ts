/**
 * Says whether an error is one that a call may end with. Granted are, and nothing else:
 *
 * 1. What the call was given, and what a hostile value threw or rejected with (`world.given`): it comes out as it is. An instance of a class
 *    that was given: `setException(Error)` makes one.
 * 2. An error of the package's own classes: a program decides on these. A group of errors is looked into.
 * 3. A TypeError or RangeError in the form "expected …, but …": a wrong argument. Error in that form: a lock that is not held.
 * 4. One of the sentences below, which teach in other words: what was given is right, and the moment is not.
 * 5. An error of the host that contains a text of `world.nativeMessages`. A value adds its text when it is made, where the host
 *    itself refuses the value while it does the program's bidding: to call a class, to read a revoked proxy, to step a generator
 *    that runs, to loop over an iterator whose steps are no objects.
 */
import {
  BrokenBarrierError,
  CancelledError,
  ChannelBroken,
  ChannelClosed,
  ChannelEmpty,
  ChannelFull,
  EndOfChannel,
  ExceptionGroup,
  InvalidStateError,
  KeyboardInterrupt,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  SystemExit,
  TimeoutError,
} from 'skein';
import { JobLostError } from 'skein/cluster';
import { BrokenExecutor, WorkerLostError } from 'skein/executors';
import { DeadlockError } from 'skein/testing';
import type { World } from './world.ts';

const ownClasses = [
  BrokenBarrierError,
  BrokenExecutor,
  CancelledError,
  ChannelBroken,
  ChannelClosed,
  ChannelEmpty,
  ChannelFull,
  DeadlockError,
  EndOfChannel,
  InvalidStateError,
  JobLostError,
  KeyboardInterrupt,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  SystemExit,
  TimeoutError,
  WorkerLostError,
];

const plainClasses: readonly unknown[] = [Error, RangeError, TypeError];

const form = /expected [\s\S]+, but /i;

const sentences = [
  /^Task '.*' yielded /,
  // A coroutine that hostile values share is met by a second task.
  /is run by a task already/,
  /^Task '.*' cannot await itself: it would wait for ever\./,
  /^Task '.*' takes its (?:result|exception) from its coroutine\./,
  /^Task '.*' cannot wait for [\s\S]*: it belongs to another event loop\./,
  /, and was iterated by something that cannot wait for it\./,
  /^A task cannot be started on an event loop that is closed\./,
  /^An event loop cannot be closed by what it runs\./,
  /^This event loop is (?:closed|running already)/,
  /^The event loop was closed before this was done: /,
  /^`stream(?:With)?\(\)` expected an executor of this machine, as a ClusterExecutor has no streams\./,
  /^This runner is closed\./,
  /^`run\(\)` was called inside of a task\./,
  /^The `compare` function of a PriorityQueue put an item in, or took one out, while it compared\./,
  /^The module of `[\s\S]*` ?, [\s\S]*, does not exist\./,
];

/** Returns what is wrong with `thrown`, or undefined. */
export function wrongIn(world: World, thrown: unknown, deep = 0): string | undefined {
  if (world.given.has(thrown)) return undefined;
  if (!isError(thrown)) return `threw a value that it was not given: ${typeof thrown}`;
  if (world.given.has(thrown.constructor)) return undefined;
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
  const isPlain = plainClasses.includes(thrown.constructor);
  if (isPlain && form.test(message)) return undefined;
  if (sentences.some((each) => each.test(message))) return undefined;
  for (const expected of world.nativeMessages) if (message.includes(expected)) return undefined;
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
