/** The row of buttons of a program. */
import { h, type VNode } from 'vue';
import type { Mode, Session } from './session.ts';

const modes: Record<Mode, string> = {
  real: 'real time',
  slow: 'slow motion',
  virtual: 'virtual time',
  step: 'step by step',
};

export function buttons(session: Session, more: readonly (VNode | undefined)[] = []): VNode {
  const { isRunning, mode, run, stop } = session;
  return h('div', { class: 'buttons' }, [
    isRunning.value
      ? h('button', { type: 'button', class: 'run', onClick: stop }, 'Stop')
      : h('button', { type: 'button', class: 'run', onClick: run }, 'Run'),
    h(
      'select',
      {
        'aria-label': 'How time goes',
        disabled: isRunning.value,
        value: mode.value,
        onChange: (event: Event) => {
          mode.value = (event.target as HTMLSelectElement).value as Mode;
        },
      },
      Object.entries(modes).map(([value, text]) => h('option', { value }, text)),
    ),
    ...more,
  ]);
}

export function button(text: string | (VNode | string)[], onClick: () => void): VNode {
  return h('button', { type: 'button', onClick }, text);
}
