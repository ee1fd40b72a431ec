/** All that the user has chosen, in one object. A change draws the page anew, once a frame at most. */
import { Awaits } from './awaits.ts';
import type { Live } from './live.ts';
import { countStates, momentAt } from './moment.ts';
import type { RecordedTask, Recording, State } from './recording.ts';
import { type Row, rowsOf, type ShownState } from './rows.ts';

export interface Hover {
  readonly x: number;
  readonly y: number;
  readonly task: RecordedTask;
  readonly time: number;
}

/** How much of the past a page of a program that runs shows at first, in ms. */
const shownMs = 10_000;

export class View {
  recording: Recording;
  /** The program, if it runs; undefined for a recording. */
  readonly live: Live | undefined;
  /** True if the cursor and the window go along with the present. */
  follows: boolean;
  /** True if the view stands still. The program goes on. */
  isPaused = false;
  /** What came of a request to cancel. */
  told: { readonly task: number; readonly text: string } | undefined;
  #size = shownMs;
  /** Counts the recordings. */
  #version = 0;
  /** The times in view. */
  from = 0;
  to: number;
  /** The time whose states are shown. */
  cursor: number;
  chosen: number | undefined;
  hover: Hover | undefined;
  search = '';
  state: ShownState | undefined;
  readonly folded = new Set<number>();
  /** Counts the changes of `folded`. */
  folds = 0;
  scrollTop = 0;
  width = 0;
  height = 0;
  isHelpOpen = false;
  theme: 'light' | 'dark' | undefined;
  /** Draws the page. */
  render: () => void = () => {};
  #isDue = false;

  constructor(recording: Recording, live?: Live) {
    this.recording = recording;
    this.live = live;
    this.follows = live !== undefined;
    if (live !== undefined) this.state = 'alive';
    this.to = recording.length;
    this.cursor = recording.length;
  }

  /** Shows what the recording has become. */
  grow(recording: Recording): void {
    this.recording = recording;
    this.#version++;
    if (this.hover !== undefined) {
      const task = recording.byId.get(this.hover.task.id);
      this.hover = task === undefined ? undefined : { ...this.hover, task };
    }
    if (this.follows) this.follow();
    else this.changed();
  }

  /** Goes to the present, and along with it. */
  follow(): void {
    const { length } = this.recording;
    this.follows = true;
    this.cursor = length;
    this.from = Math.max(0, length - this.#size);
    this.to = length;
    this.changed();
  }

  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    if (!isPaused) this.live?.heard();
    this.changed();
  }

  /** Draws the page in the next frame. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.render();
    });
  }

  #rows = remembered(() =>
    rowsOf(
      this.recording,
      { search: this.search, state: this.state, cursor: this.cursor },
      this.folded,
    ),
  );

  get rows(): readonly Row[] {
    const at = this.state === undefined ? 0 : this.cursor;
    return this.#rows(`${this.search}/${this.state}/${at}/${this.folds}/${this.#version}`);
  }

  #awaits = remembered(() => new Awaits(this.recording, this.cursor));

  get awaits(): Awaits {
    return this.#awaits(`${this.cursor}/${this.#version}`);
  }

  #counts = remembered(() => countStates(momentAt(this.recording, this.cursor)));

  get counts(): Readonly<Record<State, number>> {
    return this.#counts(`${this.cursor}/${this.#version}`);
  }

  get chosenTask(): RecordedTask | undefined {
    return this.chosen === undefined ? undefined : this.recording.byId.get(this.chosen);
  }

  /** The place of the chosen task among the rows; -1 if it is not shown. */
  get chosenRow(): number {
    return this.rows.findIndex(({ task }) => task.id === this.chosen);
  }

  setFolded(id: number, isFolded: boolean): void {
    if (isFolded) this.folded.add(id);
    else this.folded.delete(id);
    this.folds++;
    this.changed();
  }

  setCursor(time: number): void {
    const { length } = this.recording;
    this.cursor = Math.min(length, Math.max(0, time));
    this.follows = this.live !== undefined && this.cursor === length;
    this.changed();
  }

  /** Shows the times from `from` to `to`, within the recording. */
  setWindow(from: number, to: number): void {
    const { length } = this.recording;
    const size = Math.min(length, Math.max(to - from, length * 1e-7, 1e-4));
    this.from = Math.min(Math.max(0, from), length - size);
    this.to = this.from + size;
    this.#size = size;
    // Where the end of the window is the present, it stays so.
    if (this.live !== undefined) this.follows = this.to >= length;
    this.changed();
  }

  pan(share: number): void {
    const by = (this.to - this.from) * share;
    this.setWindow(this.from + by, this.to + by);
  }

  /** Zooms around a time: that stays where it is. */
  zoom(factor: number, around = this.middle): void {
    this.setWindow(around - (around - this.from) * factor, around + (this.to - around) * factor);
  }

  /** Zooming by keyboard goes around the cursor if that is in view. */
  get middle(): number {
    const { from, to, cursor } = this;
    return cursor >= from && cursor <= to ? cursor : (from + to) / 2;
  }
}

/** Computes a value anew only if its key differs from the last one. */
function remembered<T>(compute: () => T): (key: string) => T {
  let last: { key: string; value: T } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: compute() };
    return last.value;
  };
}
