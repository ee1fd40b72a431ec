import { currentTask } from '../core/current.ts';
import type { Future } from '../core/future.ts';
import { Task } from '../core/task.ts';
import { safely } from '../core/text.ts';
import { type CallGraphOptions, captureCallGraph, type FutureCallGraph } from './call-graph.ts';

/** The greatest depth that is printed. Lines are indented by their depth, so deeper ones would not be readable. */
const deepest = 100;

function titleOf({ future, waitingFor }: FutureCallGraph): string {
  const title = future instanceof Task ? future._name() : safely(() => String(future));
  if (waitingFor === undefined) return title;
  const related = waitingFor.related.map(
    ({ relation, task }) => `, ${relation} ${safely(() => String(task))}`,
  );
  return `${title} waiting for ${waitingFor.text}${related.join('')}`;
}

/** Returns the lines of one future, without those of its awaiters. */
function linesOf(graph: FutureCallGraph, shown: boolean): string[] {
  if (graph.cycle) return [`* ${titleOf(graph)} again: these wait for each other`];
  if (shown) return [`* ${titleOf(graph)}, shown above`];
  const lines = [`* ${titleOf(graph)}`];
  if (graph.callStack.length > 0) lines.push('  + Call stack:');
  for (const { text } of graph.callStack) lines.push(`  |   at ${text}`);
  if (graph.awaitedBy.length > 0) lines.push('  + Awaited by:');
  return lines;
}

function format(graph: FutureCallGraph): string {
  const lines: string[] = [];
  const shown = new Set<FutureCallGraph>();
  const todo = [{ graph, level: 0 }];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const { graph, level } = at;
    const indent = '    '.repeat(level);
    if (level === deepest) {
      lines.push(`${indent}* and so on`);
      continue;
    }
    lines.push(...linesOf(graph, shown.has(graph)).map((line) => indent + line));
    if (shown.has(graph)) continue;
    shown.add(graph);
    for (const each of [...graph.awaitedBy].reverse()) todo.push({ graph: each, level: level + 1 });
  }
  return lines.join('\n');
}

/**
 * Returns {@link captureCallGraph} as a text. Empty if no future is given and no task runs.
 *
 * @param future - A task or future; by default the current task.
 * @param options - `limit`: the greatest number of frames for each task, see {@link CallGraphOptions}.
 * @returns Lines, indented by their depth; no more than a hundred deep.
 * @throws as `captureCallGraph()`.
 *
 * @example
 * ```ts
 * import { createTask, formatCallGraph, Lock, Queue, run, sleep } from 'skein';
 *
 * const lock = new Lock();
 * await run(async () => {
 *   createTask(lock.with(() => new Queue().get()), { name: 'holder' });
 *   const guest = createTask(lock.acquire(), { name: 'guest' });
 *   createTask(async () => await guest, { name: 'host' });
 *   await sleep(1);
 *   console.log(formatCallGraph(guest));
 * });
 * // Output:
 * // * Task 'guest' waiting for <Lock locked by task 'holder', 1 waiting>, held by <Task 'holder' pending waiting for an item of <Queue 0 items>>
 * //   + Awaited by:
 * //     * Task 'host' waiting for task 'guest'
 * ```
 *
 * Follows `asyncio.format_call_graph()`.
 */
export function formatCallGraph(
  future: Future<unknown> | undefined = currentTask(),
  options: CallGraphOptions = {},
): string {
  const graph = captureCallGraph(future, options);
  return graph === undefined ? '' : format(graph);
}
