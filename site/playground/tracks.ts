/** What the events of a program add up to: a track for each task and job. */
import type { Ending, TimelineEvent } from './messages.ts';

export interface Track {
  readonly id: number;
  readonly kind: 'task' | 'job';
  readonly by: number | undefined;
  readonly from: number;
  name: string;
  to: number | undefined;
  ending: Ending | undefined;
  error: string;
  readonly steps: { readonly from: number; readonly to: number }[];
  readonly waits: { readonly from: number; to: number | undefined; readonly on: string }[];
  readonly cancels: {
    readonly at: number;
    readonly by: number | undefined;
    readonly reason: string;
  }[];
}

export class Tracks {
  readonly all: Track[] = [];
  /** The time of the last event. */
  now = 0;
  readonly #byId = new Map<number, Track>();

  static of(events: readonly TimelineEvent[]): Tracks {
    const tracks = new Tracks();
    for (const event of events) tracks.add(event);
    return tracks;
  }

  get(id: number | undefined): Track | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  add(event: TimelineEvent): void {
    this.now = Math.max(this.now, event.at);
    if (event.type === 'made') {
      const { id, kind, by, name, at } = event;
      const track: Track = {
        id,
        kind,
        by,
        from: at,
        name,
        to: undefined,
        ending: undefined,
        error: '',
        steps: [],
        waits: [],
        cancels: [],
      };
      this.#byId.set(id, track);
      this.all.push(track);
      return;
    }
    const track = this.#byId.get(event.id);
    if (track === undefined) return;
    switch (event.type) {
      case 'named':
        track.name = event.name;
        return;
      case 'runs':
        endWait(track, event.at);
        this.now = Math.max(this.now, event.to);
        track.steps.push({ from: event.at, to: event.to });
        return;
      case 'waits':
        endWait(track, event.at);
        track.waits.push({ from: event.at, to: undefined, on: event.on });
        return;
      case 'cancel':
        track.cancels.push({ at: event.at, by: event.by, reason: event.reason });
        return;
      case 'ended':
        endWait(track, event.at);
        track.to = event.at;
        track.ending = event.how;
        track.error = event.error;
    }
  }
}

function endWait(track: Track, at: number): void {
  const wait = track.waits.at(-1);
  if (wait !== undefined) wait.to ??= at;
}

/** A track in words, for a table. */
export function wordsOf(track: Track): string {
  if (track.ending === 'failed') return `failed${track.error === '' ? '' : `: ${track.error}`}`;
  if (track.ending !== undefined) return track.ending;
  const wait = track.waits.at(-1);
  return wait !== undefined && wait.to === undefined ? `waits for ${wait.on}` : 'runs';
}
