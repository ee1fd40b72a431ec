/** Tells all that is known of the chosen task, at the cursor. */
import type { ComponentChildren, JSX } from 'preact';
import { cycleText } from './awaits.ts';
import { CancelForm } from './live-controls.tsx';
import { holdersAt, isPending, type RecordedTask, stateAt, timeText, waitAt } from './recording.ts';
import { chooseTask, stateMarks } from './task-list.tsx';
import type { View } from './view.ts';

const words = {
  unborn: 'is made later',
  running: 'running',
  waiting: 'waiting',
  finished: 'finished',
  failed: 'failed',
  cancelled: 'cancelled',
  abandoned: 'its loop was closed before it ended',
} as const;

function Item({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function TaskLink({ view, id }: { view: View; id: number }): JSX.Element {
  const task = view.recording.byId.get(id);
  if (task === undefined) return <span>task {id}</span>;
  return (
    <button type="button" class="link" onClick={() => chooseTask(view, id)}>
      {task.name}
    </button>
  );
}

/** Times and counts of the spans up to the cursor. */
function sumUp({ recording, cursor }: View, task: RecordedTask) {
  const { begin, end, kind } = recording.spans;
  let running = 0;
  let steps = 0;
  let longest = 0;
  for (let at = task.first; at < task.last && (begin[at] as number) <= cursor; at++) {
    if (kind[at] !== 0) continue;
    const took = Math.min(cursor, end[at] as number) - (begin[at] as number);
    running += took;
    steps++;
    longest = Math.max(longest, took);
  }
  return { running, steps, longest };
}

function Waits({ view, task }: { view: View; task: RecordedTask }): JSX.Element | null {
  const wait = waitAt(view.recording, task, view.cursor);
  if (wait === undefined) return null;
  const isOwn = wait.of !== undefined && wait.of < 0;
  const tasks = wait.tasks.filter(
    (id) => !isOwn || isPending(view.recording.byId.get(id), view.cursor),
  );
  const holders = holdersAt(view.recording, wait, view.cursor);
  return (
    <>
      <Item name="Waits for">
        {isOwn || tasks.length === 0 ? wait.text : ''}
        {tasks.slice(0, 8).map((id) => (
          <>
            {' '}
            <TaskLink key={id} view={view} id={id} />
          </>
        ))}
        {tasks.length > 8 && ` and ${tasks.length - 8} more`}
      </Item>
      {holders.length > 0 && (
        <Item name="Held by">
          {holders.slice(0, 8).map((id) => (
            <>
              <TaskLink key={id} view={view} id={id} />{' '}
            </>
          ))}
        </Item>
      )}
    </>
  );
}

export function Details({ view }: { view: View }): JSX.Element {
  const task = view.chosenTask;
  if (task === undefined) {
    return (
      <section id="details" class="details empty" aria-label="Details" tabIndex={-1}>
        <p>Choose a task in the list or in the timeline: here is what it does at the cursor.</p>
        <p>
          <kbd>↑</kbd> <kbd>↓</kbd> choose, <kbd>/</kbd> search, <kbd>?</kbd> all keys.
        </p>
      </section>
    );
  }
  const { recording, cursor, awaits } = view;
  const state = stateAt(recording, task, cursor);
  const { running, steps, longest } = sumUp(view, task);
  const cycle = awaits.cycles.find((each) => each.includes(task.place));
  const age = Math.min(cursor, task.end ?? cursor) - task.begin;
  const requests = task.requests.filter(({ at }) => at <= cursor);
  return (
    <section id="details" class="details" aria-label="Details" tabIndex={-1}>
      <h2>{task.name}</h2>
      <p class={`state ${state}`}>
        <span aria-hidden="true">{stateMarks[state]}</span> {words[state]}
      </p>
      {cycle !== undefined && <p class="alarm">⟲ {cycleText(awaits, cycle)}</p>}
      <dl>
        {state === 'waiting' && <Waits view={view} task={task} />}
        <Item name="Made by">
          {task.by === undefined ? 'no task' : <TaskLink view={view} id={task.by} />}
        </Item>
        <Item name="Made at">{timeText(task.begin)}</Item>
        {age >= 0 && <Item name="Age">{timeText(age)}</Item>}
        {age >= 0 && (
          <Item name="Running">
            {timeText(running)} in {steps} {steps === 1 ? 'step' : 'steps'}
          </Item>
        )}
        {steps > 0 && <Item name="Longest step">{timeText(longest)}</Item>}
        {requests.map(({ at, reason, by }) => (
          <Item key={at} name="Cancel asked">
            at {timeText(at)}
            {by !== undefined && (
              <>
                {' by '}
                <TaskLink view={view} id={by} />
              </>
            )}
            {reason !== '' && `: ${reason}`}
          </Item>
        ))}
        {task.reports.map((text) => (
          <Item key={text} name="Reported">
            {text}
          </Item>
        ))}
      </dl>
      <div class="foot">
        {task.end === undefined && <CancelForm key={task.id} view={view} id={task.id} />}
        <p role="status" class="told">
          {view.told?.task === task.id && view.told.text}
        </p>
      </div>
    </section>
  );
}
