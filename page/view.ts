/** All that the user has chosen, in one object. A change draws the page anew, once a frame at most. */
import { type Awaits, awaitsAt } from './awaits.ts';
import type { RecordedTask, Recording, State } from './recording.ts';
import { countStates, type Row, rowsOf } from './rows.ts';

export interface Hover {
  readonly x: number;
  readonly y: number;
  readonly task: RecordedTask;
  readonly time: number;
}

export class View {
  readonly recording: Recording;
  /** The times in view. */
  from = 0;
  to: number;
  /** The time whose states are shown. */
  cursor: number;
  chosen: number | undefined;
  hover: Hover | undefined;
  search = '';
  state: State | undefined;
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

  constructor(recording: Recording) {
    this.recording = recording;
    this.to = recording.length;
    this.cursor = recording.length;
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
    return this.#rows(`${this.search}/${this.state}/${at}/${this.folds}`);
  }

  #awaits = remembered(() => awaitsAt(this.recording, this.cursor));

  get awaits(): Awaits {
    return this.#awaits(`${this.cursor}`);
  }

  #counts = remembered(() => countStates(this.recording, this.cursor));

  get counts(): Readonly<Record<State, number>> {
    return this.#counts(`${this.cursor}`);
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
    this.cursor = Math.min(this.recording.length, Math.max(0, time));
    this.changed();
  }

  /** Shows the times from `from` to `to`, within the recording. */
  setWindow(from: number, to: number): void {
    const { length } = this.recording;
    const size = Math.min(length, Math.max(to - from, length * 1e-7, 1e-4));
    this.from = Math.min(Math.max(0, from), length - size);
    this.to = this.from + size;
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
