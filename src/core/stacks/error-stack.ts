/**
 * The stacks of errors, as users see them.
 *
 * - While the steps of tasks run, new errors have more frames than usual (limit-in-steps.ts): a coroutine takes two frames,
 *   and the user's chain of coroutines shall be in the stack as a whole.
 * - Frames of this library are left out (`leaveOutLibrary`), and what is below the step of the task.
 * - An error that a task or an async function fails with gets a line for each waiter above (`failed`), as the host
 *   knows only the native promises among them. An error is noted once, also if it passes through several tasks.
 *
 * Nothing of this takes time as long as nothing fails. A failure costs the text of one stack.
 */
import type { AsyncFrame } from '../async-frame.ts';
import { isFrameOfHost, isLastOfStep, isOfLibrary, parseFrame } from '../stack-frames.ts';
import type { Task } from '../task.ts';
import { waiterLines } from './waiter-lines.ts';

/** Errors whose waiters are in their stacks. */
const noted = new WeakSet<object>();

/**
 * Completes the stack of what a task or an async function failed with.
 *
 * @param failed - The task, the part of a task, or the frame of the async function.
 */
export function failed(failed: Task<unknown> | AsyncFrame, error: unknown): void {
  if (!isErrorObject(error) || noted.has(error)) return;
  noted.add(error);
  rewrite(error, (frames) => [...frames, ...waiterLines(failed, frames)]);
}

/** Leaves the frames of this library out of the stack of an error that it made or reports. */
export function leaveOutLibrary(error: unknown): void {
  if (isErrorObject(error) && !noted.has(error)) rewrite(error, (frames) => frames);
}

/** False for errors of other realms, and for a proxy that throws when asked. */
function isErrorObject(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** A frame of V8 and of JavaScriptCore in Bun. The stacks of Firefox and Safari stay as they are. */
const frameLine = /^\s+at /;
/** May be a frame of the host. */
const hostLine = /^\s+at .*(?:node:|ext:|native)/;
/** From here on, the functions are those that waited. */
const asyncLine = /^\s+at async /;

/** Errors of programs may be frozen, and their stacks may be getters or no texts. Then the stack stays as it is. */
function rewrite(error: Error, change: (frames: string[]) => string[]): void {
  try {
    const own = Object.getOwnPropertyDescriptor(error, 'stack');
    if (own === undefined || !own.configurable || !isOfHost(own)) return;
    const { stack } = error;
    if (typeof stack !== 'string') return;
    const start = endOfMessage(stack, error);
    const lines = stack.slice(start).split('\n').slice(1);
    if (lines.some((line) => !frameLine.test(line) && /^[^@]*@.*:\d+:\d+$/.test(line))) return;
    const text = [stack.slice(0, start), ...change(ownLines(lines))].join('\n');
    if (text === stack) return;
    Object.defineProperty(error, 'stack', { value: text, writable: true, configurable: true });
  } catch {
    // Code of the program threw: a getter, or `Error.prepareStackTrace`.
  }
}

/** Since V8 12 the stack is an accessor, the same for all errors. Another one is the program's. */
function isOfHost({ get }: PropertyDescriptor): boolean {
  return get === undefined || get === Object.getOwnPropertyDescriptor(new Error(), 'stack')?.get;
}

/** The frames begin after the message, which may have several lines, also lines that look like frames. */
function endOfMessage(stack: string, { message }: Error): number {
  const at = typeof message === 'string' ? stack.indexOf(message) : -1;
  const from = at === -1 ? 0 : at + message.length;
  const end = stack.indexOf('\n', from);
  return end === -1 ? stack.length : end;
}

/** What V8 puts between two coroutines, and hosts below an async function. */
const between =
  /^\s+at (?:\S+\.)?(?:next|throw|return) \(<anonymous>\)$|\(node:(?:async_hooks|internal\/(?:async_|timers|process\/task_queues))/;

/** Below the outermost frame of the program, or of a part of it, are those by which the host came to it: a timer, an event. */
function leaveOutHost(lines: string[]): void {
  while (isLineOfHost(lines.at(-1) ?? '')) lines.pop();
}

function isLineOfHost(line: string): boolean {
  const frame = hostLine.test(line) ? parseFrame(line) : undefined;
  return frame !== undefined && isFrameOfHost(frame);
}

/** Returns the lines without the frames of this library; all of them if there are no others. */
function ownLines(lines: readonly string[]): string[] {
  const own: string[] = [];
  let isBelowStep = false;
  let any = false;
  for (const line of lines) {
    if (!frameLine.test(line)) {
      // The stack of an error of a worker goes on with that of the program.
      isBelowStep = false;
      own.push(line);
      continue;
    }
    // To parse a line takes most of the time.
    if (isBelowStep || between.test(line)) continue;
    if (asyncLine.test(line)) leaveOutHost(own);
    const frame = parseFrame(line);
    if (frame === undefined) {
      own.push(line);
      continue;
    }
    isBelowStep = isLastOfStep(frame);
    if (isBelowStep || isOfLibrary(frame)) continue;
    own.push(line);
    any ||= !isFrameOfHost(frame);
  }
  if (!any) return own.filter((line) => !frameLine.test(line));
  leaveOutHost(own);
  return own;
}
