/** The tree of tasks beside the timeline. Only the rows in view are in the document. */
import type { JSX } from 'preact';
import { type State, stateAt, waitAt } from './recording.ts';
import type { Row } from './rows.ts';
import { axisHeight, rowHeight } from './timeline.ts';
import type { View } from './view.ts';

export const stateMarks: Readonly<Record<State, string>> = {
  unborn: '·',
  running: '●',
  waiting: '◌',
  finished: '✓',
  failed: '✗',
  cancelled: '⊘',
  abandoned: '⟂',
};

/** Steps into the tree are not drawn deeper than this: the name has to be seen. */
const deepest = 12;

function waitText(view: View, row: Row, state: State): string {
  if (state !== 'waiting') return state === 'unborn' ? 'not made yet' : state;
  return waitAt(view.recording, row.task, view.cursor)?.text ?? 'waiting';
}

function TaskRow({ view, row, at }: { view: View; row: Row; at: number }): JSX.Element {
  const { task, level, hasChildren, isFolded, matches } = row;
  const state = stateAt(view.recording, task, view.cursor);
  const isChosen = task.id === view.chosen;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row.
    <div
      role="row"
      id={`row-${task.id}`}
      class={`row ${state}${matches ? '' : ' above'}${view.hover?.task === task ? ' hovered' : ''}`}
      aria-level={level}
      aria-rowindex={at + 1}
      aria-selected={isChosen}
      aria-expanded={hasChildren ? !isFolded : undefined}
      data-id={task.id}
    >
      {/* biome-ignore lint/a11y/useFocusableInteractive: as for the row. */}
      <span
        role="gridcell"
        class="name"
        style={{ paddingLeft: `${Math.min(level, deepest) * 14}px` }}
      >
        <span class={`fold${hasChildren ? '' : ' leaf'}`} data-fold aria-hidden="true">
          {hasChildren ? (isFolded ? '▸' : '▾') : ''}
        </span>
        <span class="mark" aria-hidden="true">
          {stateMarks[state]}
        </span>
        <span class="text" title={task.name}>
          {task.name}
        </span>
      </span>
      {/* biome-ignore lint/a11y/useFocusableInteractive: as for the row. */}
      <span role="gridcell" class="wait">
        {waitText(view, row, state)}
      </span>
    </div>
  );
}

export function TaskList({ view }: { view: View }): JSX.Element {
  const { rows, scrollTop, height } = view;
  const first = Math.floor(scrollTop / rowHeight);
  const last = Math.min(rows.length, Math.ceil((scrollTop + height - axisHeight) / rowHeight));
  const shown = rows.slice(first, last);
  const isShown = shown.some(({ task }) => task.id === view.chosen);
  return (
    <div class="tree">
      <div class="tree-head" aria-hidden="true">
        <span>Task</span>
        <span>Waits for</span>
      </div>
      <div
        id="tasks"
        role="treegrid"
        aria-label="Tasks"
        aria-rowcount={rows.length}
        aria-activedescendant={isShown ? `row-${view.chosen}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => onKey(view, event)}
        onClick={(event) => onClick(view, event)}
      >
        <div
          role="rowgroup"
          style={{ transform: `translateY(${first * rowHeight - scrollTop}px)` }}
        >
          {shown.map((row, at) => (
            <TaskRow key={row.task.id} view={view} row={row} at={first + at} />
          ))}
        </div>
      </div>
      {rows.length === 0 && <p class="nothing">No task matches.</p>}
    </div>
  );
}

function onClick(view: View, event: MouseEvent): void {
  const target = event.target as Element;
  const id = Number(target.closest<HTMLElement>('[data-id]')?.dataset['id']);
  if (Number.isNaN(id)) return;
  view.chosen = id;
  if (target.closest('[data-fold]') !== null && view.recording.children.has(id)) {
    view.setFolded(id, !view.folded.has(id));
  }
  view.changed();
}

/** Chooses a row, and scrolls it into view. */
function choose(view: View, at: number): void {
  const row = view.rows[Math.min(view.rows.length - 1, Math.max(0, at))];
  if (row === undefined) return;
  view.chosen = row.task.id;
  reveal(view);
  view.changed();
}

function reveal(view: View): void {
  const at = view.chosenRow;
  const scroller = document.getElementById('scroller');
  if (at < 0 || scroller === null) return;
  const room = view.height - axisHeight - rowHeight;
  const top = at * rowHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top > scroller.scrollTop + room) scroller.scrollTop = top - room;
}

/** Chooses a task that may be hidden by the filters or in a folded one. */
export function chooseTask(view: View, id: number): void {
  view.chosen = id;
  if (view.chosenRow < 0) {
    let by = view.recording.byId.get(id)?.by;
    while (by !== undefined) {
      view.folded.delete(by);
      by = view.recording.byId.get(by)?.by;
    }
    view.folds++;
  }
  if (view.chosenRow < 0) {
    view.search = '';
    view.state = undefined;
  }
  view.render();
  reveal(view);
  view.changed();
}

function onKey(view: View, event: KeyboardEvent): void {
  if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = view.chosenRow;
  const page = Math.max(1, Math.floor((view.height - axisHeight) / rowHeight) - 1);
  const row = view.rows[at];
  const moves: Record<string, () => void> = {
    ArrowDown: () => choose(view, at + 1),
    ArrowUp: () => choose(view, at - 1),
    PageDown: () => choose(view, at + page),
    PageUp: () => choose(view, at - page),
    Home: () => choose(view, 0),
    End: () => choose(view, view.rows.length - 1),
    ArrowRight: () => {
      if (row?.isFolded) view.setFolded(row.task.id, false);
      else if (row?.hasChildren) choose(view, at + 1);
    },
    ArrowLeft: () => {
      if (row?.hasChildren && !row.isFolded) view.setFolded(row.task.id, true);
      else if (row?.task.by !== undefined) {
        choose(
          view,
          view.rows.findIndex(({ task }) => task.id === row.task.by),
        );
      }
    },
    Enter: () => document.getElementById('details')?.focus(),
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  move();
}
