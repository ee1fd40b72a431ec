/** The whole page. */
import type { JSX } from 'preact';
import { AwaitGraphPanel } from './await-graph.tsx';
import { cycleText } from './awaits.ts';
import { Details } from './details.tsx';
import { Explanation, FailureBar } from './explanation.tsx';
import { Help } from './help.tsx';
import { LiveControls } from './live-controls.tsx';
import { type State, spanAt, spanKinds, timeText } from './recording.ts';
import type { ShownState } from './rows.ts';
import { chooseTask, stateMarks, TaskList } from './task-list.tsx';
import { rowHeight } from './timeline.ts';
import type { View } from './view.ts';

const number = new Intl.NumberFormat('en-US');

/** Only of a program that runs: there most tasks may be done. */
const alive = ['alive'] as const;
const shownStates: readonly State[] = ['running', 'waiting', 'finished', 'failed', 'cancelled'];

const kindWords: Readonly<Record<(typeof spanKinds)[number], string>> = {
  running: 'running',
  ready: 'ready',
  timer: 'timer',
  lock: 'lock',
  queue: 'queue, event',
  task: 'task',
  job: 'in an executor',
  outside: 'outside, future',
  async: 'async: runs, or awaits a promise',
};

function countOf({ counts, recording }: View, state: ShownState | undefined): number {
  if (state === undefined) return recording.tasks.length;
  return state === 'alive' ? counts.running + counts.waiting : counts[state];
}

function StateFilter({ view, state }: { view: View; state: ShownState | undefined }): JSX.Element {
  const count = countOf(view, state);
  const choose = (): void => {
    view.state = state;
    view.changed();
  };
  return (
    <button
      type="button"
      class={`chip ${state ?? 'all'}`}
      aria-pressed={view.state === state}
      onClick={choose}
    >
      {state !== undefined && state !== 'alive' && (
        <span class="mark" aria-hidden="true">
          {stateMarks[state]}
        </span>
      )}
      {state ?? 'all'} <b>{number.format(count)}</b>
    </button>
  );
}

function Header({ view }: { view: View }): JSX.Element {
  const { recording } = view;
  const isDark = view.theme === 'dark';
  return (
    <header class="top">
      <h1>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M3 7c6 0 6 10 12 10 3 0 5-2 6-5M3 12c5 0 7-5 12-5 3 0 5 2 6 5M3 17c3 0 4.5-2 6-4" />
        </svg>
        skein
      </h1>
      <span class="title" title={recording.title}>
        {recording.title}
      </span>
      <span class="facts">
        {timeText(recording.length)} · {number.format(recording.tasks.length)} tasks
        {recording.lost > 0 && (
          <span class="lost" role="status">
            {' '}
            · {number.format(recording.lost)} events lost
          </span>
        )}
      </span>
      <fieldset class="chips">
        <legend class="unseen">States at the cursor</legend>
        {[undefined, ...(view.live === undefined ? [] : alive), ...shownStates].map((state) => (
          <StateFilter key={state ?? 'all'} view={view} state={state} />
        ))}
      </fieldset>
      <input
        id="search"
        type="search"
        placeholder="Search  /"
        aria-label="Search tasks by name"
        value={view.search}
        onInput={(event) => {
          view.search = event.currentTarget.value;
          view.changed();
        }}
      />
      <button
        type="button"
        class="icon"
        aria-label={isDark ? 'Light colours' : 'Dark colours'}
        onClick={() => {
          view.theme = isDark ? 'light' : 'dark';
          view.changed();
        }}
      >
        ◐
      </button>
      <button
        type="button"
        class="icon"
        aria-label="Keys"
        onClick={() => {
          view.isHelpOpen = true;
          view.changed();
        }}
      >
        ?
      </button>
    </header>
  );
}

/** Tells of tasks that wait for each other at the cursor. */
function Cycles({ view }: { view: View }): JSX.Element {
  const { awaits } = view;
  const [cycle] = awaits.cycles;
  const first = cycle?.map((key) => awaits.taskOf(key)).find((task) => task !== undefined);
  const others = awaits.cycles.length - 1;
  return (
    <div role="status" class={cycle === undefined ? 'unseen' : 'cycles'}>
      {cycle !== undefined && first !== undefined && (
        <>
          <b>These wait for each other</b>
          <span class="ring">{cycleText(awaits, cycle)}</span>
          {others > 0 && <span>and {others} more</span>}
          <button type="button" onClick={() => chooseTask(view, first.id)}>
            Show
          </button>
        </>
      )}
    </div>
  );
}

function Scrubber({ view }: { view: View }): JSX.Element {
  const { recording, cursor } = view;
  return (
    <div class="scrubber">
      <div class="clock">
        <output for="cursor">{timeText(cursor)}</output>
        <span>of {timeText(recording.length)}</span>
      </div>
      <div class="strip">
        <canvas
          id="overview"
          role="img"
          aria-label="How many tasks are alive, over the whole recording"
        />
        <input
          id="cursor"
          type="range"
          min={0}
          max={recording.length}
          step={recording.length / 500}
          value={cursor}
          aria-label="Time of the cursor"
          aria-valuetext={timeText(cursor)}
          onInput={(event) => view.setCursor(event.currentTarget.valueAsNumber)}
        />
      </div>
      {view.live !== undefined && <LiveControls view={view} live={view.live} />}
    </div>
  );
}

/** Tells what the task under the pointer does there. */
function Tip({ view }: { view: View }): JSX.Element | null {
  const { hover, recording } = view;
  if (hover === undefined) return null;
  const at = spanAt(recording, hover.task, hover.time);
  if (at < 0) return null;
  const { begin, end, kind, wait } = recording.spans;
  const kindName = spanKinds[kind[at] as number] as (typeof spanKinds)[number];
  const what = recording.waits[(wait[at] as number) - 1]?.text ?? kindWords[kindName];
  const isRight = hover.x > view.width - 260;
  return (
    <div
      class="tip"
      aria-hidden="true"
      style={{
        transform: `translate(${hover.x + (isRight ? -14 : 14)}px, ${hover.y + 14}px) translateX(${isRight ? -100 : 0}%)`,
      }}
    >
      <b>{hover.task.name}</b>
      <span class={`swatch ${kindName}`} /> {what}
      <i>{timeText((end[at] as number) - (begin[at] as number))}</i>
    </div>
  );
}

export function App({ view }: { view: View }): JSX.Element {
  const { rows } = view;
  return (
    <div class="page">
      <Header view={view} />
      <FailureBar view={view} />
      <Cycles view={view} />
      <Scrubber view={view} />
      <main>
        <div id="scroller" class="scroller">
          <div class="stage">
            <TaskList view={view} />
            <div class="plot">
              <canvas
                id="timeline"
                role="img"
                aria-label="Timeline: what each task does, over time. The list beside it tells the state of each task at the cursor."
              />
              <Tip view={view} />
            </div>
          </div>
          <div class="space" style={{ height: `${Math.max(0, rows.length * rowHeight)}px` }} />
        </div>
        <Details view={view} />
      </main>
      <div class="legend">
        {spanKinds.map((kind) => (
          <span key={kind}>
            <span class={`swatch ${kind}`} aria-hidden="true" /> {kindWords[kind]}
          </span>
        ))}
      </div>
      <div class="lower">
        <Explanation view={view} />
        <AwaitGraphPanel view={view} />
      </div>
      {view.isHelpOpen && <Help view={view} />}
    </div>
  );
}
