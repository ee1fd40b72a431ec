/**
 * Who waits for a task that fails, as the lines of a stack: a line for each async function, scope and task, from the inside
 * to the outside. In debug mode the source lines of their awaits take the place of the names of functions.
 */
import type { AsyncFrame } from '../async-frame.ts';
import { awaitedAt, suspendedAt } from '../debug/suspension-stack.ts';
import type { Future } from '../future.ts';
import { eachWaiter } from '../future-waiters.ts';
import type { PromiseBridge } from '../promise-bridge.ts';
import type { Runnable } from '../ready-queue.ts';
import { ownFrames, ownFramesOfAwait, parseFrame, type StackFrame } from '../stack-frames.ts';
import type { Task } from '../task.ts';
import type { Listener } from '../when-done.ts';

type Waiter = Task<unknown> | AsyncFrame;

/** A chain of tasks may be longer than anybody reads. */
const mostLines = 50;

// By their members: their classes import this file.
const isFrame = (waiter: object): waiter is AsyncFrame => '_scope' in waiter;
const isTask = (waiter: object): waiter is Task<unknown> => '_task' in waiter;
const isBridge = (waiter: object): waiter is PromiseBridge => 'frame' in waiter;
const isListener = (waiter: object): waiter is Listener => 'owner' in waiter;

/** What an async body was given, if that can name itself: a timeout, a task group. */
interface Scope {
  /** @internal */
  _title(): string;
}

function isScope(value: unknown): value is Scope {
  return typeof (value as Scope | undefined)?._title === 'function';
}

/**
 * Returns a line for `failed`, and for each that waits for it, directly or by way of others.
 *
 * @param frames - The lines that the stack has already. The function of an async frame is among them if it threw.
 */
export function waiterLines(failed: Waiter, frames: readonly string[]): string[] {
  const lines: string[] = [];
  const seen = new Set<Waiter>();
  let innermost = nameIn(frames.at(-1));
  let at: Waiter | undefined = failed;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    lines.push(...linesOf(at, innermost));
    if (lines.length >= mostLines) return [...lines.slice(0, mostLines), '    at … and so on'];
    innermost = undefined;
    const next: Waiter | undefined = isFrame(at) ? at._part : waiterOf(at);
    if (next !== undefined) lines.push(...awaitLines(at, next));
    at = next;
  }
  return lines;
}

function nameIn(line: string | undefined): string | undefined {
  return line === undefined ? undefined : parseFrame(line)?.functionName;
}

function linesOf(waiter: Waiter, innermost: string | undefined): string[] {
  if (isFrame(waiter)) {
    const { _function: name, _scope: scope } = waiter;
    const lines: string[] = [];
    const isDebug = waiter._loop.getDebug();
    if (name !== '' && name !== innermost && !isDebug) lines.push(line(name));
    if (isScope(scope)) lines.push(line(scope._title()));
    return lines;
  }
  // A part is a coroutine of this library that an async function awaits. The function has a line.
  return waiter._task === waiter ? [line(`task '${waiter.getName()}'`)] : [];
}

const line = (text: string): string => `    at async ${text}`;

/** The source lines at which `waiter` awaits `awaited`, as far as debug mode knows them. */
function awaitLines(awaited: Waiter, waiter: Waiter): string[] {
  const frames: StackFrame[] = isFrame(waiter)
    ? ownFramesOfAwait(awaitedAt(awaited)?.stack)
    : ownFrames(suspendedAt(waiter, awaited)?.stack);
  return frames.map(({ text }) => line(text));
}

/** Returns the task or async function that waits for `future`: the first, if there are several. */
function waiterOf(future: Future<unknown>): Waiter | undefined {
  const seen = new Set<Future<unknown>>([future]);
  // A combinator puts a future of its own in between.
  for (const each of seen) {
    for (const waiter of eachWaiter(each._waiters)) {
      if (isTask(waiter)) return waiter;
      if (isBridge(waiter) && waiter.frame !== undefined) return waiter.frame;
      for (const owner of ownersOf(waiter)) {
        if (isTask(owner)) return owner;
        seen.add(owner);
      }
    }
  }
  return undefined;
}

function ownersOf(waiter: Runnable): Iterable<Future<unknown>> {
  if (!isListener(waiter) || waiter.owner === undefined) return [];
  return '_awaited' in waiter.owner ? waiter.owner._awaited() : [waiter.owner];
}
