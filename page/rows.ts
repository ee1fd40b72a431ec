/** The rows that are shown: the tree of tasks, without what is folded or does not match. */
import { momentAt } from './moment.ts';
import { type RecordedTask, type Recording, type State, states } from './recording.ts';

export interface Row {
  readonly task: RecordedTask;
  /** From 1. */
  readonly level: number;
  readonly hasChildren: boolean;
  readonly isFolded: boolean;
  /** False for a task that is shown because one below it matches. */
  readonly matches: boolean;
}

const alive: readonly State[] = ['running', 'waiting'];

/** `alive`: running or waiting. */
export type ShownState = State | 'alive';

export interface Filter {
  readonly search: string;
  /** Undefined: all. */
  readonly state: ShownState | undefined;
  readonly cursor: number;
}

const above = 1;
const matched = 2;

/** By the place of each task: `matched` if it matches, `above` if only one below it does, 0 if it is not shown; undefined if all tasks match. */
function matching(recording: Recording, { search, state, cursor }: Filter): Uint8Array | undefined {
  if (search === '' && state === undefined) return undefined;
  const { tasks, byId } = recording;
  const marks = new Uint8Array(tasks.length);
  if (search === '') marks.fill(matched);
  else markNamed(recording, search.toLowerCase(), marks);
  if (state !== undefined) {
    const shown = (state === 'alive' ? alive : [state]).map((each) => states.indexOf(each));
    const moment = momentAt(recording, cursor);
    moment.states.forEach((each, place) => {
      if (!shown.includes(each)) marks[place] = 0;
    });
  }
  for (const task of tasks) {
    if (marks[task.place] !== matched) continue;
    let at = task.by === undefined ? undefined : byId.get(task.by);
    while (at !== undefined && marks[at.place] === 0) {
      marks[at.place] = above;
      at = at.by === undefined ? undefined : byId.get(at.by);
    }
  }
  return marks;
}

let lastNamed:
  | { readonly recording: Recording; readonly text: string; readonly marks: Uint8Array }
  | undefined;

/** Marks the tasks that have the text in their names. It is the same wherever the cursor is. */
function markNamed(recording: Recording, text: string, marks: Uint8Array): void {
  if (lastNamed?.recording !== recording || lastNamed.text !== text) {
    const found = recording.tasks.map(({ name }) => name.toLowerCase().includes(text));
    lastNamed = { recording, text, marks: Uint8Array.from(found, (is) => (is ? matched : 0)) };
  }
  marks.set(lastNamed.marks);
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
      if (found === undefined || found[task.place] !== 0) todo.push({ task, level });
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
      matches: found === undefined || found[task.place] === matched,
    });
    if (hasChildren && !isFolded) put(task.id, level + 1);
  }
  return rows;
}
