/**
 * The call graph of a future: the place of its task, what that waits for, and the tasks that wait for it, recursively.
 *
 * Nothing is recorded for it beforehand. The graph is read from the waiters of each future; a listener of a combinator says
 * there for which future or task it listens. This file makes the data, `format-call-graph.ts` the text.
 */
import { checkNumber, checkOptions } from '../core/checks.ts';
import { currentTask } from '../core/current.ts';
import { unexpected } from '../core/expected.ts';
import type { Future } from '../core/future.ts';
import { isFuture } from '../core/is-future.ts';
import type { RelatedTask } from '../core/purpose.ts';
import type { StackFrame } from '../core/stack-frames.ts';
import { Task } from '../core/task.ts';
import { waitText } from '../core/task-text.ts';
import { type AwaitedThing, awaitedBy } from './awaited-thing.ts';
import { awaitersOf } from './awaiters.ts';

/** The thing that a task waits for. */
export interface WaitingFor {
  /** Its name, as in the text form of the task. */
  readonly text: string;
  /** Its kind and its name, for programs. Several, if an async function awaits several things. */
  readonly awaited: readonly AwaitedThing[];
  /** The tasks that hold the lock, semaphore or condition; that put into the queue, or took out of it, last. */
  readonly related: readonly RelatedTask[];
}

/** A future, or a task, and all tasks that wait for it. Made by {@link captureCallGraph}; frozen. */
export interface FutureCallGraph {
  /** The future or task itself. */
  readonly future: Future<unknown>;
  /** The places of the task, the innermost first; see `task.getStack()`. Empty for a future that is not a task. */
  readonly callStack: readonly StackFrame[];
  /** The thing that the task waits for, if it waits. */
  readonly waitingFor: WaitingFor | undefined;
  /** The tasks that wait for it. Empty if `cycle` is set. */
  readonly awaitedBy: readonly FutureCallGraph[];
  /** True if this future is listed above on the same path: the tasks between wait for each other. */
  readonly cycle: boolean;
}

/** Options of {@link captureCallGraph} and `formatCallGraph()`. */
export interface CallGraphOptions {
  /** The greatest number of frames for each task, from the innermost; a negative one counts from the outermost; 0: none. */
  limit?: number | undefined;
}

function waitOf(task: Task<unknown>): WaitingFor | undefined {
  const text = waitText(task);
  if (text === undefined || task._waiter === undefined) return undefined;
  const { things, related } = awaitedBy(task._waiter);
  return Object.freeze({
    text,
    awaited: Object.freeze(things),
    related: Object.freeze(related.map((each) => Object.freeze({ ...each }))),
  });
}

interface Node {
  readonly future: Future<unknown>;
  readonly awaiters: Iterator<Future<unknown>>;
  readonly awaitedBy: FutureCallGraph[];
}

function nodeOf(future: Future<unknown>): Node {
  return { future, awaiters: awaitersOf(future).values(), awaitedBy: [] };
}

function graphOf({ future, awaitedBy }: Node, limit: number | undefined): FutureCallGraph {
  const task = future instanceof Task ? future : undefined;
  return Object.freeze({
    future,
    callStack: task?.getStack(limit === undefined ? {} : { limit }) ?? Object.freeze([]),
    waitingFor: task === undefined ? undefined : waitOf(task),
    awaitedBy: Object.freeze(awaitedBy),
    cycle: false,
  });
}

function cycleAt(future: Future<unknown>): FutureCallGraph {
  const nothing = Object.freeze([]);
  return Object.freeze({
    future,
    callStack: nothing,
    waitingFor: undefined,
    awaitedBy: nothing,
    cycle: true,
  });
}

/** Walks depth first, without recursion, as a chain of tasks may be longer than the stack is deep. */
function capture(future: Future<unknown>, limit: number | undefined): FutureCallGraph {
  const graphs = new Map<Future<unknown>, FutureCallGraph>();
  const path = [nodeOf(future)];
  const onPath = new Set([future]);
  for (;;) {
    const node = path.at(-1) as Node;
    const { done: isDone = false, value: next } = node.awaiters.next();
    if (isDone) {
      const graph = graphOf(node, limit);
      graphs.set(node.future, graph);
      onPath.delete(node.future);
      path.pop();
      const below = path.at(-1);
      if (below === undefined) return graph;
      below.awaitedBy.push(graph);
    } else if (onPath.has(next)) {
      node.awaitedBy.push(cycleAt(next));
    } else if (graphs.has(next)) {
      // Reached on two paths: both get the same record.
      node.awaitedBy.push(graphs.get(next) as FutureCallGraph);
    } else {
      path.push(nodeOf(next));
      onPath.add(next);
    }
  }
}

/**
 * Returns the place of a task, what it waits for, and, recursively, the tasks that wait for it: with `await` and `yield*`,
 * `gather()`, `wait()`, `waitFor()`, `shield()`, `asCompleted()`, task groups. Undefined if no future is given and no task
 * runs.
 *
 * The places of tasks are known in debug mode only, except those of the running task. The rest is always known.
 *
 * @param future - A task or future; by default the current task.
 * @param options - `limit`: the greatest number of frames for each task, see {@link CallGraphOptions}.
 * @returns The graph, which is frozen; undefined if there is no future.
 * @throws TypeError when it is not a future, or `limit` not a number; RangeError when that is NaN.
 *
 * @example
 * ```ts
 * import { captureCallGraph, createTask, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   const child = createTask(sleep(60_000), { name: 'child' });
 *   createTask(async () => await child, { name: 'parent' });
 *   await sleep(1);
 *   const graph = captureCallGraph(child);
 *   return graph?.awaitedBy.map(({ future }) => String(future));
 * }); // => ["<Task 'parent' pending waiting for task 'child'>"]
 * ```
 *
 * Follows `asyncio.capture_call_graph()`. Differs: tells what each task waits for, and which task holds it; ends at cycles.
 */
export function captureCallGraph(
  future: Future<unknown> | undefined = currentTask(),
  options: CallGraphOptions = {},
): FutureCallGraph | undefined {
  checkOptions('captureCallGraph', options, ['limit']);
  const { limit } = options;
  if (limit !== undefined) checkNumber('captureCallGraph', '`limit`', limit);
  if (future === undefined) return undefined;
  if (!isFuture(future)) {
    throw unexpected('captureCallGraph', 'a future or a task', future);
  }
  return capture(future, limit);
}
