/**
 * What is running now: the loop, the task, the context, and the async function under way.
 *
 * Kept on `globalThis`, as bundlers may put two copies of this package into one program and both must agree.
 */
import type { AsyncFrame } from './async-frame.ts';
import type { Context, Values } from './context.ts';
import type { EventLoop } from './event-loop.ts';
import type { AsyncLocal } from './host.ts';
import type { Task } from './task.ts';
import { functionName } from './text.ts';

interface Current {
  /** The loop whose iteration is running. */
  loop: EventLoop | undefined;
  /** The task whose step is running. */
  task: Task<unknown> | undefined;
  /** The context that a step or callback is running in; its values, as long as nobody needed a context of its own. */
  context: Context | Values | undefined;
  /** Loops that a runner or a test is driving, innermost last. */
  readonly entered: EventLoop[];
  /** The loop of programs that never asked for one; made when first needed. */
  defaultLoop: EventLoop | undefined;
  createLoop: (() => EventLoop) | undefined;
  /** Follows async functions through their awaits; made for the first one, as it costs every promise a little. */
  asyncLocal: AsyncLocal<Task<unknown> | AsyncFrame> | undefined;
  /** The context of a function that came to a worker with one, through its awaits; made for the first of them. */
  carried: AsyncLocal<Context> | undefined;
  taskCount: number;
}

const key = Symbol.for('skein.current/0');
const shared = globalThis as unknown as Record<symbol, Current | undefined>;

shared[key] ??= {
  loop: undefined,
  task: undefined,
  context: undefined,
  entered: [],
  defaultLoop: undefined,
  createLoop: undefined,
  asyncLocal: undefined,
  carried: undefined,
  taskCount: 0,
};

export const current: Current = shared[key];

/**
 * The task or the async function that this code, running outside of any iteration, continues: the host's async
 * context leads to it. Inside an iteration the loop itself knows better: a callback has no task.
 */
export function followed(): Task<unknown> | AsyncFrame | undefined {
  return current.loop === undefined ? continued() : undefined;
}

/** The same, also for code that was called as if a loop ran it. */
export function continued(): Task<unknown> | AsyncFrame | undefined {
  const follows = current.asyncLocal?.getStore();
  // A callback of the host that was registered in a task and comes after its end continues nothing.
  if (follows === undefined || follows._runner._owner.done()) return undefined;
  // A task that was made of an async function leads to that.
  const waiter = (follows as Task<unknown>)._waiter as AsyncFrame | undefined;
  return waiter?._isTask === true ? waiter : follows;
}

/**
 * Returns the loop that work started here belongs to: the running one, else that of the async function this is
 * called from, else the one that `run()` drives, else a default loop, which lives as long as the program.
 *
 * @example
 * ```ts
 * import { getEventLoop, run } from 'skein';
 *
 * await run(function* () {
 *   const loop = getEventLoop();
 *   const ready = loop.createFuture<string>();
 *   loop.callLater(5, () => ready.setResult('ready'));
 *   return yield* ready;
 * }); // => 'ready'
 * ```
 *
 * Follows `asyncio.get_event_loop()`; differs in that there always is a loop, as JavaScript's own is always there.
 */
export function getEventLoop(): EventLoop {
  if (current.loop !== undefined) return current.loop;
  const follows = followed();
  if (follows !== undefined) {
    const loop = follows.getLoop();
    if (!loop.isClosed()) return loop;
  }
  const entered = current.entered.at(-1);
  if (entered !== undefined) return entered;
  if (current.defaultLoop === undefined || current.defaultLoop.isClosed()) {
    current.defaultLoop = (current.createLoop as () => EventLoop)();
  }
  return current.defaultLoop;
}

/**
 * Returns the task that runs now, or undefined outside of any. Inside an async function run as a task it is known
 * after each `await` too, where the host has an async context (Node, Bun, Deno).
 *
 * @example
 * ```ts
 * import { createTask, currentTask } from 'skein';
 *
 * currentTask(); // => undefined
 * await createTask(async () => currentTask()?.getName(), { name: 'greeter' }); // => 'greeter'
 * ```
 *
 * Follows `asyncio.current_task()`; differs in that it answers undefined instead of throwing without a loop.
 */
export function currentTask(): Task<unknown> | undefined {
  return (current.task ?? followed()?._runner)?._owner;
}

/** The innermost thing that a scope opened here must cancel: the task, or the part of it that runs here. */
export function currentRunner(): Task<unknown> | undefined {
  if (current.task !== undefined) return current.task;
  const runner = followed()?._runner;
  return runner?.done() ? runner._owner : runner;
}

/** The same, for what makes no sense outside of a task: `who` is a function, or the name of one. */
export function requireRunner(who: unknown): Task<unknown> {
  const runner = currentRunner();
  if (runner === undefined) {
    const name = typeof who === 'string' ? `${who}()` : functionName(who);
    throw new Error(
      `${name} expected to run in a task, but there is none. Start one with \`run()\` or \`createTask()\`.`,
    );
  }
  return runner;
}
