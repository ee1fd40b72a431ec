/** What a page of a program that runs has, and one of a recording has not. */
import type { JSX } from 'preact';
import type { Live } from './live.ts';
import { save } from './save.ts';
import type { View } from './view.ts';

const words = {
  live: 'live',
  lost: 'not connected',
  refused: 'cannot be looked at',
  ended: 'the program has ended',
} as const;

export function LiveControls({ view, live }: { view: View; live: Live }): JSX.Element {
  const { isPaused, follows } = view;
  const state = isPaused && live.state === 'live' ? 'paused' : live.state;
  const store = (): void => {
    const recording = live.store.recording();
    if (recording !== undefined) void save(recording);
  };
  return (
    <div class="live-controls">
      <span
        role="status"
        class={`pulse ${state}`}
        title={live.state === 'live' ? undefined : live.why}
      >
        <span aria-hidden="true" /> {state === 'paused' ? 'paused' : words[live.state]}
      </span>
      {live.state === 'live' && (
        <button
          type="button"
          aria-pressed={isPaused}
          title="Space: pauses the view, not the program"
          onClick={() => view.pause(!isPaused)}
        >
          {isPaused ? 'Go on' : 'Pause'}
        </button>
      )}
      <button
        type="button"
        disabled={follows}
        title="n: to the present"
        onClick={() => view.follow()}
      >
        ↦ Now
      </button>
      <button type="button" title="As a file for skein open" onClick={store}>
        Save
      </button>
    </div>
  );
}

/** Cancels the chosen task, if the server was opened with permission for it. */
export function CancelForm({ view, id }: { view: View; id: number }): JSX.Element | null {
  const { live } = view;
  if (live === undefined) return null;
  if (!live.mayCancel || live.state !== 'live') return null;
  const submit = (event: Event): void => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget as HTMLFormElement).get('reason');
    void live.cancel(id, String(reason)).then((text) => {
      view.told = { task: id, text };
      view.changed();
    });
  };
  return (
    <form class="cancel" onSubmit={submit}>
      <label for="reason">Reason</label>
      <input id="reason" name="reason" maxLength={300} defaultValue="cancelled from the page" />
      <button type="submit">Cancel this task</button>
    </form>
  );
}
