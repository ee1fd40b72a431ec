/** The keys, in a dialog. */
import type { JSX } from 'preact';
import type { View } from './view.ts';

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'choose a task'],
  ['← →', 'fold and unfold a task'],
  ['Enter', 'go to the details'],
  ['/', 'search'],
  ['[ ]', 'move the cursor to where the chosen task changes'],
  ['+ − 0', 'zoom in, out, show all'],
  ['Shift ← →', 'move the timeline'],
  ['g', 'go to the await graph'],
  ['Space', 'of a program that runs: pause the view, go on'],
  ['n', 'to the present'],
  ['c', 'cancel the chosen task, if that is allowed'],
  ['Esc', 'back to the list'],
];

export function Help({ view }: { view: View }): JSX.Element {
  const close = (): void => {
    view.isHelpOpen = false;
    view.changed();
  };
  return (
    <dialog
      aria-labelledby="keys"
      ref={(dialog) => {
        if (dialog !== null && !dialog.open) dialog.showModal();
      }}
      onClose={close}
    >
      <h2 id="keys">Keys</h2>
      <dl>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p>
        Ctrl and the wheel zoom, Shift and the wheel move. Drag the timeline to move it; drag the
        strip above to show a part.
      </p>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
