/**
 * Draws the tracks of a program: time from left to right, a row for each task. A thin line: the task waits. A block: it runs. An arrow: a
 * request to cancel.
 */
import { type Track, type Tracks, wordsOf } from './tracks.ts';

const rowHeight = 34;
const axisHeight = 26;
const mostRows = 120;
const marks = { done: '✓', failed: '✗', cancelled: '⊘' } as const;
/** About the width of a character of the names, in pixels. */
const letterWidth = 7.2;

interface Scale {
  readonly left: number;
  readonly right: number;
  readonly end: number;
  x(at: number): number;
}

/** @returns the text of an SVG, `width` pixels wide */
export function drawTimeline(tracks: Tracks, now: number, width: number): string {
  const rows = tracks.all.slice(0, mostRows);
  const scale = scaleOf(rows, Math.max(now, tracks.now, 1), width);
  const height = axisHeight + rows.length * rowHeight + 6;
  const places = new Map(
    rows.map((track, index) => [track.id, axisHeight + index * rowHeight + 14]),
  );
  const more = tracks.all.length - rows.length;
  const body = [
    ...axis(scale, height),
    ...rows.map((track) => strand(track, scale, places)),
    ...rows.map((track) => row(track, scale, places.get(track.id) as number, now)),
    ...rows.map((track) => requests(track, scale, places)),
  ].join('');
  const label = `A timeline of ${tracks.all.length} tasks over ${Math.round(scale.end)} milliseconds. The table below has the same in words.`;
  const rest = more > 0 ? `<p class="more">and ${more} more</p>` : '';
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">${arrowHead}${body}</svg>${rest}`;
}

const arrowHead =
  '<defs><marker id="play-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="arrow-head" d="M0 0 L8 4 L0 8 z"/></marker></defs>';

function scaleOf(rows: readonly Track[], end: number, width: number): Scale {
  const longest = Math.max(4, ...rows.map(({ name }) => name.length));
  const left = Math.min(width * 0.3, longest * letterWidth + 18, 170);
  const right = width - 92;
  return { left, right, end, x: (at) => left + (at / end) * (right - left) };
}

function axis({ left, right, end, x }: Scale, height: number): string[] {
  const step = niceStep(end, Math.max(2, Math.floor((right - left) / 90)));
  const lines: string[] = [];
  for (let at = 0; at <= end; at += step) {
    const place = x(at).toFixed(1);
    lines.push(
      `<line class="grid" x1="${place}" x2="${place}" y1="16" y2="${height}"/>`,
      `<text class="tick" x="${place}" y="11" text-anchor="middle">${timeText(at)}</text>`,
    );
  }
  return lines;
}

function niceStep(end: number, most: number): number {
  const rough = end / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  return (
    [1, 2, 2.5, 5, 10].map((times) => times * power).find((step) => step >= rough) ?? 10 * power
  );
}

function timeText(ms: number): string {
  if (ms >= 120_000) return `${round(ms / 60_000)} min`;
  return ms >= 2000 ? `${round(ms / 1000)} s` : `${round(ms)} ms`;
}

const round = (value: number): number => Number(value.toPrecision(6));

/** From the task that made this one. */
function strand(track: Track, { x }: Scale, places: ReadonlyMap<number, number>): string {
  const from = track.by === undefined ? undefined : places.get(track.by);
  const to = places.get(track.id);
  if (from === undefined || to === undefined) return '';
  const at = x(track.from);
  return `<path class="strand" d="M${at} ${from} L${at} ${to}"/>`;
}

function row(track: Track, scale: Scale, y: number, now: number): string {
  const { x } = scale;
  const to = track.to ?? Math.max(now, track.from);
  const kind = `${track.kind} ${track.ending ?? 'pending'}`;
  const mark = track.ending === undefined ? '' : marks[track.ending];
  const end = track.ending === undefined ? '…' : `${mark} ${track.error || track.ending}`;
  const steps = track.steps.map(({ from, to: until }) => {
    const width = Math.max(4, x(until) - x(from));
    return `<rect class="step" x="${x(from).toFixed(1)}" y="${y - 7}" width="${width.toFixed(1)}" height="14" rx="3"/>`;
  });
  const waits = track.waits.map(({ from, to: until, on }) =>
    waitText(on, x(from), x(until ?? to), y),
  );
  return [
    `<g class="row ${kind}"><title>${escaped(`${track.name}: ${wordsOf(track)}`)}</title>`,
    `<text class="name" x="${scale.left - 12}" y="${y + 4}" text-anchor="end">${escaped(cut(track.name, scale.left - 14))}</text>`,
    `<line class="wait" x1="${x(track.from).toFixed(1)}" x2="${x(to).toFixed(1)}" y1="${y}" y2="${y}"/>`,
    ...steps,
    ...waits,
    `<text class="end" x="${(x(to) + 8).toFixed(1)}" y="${y + 4}">${escaped(cut(end, 90))}</text></g>`,
  ].join('');
}

function waitText(on: string, from: number, to: number, y: number): string {
  const room = to - from - 10;
  if (room < 40 || on === 'its turn') return '';
  return `<text class="waits" x="${(from + 8).toFixed(1)}" y="${y + 17}">${escaped(cut(on, room, 6))}</text>`;
}

function requests(track: Track, { x }: Scale, places: ReadonlyMap<number, number>): string {
  const to = places.get(track.id);
  if (to === undefined) return '';
  return track.cancels
    .map(({ at, by, reason }) => {
      const from = by === undefined ? undefined : places.get(by);
      const start = from === undefined || from === to ? to - 14 : from + (from < to ? 8 : -8);
      const end = from !== undefined && from > to ? to + 9 : to - 9;
      const said = `cancelled${reason === '' ? '' : `: ${reason}`}`;
      return `<g class="request"><title>${escaped(said)}</title><path d="M${x(at).toFixed(1)} ${start} V${end}" marker-end="url(#play-arrow)"/></g>`;
    })
    .join('');
}

function cut(text: string, pixels: number, letter = letterWidth): string {
  const most = Math.max(3, Math.floor(pixels / letter));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
