/** The rows that are shown: the tree of tasks, without what is folded or does not match. */
import { momentAt, type RecordedTask, type Recording, type State, stateAt } from './recording.ts';

export interface Row {
  readonly task: RecordedTask;
  /** From 1. */
  readonly level: number;
  readonly hasChildren: boolean;
  readonly isFolded: boolean;
  /** False for a task that is shown because one below it matches. */
  readonly matches: boolean;
}

/** `alive`: running or waiting. */
export type ShownState = State | 'alive';

export interface Filter {
  readonly search: string;
  /** Undefined: all. */
  readonly state: ShownState | undefined;
  readonly cursor: number;
}

function isIn(shown: ShownState, state: State): boolean {
  return shown === 'alive' ? state === 'running' || state === 'waiting' : state === shown;
}

/** The tasks that match, and those above them; undefined if all tasks match. */
function matching(
  recording: Recording,
  { search, state, cursor }: Filter,
): { readonly matched: Set<number>; readonly kept: Set<number> } | undefined {
  if (search === '' && state === undefined) return undefined;
  const text = search.toLowerCase();
  const matched = new Set<number>();
  const kept = new Set<number>();
  for (const task of recording.tasks) {
    if (text !== '' && !task.name.toLowerCase().includes(text)) continue;
    if (state !== undefined && !isIn(state, stateAt(recording, task, cursor))) continue;
    matched.add(task.id);
    let at: RecordedTask | undefined = task;
    while (at !== undefined && !kept.has(at.id)) {
      kept.add(at.id);
      at = at.by === undefined ? undefined : recording.byId.get(at.by);
    }
  }
  return { matched, kept };
}

/** Without recursion: a chain of tasks may be longer than the stack is deep. */
export function rowsOf(recording: Recording, filter: Filter, folded: ReadonlySet<number>): Row[] {
  const { children } = recording;
  const found = matching(recording, filter);
  const mayFold = found === undefined || (filter.search === '' && filter.state === 'alive');
  const rows: Row[] = [];
  const todo: { task: RecordedTask; level: number }[] = [];
  const put = (maker: number | undefined, level: number): void => {
    const list = children.get(maker) ?? [];
    for (let at = list.length - 1; at >= 0; at--) {
      const task = list[at] as RecordedTask;
      if (found === undefined || found.kept.has(task.id)) todo.push({ task, level });
    }
  };
  put(undefined, 1);
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { task, level } = next;
    const hasChildren = children.has(task.id);
    const isFolded = folded.has(task.id) && mayFold;
    rows.push({
      task,
      level,
      hasChildren,
      isFolded,
      matches: found === undefined || found.matched.has(task.id),
    });
    if (hasChildren && !isFolded) put(task.id, level + 1);
  }
  return rows;
}

/** How many tasks are in each state at a time. */
export function countStates(recording: Recording, time: number): Record<State, number> {
  const counts = {
    unborn: 0,
    running: 0,
    waiting: 0,
    finished: 0,
    failed: 0,
    cancelled: 0,
    abandoned: 0,
  };
  for (const state of momentAt(recording, time).states) counts[state]++;
  return counts;
}
