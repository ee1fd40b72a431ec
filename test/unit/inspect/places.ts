/** Stacks and texts without what differs from machine to machine: paths, and lines that any edit moves. */
import type { FutureCallGraph, StackFrame } from 'skein';

/** `/…/test/unit/x.test.ts:12:3` as `x.test.ts`. */
export function withoutPaths(text: string): string {
  return text.replace(/[^\s(]*\/([\w.-]+\.ts)[^\s():,>]*:\d+:\d+/g, '$1');
}

export function names(frames: readonly StackFrame[] | undefined): (string | undefined)[] {
  return (frames ?? []).map(({ functionName }) => functionName);
}

/** A graph as nested lists: the name of the task or the text of the future, its frames, those that await it. */
export type Outline = [who: string, stack: (string | undefined)[], awaitedBy: Outline[]];

export function outline(graph: FutureCallGraph | undefined): Outline | undefined {
  if (graph === undefined) return undefined;
  const { future } = graph;
  const who = 'getName' in future ? String((future.getName as () => string)()) : String(future);
  return [who, names(graph.callStack), graph.awaitedBy.map((each) => outline(each) as Outline)];
}
