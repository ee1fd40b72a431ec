/** The await graph of the chosen task: tasks, the things at which they wait, and the tasks that hold these. */
import type { JSX } from 'preact';
import type { Key } from './awaits.ts';
import { stateAt } from './recording.ts';
import { type AwaitEdge, type AwaitGraph, type AwaitNode, graphOf } from './task-graph.ts';
import { chooseTask, stateMarks } from './task-list.tsx';
import type { View } from './view.ts';

const node = { width: 150, height: 34, gapX: 62, gapY: 14, margin: 44 } as const;

interface Placed extends AwaitNode {
  readonly x: number;
  readonly y: number;
}

/** Places nodes in columns: each column is centred. */
function place(nodes: AwaitGraph['nodes']): Map<Key, Placed> {
  const columns = new Map<number, AwaitNode[]>();
  for (const each of nodes) columns.set(each.column, [...(columns.get(each.column) ?? []), each]);
  const first = Math.min(...columns.keys());
  const most = Math.max(...[...columns.values()].map((list) => list.length));
  const placed = new Map<Key, Placed>();
  for (const [column, list] of columns) {
    const top = ((most - list.length) * (node.height + node.gapY)) / 2;
    list.forEach((each, at) => {
      placed.set(each.key, {
        ...each,
        x: node.margin + (column - first) * (node.width + node.gapX),
        y: node.margin + top + at * (node.height + node.gapY),
      });
    });
  }
  return placed;
}

/** An edge to the right is a curve; one back to the left goes below all nodes. */
function pathOf(from: Placed, to: Placed, bottom: number): string {
  const y1 = from.y + node.height / 2;
  const y2 = to.y + node.height / 2;
  const x1 = from.x + node.width;
  if (to.x > from.x) {
    const bend = (to.x - x1) / 2;
    return `M${x1},${y1} C${x1 + bend},${y1} ${to.x - bend},${y2} ${to.x - 7},${y2}`;
  }
  const x2 = to.x - 7;
  return `M${x1},${y1} C${x1 + 34},${y1} ${x1 + 34},${bottom} ${x1 - 10},${bottom} L${x2 + 8},${bottom} C${x2 - 32},${bottom} ${x2 - 32},${y2} ${x2},${y2}`;
}

function Edge({ edge, path }: { edge: AwaitEdge; path: string }): JSX.Element {
  const kind = `${edge.kind}${edge.inCycle ? ' cycle' : ''}`;
  return <path class={kind} d={path} marker-end={`url(#arrow${edge.inCycle ? '-cycle' : ''})`} />;
}

function Arrow({ id }: { id: string }): JSX.Element {
  return (
    <marker
      id={id}
      viewBox="0 0 8 8"
      refX="1"
      refY="4"
      markerWidth="7"
      markerHeight="7"
      orient="auto"
    >
      <path d="M0,0 L8,4 L0,8 z" />
    </marker>
  );
}

function Node({ view, at }: { view: View; at: Placed }): JSX.Element {
  const style = { left: `${at.x}px`, top: `${at.y}px` };
  const mark = at.inCycle ? ' cycle' : '';
  const { task } = at;
  if (task === undefined) {
    return (
      <span class={`node thing${mark}`} style={style} title={at.text}>
        {at.text}
      </span>
    );
  }
  const state = stateAt(view.recording, task, view.cursor);
  return (
    <button
      type="button"
      class={`node ${state}${mark}${task.id === view.chosen ? ' chosen' : ''}`}
      style={style}
      title={task.name}
      onClick={() => chooseTask(view, task.id)}
    >
      <span class="mark" aria-hidden="true">
        {stateMarks[state]}
      </span>
      {at.text}
    </button>
  );
}

function Graph({ view, graph }: { view: View; graph: AwaitGraph }): JSX.Element {
  const placed = place(graph.nodes);
  const all = [...placed.values()];
  const isBack = (edge: AwaitEdge): boolean =>
    (placed.get(edge.to) as Placed).x <= (placed.get(edge.from) as Placed).x;
  const deepest = Math.max(...all.map(({ y }) => y)) + node.height;
  const bottom = deepest + (graph.edges.some(isBack) ? 20 : 0);
  const width = Math.max(...all.map(({ x }) => x)) + node.width + node.margin + 24;
  const style = { width: `${width}px`, height: `${bottom + 12}px` };
  return (
    <div class="graph" style={style}>
      <svg aria-hidden="true" style={style}>
        <defs>
          <Arrow id="arrow" />
          <Arrow id="arrow-cycle" />
        </defs>
        {graph.edges.map((edge) => (
          <Edge
            key={`${edge.from} ${edge.to}`}
            edge={edge}
            path={pathOf(placed.get(edge.from) as Placed, placed.get(edge.to) as Placed, bottom)}
          />
        ))}
      </svg>
      {all.map((each) => (
        <Node key={each.key} view={view} at={each} />
      ))}
    </div>
  );
}

export function AwaitGraphPanel({ view }: { view: View }): JSX.Element {
  const task = view.chosenTask;
  const graph = task === undefined ? undefined : graphOf(view.awaits, task);
  return (
    <section id="graph" class="graph-panel" aria-label="Who waits for whom">
      <header>
        <h2>Who waits for whom</h2>
        <span class="key">
          <svg width="30" height="8" aria-hidden="true">
            <path class="waits" d="M0,4 H28" />
          </svg>
          waits for
        </span>
        <span class="key">
          <svg width="30" height="8" aria-hidden="true">
            <path class="held" d="M0,4 H28" />
          </svg>
          held by
        </span>
        {graph !== undefined && graph.more > 0 && <span>{graph.more} more are not drawn</span>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that it has to be reached by keyboard. */}
      <div class="graph-scroll" tabIndex={0} role="group" aria-label="Await graph">
        {graph === undefined ? (
          <p class="hint">Choose a task: here is what it waits for, and what waits for it.</p>
        ) : graph.edges.length === 0 ? (
          <p class="hint">
            At this time {task?.name} waits for no other task, and none waits for it.
          </p>
        ) : (
          <Graph view={view} graph={graph} />
        )}
      </div>
    </section>
  );
}
