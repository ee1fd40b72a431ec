/** What a run gave: the timeline, what was printed, and a table with the same for those who do not see the picture. */
import {
  defineComponent,
  h,
  onBeforeUnmount,
  onMounted,
  type PropType,
  ref,
  type VNode,
  watch,
} from 'vue';
import type { OutputLine } from '../../playground/messages.ts';
import { drawTimeline } from '../../playground/timeline.ts';
import { wordsOf } from '../../playground/tracks.ts';
import type { Session } from './session.ts';

const stateTexts = {
  idle: '',
  starting: 'starts …',
  running: 'runs …',
  busy: 'computes without a pause …',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
};

export const Outcome = defineComponent({
  props: { session: { type: Object as PropType<Session>, required: true } },
  setup({ session }) {
    const picture = ref<HTMLElement>();
    const width = ref(640);
    const watcher = typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver(measure);
    function measure(): void {
      width.value = Math.max(280, picture.value?.clientWidth ?? 640);
    }
    const whole = ref<HTMLElement>();
    onMounted(() => {
      if (picture.value) watcher?.observe(picture.value);
      if (whole.value) bringIntoView(whole.value);
    });
    watch(
      () => session.state.value === 'starting',
      (starts) => starts && whole.value && bringIntoView(whole.value),
      { flush: 'post' },
    );
    onBeforeUnmount(() => watcher?.disconnect());
    return () =>
      h('div', { class: `outcome ${session.state.value}`, ref: whole }, [
        h('p', { class: 'state', role: 'status' }, stateText(session)),
        h('div', { class: 'picture', ref: picture, innerHTML: pictureOf(session, width.value) }),
        session.tracks.value.all.length > 0 ? player(session) : undefined,
        output(session),
        session.tracks.value.all.length > 0 ? table(session) : undefined,
      ]);
  },
});

/** Under a long program the outcome is below the window. It comes up as far as half of the window, and the program stays above. */
function bringIntoView(outcome: HTMLElement): void {
  const { top } = outcome.getBoundingClientRect();
  if (top < innerHeight * 0.7) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  scrollBy({ top: top - innerHeight * 0.4, behavior: calm ? 'auto' : 'smooth' });
}

function stateText({ state, now, mode }: Session): string {
  const time = state.value === 'idle' || now.value === 0 ? '' : `, ${Math.round(now.value)} ms`;
  const clock = mode.value === 'virtual' || mode.value === 'step' ? ' of virtual time' : '';
  return `${stateTexts[state.value]}${time}${time === '' ? '' : clock}`;
}

function pictureOf({ tracks, now }: Session, width: number): string {
  return tracks.value.all.length === 0 ? '' : drawTimeline(tracks.value, now.value, width);
}

/** Moves through what happened, event by event. */
function player({ count, shown, show, isRunning }: Session): VNode {
  const at = shown.value;
  const button = (text: string, to: number, isOff: boolean): VNode =>
    h(
      'button',
      { type: 'button', disabled: isOff || isRunning.value, onClick: () => show(to) },
      text,
    );
  return h('div', { class: 'player' }, [
    button('◂ Back', at - 1, at <= 0),
    button('Next ▸', at + 1, at >= count.value),
    h('input', {
      type: 'range',
      min: 0,
      max: count.value,
      value: at,
      disabled: isRunning.value,
      'aria-label': 'How much of what happened is shown',
      onInput: (event: Event) => show(Number((event.target as HTMLInputElement).value)),
    }),
    h('span', { class: 'count' }, `${at} of ${count.value}`),
  ]);
}

function output({ lines, leftOut }: Session): VNode | undefined {
  if (lines.value.length === 0) return undefined;
  const left =
    leftOut.value > 0 ? [h('div', { class: 'note' }, `and ${leftOut.value} lines more`)] : [];
  return h('div', { class: 'output', tabindex: 0, role: 'log', 'aria-label': 'Output' }, [
    ...lines.value.map(line),
    ...left,
  ]);
}

function line({ kind, text, line: at, holds }: OutputLine): VNode {
  const place = at === undefined ? [] : [h('span', { class: 'place' }, `line ${at}`)];
  const mark = holds === undefined ? '' : holds ? ' holds' : ' differs';
  return h('div', { class: `${kind}${mark}` }, [h('span', { class: 'text' }, text), ...place]);
}

function table({ tracks }: Session): VNode {
  const cells = (...texts: string[]): VNode[] => texts.map((text) => h('td', text));
  return h('details', [
    h('summary', 'The same as a table'),
    h('table', [
      h(
        'thead',
        h(
          'tr',
          ['task', 'began', 'ended', 'how'].map((text) => h('th', { scope: 'col' }, text)),
        ),
      ),
      h(
        'tbody',
        tracks.value.all.map((track) =>
          h(
            'tr',
            cells(
              track.name,
              `${Math.round(track.from)} ms`,
              track.to === undefined ? '' : `${Math.round(track.to)} ms`,
              wordsOf(track),
            ),
          ),
        ),
      ),
    ]),
  ]);
}
