/** Why a schedule of `explore()` failed: what happened, row by row. A row moves the cursor to its moment, and chooses its task. */
import type { JSX } from 'preact';
import type { ExplainedRow } from '../src/inspect/recorder/recording.ts';
import { chooseTask } from './task-list.tsx';
import type { View } from './view.ts';

/** Within the step that the row tells of: the task is seen running there. */
const before = 0.5;

function momentOf({ at }: ExplainedRow): number {
  return Math.max(0, at - before);
}

function goTo(view: View, row: ExplainedRow): void {
  if (row.task > 0) chooseTask(view, row.task);
  view.setCursor(momentOf(row));
}

/** The last row that the cursor has reached. */
function rowAt(rows: readonly ExplainedRow[], cursor: number): number {
  return rows.findLastIndex((row) => momentOf(row) <= cursor);
}

/** Says above all what is wrong. */
export function FailureBar({ view }: { view: View }): JSX.Element | null {
  const { explanation } = view.recording;
  if (explanation === undefined) return null;
  const first = explanation.rows.find(({ departure }) => departure);
  return (
    <div class="cycles">
      <b>Why it fails</b>
      <span class="ring" title={explanation.text}>
        {explanation.text}
      </span>
      {first !== undefined && (
        <button type="button" onClick={() => goTo(view, first)}>
          Show the first departure
        </button>
      )}
    </div>
  );
}

function Rest({ title, items }: { title: string; items: readonly string[] }): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <p>
      {title}: {items.join(', ')}
    </p>
  );
}

export function Explanation({ view }: { view: View }): JSX.Element | null {
  const { explanation } = view.recording;
  if (explanation === undefined) return null;
  const { rows, notes, advice, left, unanswered, replay } = explanation;
  const current = rowAt(rows, view.cursor);
  return (
    <section class="explanation" aria-label="What happened">
      <header>
        <h2>What happened</h2>
        <span>
          <b class="star">*</b> another thing than usual
        </span>
      </header>
      <div class="explanation-scroll">
        <ol>
          {rows.map((row, at) => (
            <li key={`${at} ${row.what}`} class={row.departure ? 'departure' : undefined}>
              <button
                type="button"
                aria-current={at === current ? 'step' : undefined}
                onClick={() => goTo(view, row)}
              >
                <span class="star">{row.departure ? '*' : ''}</span>
                <span class="ms">{row.ms} ms</span>
                <span class="who">{row.who}</span>
                <span class="what">{row.what}</span>
              </button>
            </li>
          ))}
        </ol>
        {notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
        <p>
          <b>What to do</b> {advice}
        </p>
        {replay !== undefined && (
          <p>
            <b>Again</b> <code>SKEIN_EXPLORE_REPLAY={replay}</code>
          </p>
        )}
        <Rest title="Left" items={left} />
        <Rest title="Unanswered" items={unanswered} />
      </div>
    </section>
  );
}
