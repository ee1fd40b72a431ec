/** One place where programs are run: what it shows, and what its buttons do. The playground and each example have one. */
import { withBase } from 'vitepress';
import { type ComputedRef, computed, onBeforeUnmount, type Ref, ref, shallowRef } from 'vue';
import type { OutputLine, Pace, TimelineEvent } from '../../playground/messages.ts';
import { Run, type RunState } from '../../playground/runner.ts';
import { Tracks } from '../../playground/tracks.ts';

export type Mode = Pace | 'step';

export interface Session {
  readonly code: Ref<string>;
  readonly mode: Ref<Mode>;
  readonly state: Ref<RunState | 'idle'>;
  readonly isRunning: ComputedRef<boolean>;
  /** How many events there are, and how many of them are shown. */
  readonly count: Ref<number>;
  readonly shown: Ref<number>;
  readonly lines: ComputedRef<OutputLine[]>;
  readonly leftOut: Ref<number>;
  readonly tracks: ComputedRef<Tracks>;
  readonly now: ComputedRef<number>;
  run(): void;
  stop(): void;
  show(count: number): void;
}

export function useSession(first: string): Session {
  const code = ref(first);
  const mode = ref<Mode>('real');
  const state = ref<RunState | 'idle'>('idle');
  const allLines = shallowRef<readonly OutputLine[]>([]);
  const leftOut = ref(0);
  const shown = ref(0);
  const count = ref(0);
  const latest = ref(0);
  let events: TimelineEvent[] = [];
  let live = new Tracks();
  let current: Run | undefined;
  /** In "step by step" the reader moves on; in all other modes the latest is shown. */
  let follows = true;

  const isRunning = computed(() => ['starting', 'running', 'busy'].includes(state.value));
  const isAtEnd = computed(() => shown.value >= count.value);
  const tracks = computed(() => {
    // Read, so that the picture is drawn anew with each batch.
    void latest.value;
    return isAtEnd.value ? live : Tracks.of(events.slice(0, shown.value));
  });
  const now = computed(() => (isAtEnd.value ? latest.value : tracks.value.now));
  const lines = computed(() =>
    isAtEnd.value
      ? [...allLines.value]
      : allLines.value.filter(({ after }) => after <= shown.value),
  );

  function run(): void {
    current?.stop();
    events = [];
    live = new Tracks();
    allLines.value = [];
    leftOut.value = count.value = shown.value = latest.value = 0;
    follows = mode.value !== 'step';
    current = new Run({
      lines: (more, left) => {
        allLines.value = [...allLines.value, ...more];
        leftOut.value = left;
      },
      events: (more, at) => {
        for (const event of more) live.add(event);
        events.push(...more);
        count.value = events.length;
        if (follows) shown.value = events.length;
        latest.value = Math.max(at, live.now);
      },
      state: (next) => {
        state.value = next;
        if (isRunning.value) return;
        latest.value = live.now;
        if (!follows) shown.value = Math.min(1, events.length);
      },
    });
    void current.start(code.value, mode.value === 'step' ? 'virtual' : mode.value, withBase('/'));
  }

  onBeforeUnmount(() => current?.stop());
  return {
    code,
    mode,
    state,
    isRunning,
    count,
    shown,
    lines,
    leftOut,
    tracks,
    now,
    run,
    stop: () => current?.stop(),
    show: (next) => {
      shown.value = Math.max(0, Math.min(next, count.value));
    },
  };
}
