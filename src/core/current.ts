/**
 * The code that is running now: its loop, its task, its context, and the async function that it continues.
 *
 * Stored on `globalThis`, as bundlers may put two copies of this package into one program, which must agree.
 */
import type { AsyncFrame } from './async-frame.ts';
import type { Context, Values } from './context.ts';
import type { EnteredLoops } from './entered-loops.ts';
import type { EventLoop } from './event-loop.ts';
import type { Executor } from './executor.ts';
import { advised } from './expected.ts';
import type { Hooks } from './hooks.ts';
import type { AsyncLocal } from './host.ts';
import type { LoopExecutors } from './loop-executors.ts';
import type { TaskParts } from './register-tasks.ts';
import type { Task } from './task.ts';
import { functionName } from './text.ts';

interface Current {
  /** The loop whose iteration is running. */
  loop: EventLoop | undefined;
  /** The task whose step is running. */
  task: Task<unknown> | undefined;
  /** The context that a step or callback runs in; only its values, until a `Context` is needed. */
  context: Context | Values | undefined;
  /** The loops that a runner or a test drives, the innermost last. */
  entered: EnteredLoops | undefined;
  /** The loop for code outside of `run()`; made when first needed. */
  defaultLoop: EventLoop | undefined;
  createLoop: (() => EventLoop) | undefined;
  /** Makes the default executor of a loop; undefined in a bundle that did not ask for it, see seams.ts. */
  createExecutor: (() => Executor) | undefined;
  /** Runs the work of loops; see loop-executors.ts. */
  executors: LoopExecutors | undefined;
  /** Makes the tasks of loops whose own copy of the package has none; see register-tasks.ts. */
  tasks: TaskParts | undefined;
  /** The task or async function that the code continues after an `await`. Made when first needed: it slows every promise. */
  asyncLocal: AsyncLocal<Task<unknown> | AsyncFrame> | undefined;
  /** The context that came to a worker with a job, followed through the awaits of that job. Made when first needed. */
  carried: AsyncLocal<Context> | undefined;
  /** A ContextVar was made. */
  hasVariables: boolean;
  taskCount: number;
  /** What is called while an instrument is there; see `addInstrument()` of `skein/inspect`. */
  hooks: Hooks | undefined;
  /** True in a worker process: the program of the worker handles signals. */
  isWorkerProcess: boolean;
}

const key = Symbol.for('skein.current/0');
const shared = globalThis as unknown as Record<symbol, Current | undefined>;

shared[key] ??= {
  loop: undefined,
  task: undefined,
  context: undefined,
  entered: undefined,
  defaultLoop: undefined,
  createLoop: undefined,
  createExecutor: undefined,
  executors: undefined,
  tasks: undefined,
  asyncLocal: undefined,
  carried: undefined,
  hasVariables: false,
  taskCount: 0,
  hooks: undefined,
  isWorkerProcess: false,
};

export const current: Current = shared[key];

/**
 * Returns the async function (or task) that calls: the code runs outside of any iteration, and continues that function after
 * an `await`. The host's async context stores it. Inside an iteration `current.task` is exact, and a callback has no task.
 */
export function asyncCaller(): Task<unknown> | AsyncFrame | undefined {
  return current.loop === undefined ? storedCaller() : undefined;
}

/**
 * Returns the task or async function stored in the host's async context, even while `current.loop` is set (see
 * inside.ts).
 */
export function storedCaller(): Task<unknown> | AsyncFrame | undefined {
  const caller = current.asyncLocal?.getStore();
  // A callback of the host may run after the end of the task that registered it. It continues nothing.
  return caller?._part._task.done() === true ? undefined : caller;
}

/** The loop of code that runs now; `getEventLoop()` to programs, see loops.ts. */
export function getEventLoop(): EventLoop {
  if (current.loop !== undefined) return current.loop;
  const caller = asyncCaller();
  if (caller !== undefined) {
    const loop = caller.getLoop();
    if (!loop.isClosed()) return loop;
  }
  const entered = current.entered?.innermost;
  if (entered !== undefined) return entered;
  if (current.defaultLoop === undefined || current.defaultLoop.isClosed()) {
    current.defaultLoop = (current.createLoop as () => EventLoop)();
  }
  return current.defaultLoop;
}

/**
 * Returns the task that runs now, or undefined outside of any. Inside an async function run as a task it is known
 * after each `await` too where the host has an async context (Node, Bun, Deno); in browsers after an `await` of what is of this
 * library, and of `fromPromise()`.
 *
 * @example
 * ```ts
 * import { createTask, currentTask } from 'skein';
 *
 * currentTask(); // => undefined
 * await createTask(async () => currentTask()?.getName(), { name: 'greeter' }); // => 'greeter'
 * ```
 *
 * Follows `asyncio.current_task()`; differs in that it returns undefined instead of throwing without a loop.
 */
export function currentTask(): Task<unknown> | undefined {
  return (current.task ?? asyncCaller()?._part)?._task;
}

/** Returns what `timeout()` or `taskGroup()` called here must cancel: the part of a task that runs here, else the task. */
export function currentPart(): Task<unknown> | undefined {
  if (current.task !== undefined) return current.task;
  const part = asyncCaller()?._part;
  return part?.done() ? part._task : part;
}

/**
 * Returns the running task, or its part that runs here.
 *
 * @param caller - A function, or the name of one, for the error.
 * @throws Error outside of any task.
 */
export function requirePart(caller: unknown): Task<unknown> {
  const part = currentPart();
  if (part === undefined) {
    const name = typeof caller === 'string' ? `\`${caller}()\`` : functionName(caller);
    throw new Error(advised(`${name} expected to run in a task, but there is none.`, 'task'));
  }
  return part;
}
