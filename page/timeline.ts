/**
 * Draws the timeline: one row of spans a task, for the rows and the times that are in view only. A row of a million spans is read by
 * halves: spans that share a pixel are jumped over at once.
 */
import type { Paint } from './paint.ts';
import { firstEndingAfter, type RecordedTask, type Recording, timeText } from './recording.ts';
import type { Row } from './rows.ts';

/** The height of a row, in CSS pixels. The style sheet has it too. */
export const rowHeight = 26;
/** The height of the axis above the rows. */
export const axisHeight = 28;

interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Scene extends Window {
  readonly recording: Recording;
  readonly rows: readonly Row[];
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
  readonly cursor: number;
  readonly chosen: number | undefined;
  readonly hovered: number | undefined;
}

/** The heights of the kinds, so that they differ by more than their colours. */
const heights: readonly number[] = [16, 8, 3, 6, 6, 6, 12, 3, 8];

/** How many spans of one pixel are looked at, to see whether the task runs in one of them. */
const mostLooked = 16;

export function draw(context: CanvasRenderingContext2D, scene: Scene, paint: Paint): void {
  const { width, height, rows, scrollTop } = scene;
  context.clearRect(0, 0, width, height);
  const first = Math.floor(scrollTop / rowHeight);
  const last = Math.min(rows.length, Math.ceil((scrollTop + height - axisHeight) / rowHeight));
  context.save();
  context.beginPath();
  context.rect(0, axisHeight, width, height - axisHeight);
  context.clip();
  drawBands(context, scene, paint, first, last);
  drawGrid(context, scene, paint);
  const rects: number[][] = heights.map(() => []);
  for (let at = first; at < last; at++) {
    const { task } = rows[at] as Row;
    collect(rects, scene, task, axisHeight + at * rowHeight - scrollTop + rowHeight / 2);
  }
  rects.forEach((list, kind) => {
    context.fillStyle = paint.kinds[kind] ?? paint.text;
    for (let at = 0; at < list.length; at += 4) {
      context.fillRect(
        list[at] as number,
        list[at + 1] as number,
        list[at + 2] as number,
        list[at + 3] as number,
      );
    }
  });
  for (let at = first; at < last; at++) {
    const { task } = rows[at] as Row;
    drawEnds(context, scene, paint, task, axisHeight + at * rowHeight - scrollTop + rowHeight / 2);
  }
  context.restore();
  drawAxis(context, scene, paint);
  drawCursor(context, scene, paint);
}

function xOf({ from, to, width }: Scene, time: number): number {
  return ((time - from) / (to - from)) * width;
}

function drawBands(
  context: CanvasRenderingContext2D,
  { rows, scrollTop, width, chosen, hovered }: Scene,
  paint: Paint,
  first: number,
  last: number,
): void {
  for (let at = first; at < last; at++) {
    const { id } = (rows[at] as Row).task;
    if (id !== chosen && id !== hovered) continue;
    context.fillStyle = id === chosen ? paint.chosen : paint.row;
    context.fillRect(0, axisHeight + at * rowHeight - scrollTop, width, rowHeight);
  }
}

/** Puts the rectangles of one row into the lists of their kinds. */
function collect(rects: number[][], scene: Scene, task: RecordedTask, middle: number): void {
  const { recording, from, to, width } = scene;
  const { begin, end, kind } = recording.spans;
  const perPixel = (to - from) / width;
  let at = firstEndingAfter(end, task.first, task.last, from);
  while (at < task.last) {
    const start = begin[at] as number;
    if (start >= to) return;
    const left = Math.max(0, (start - from) / perPixel);
    const right = Math.min(width, ((end[at] as number) - from) / perPixel);
    if (right - left >= 1) {
      add(rects, kind[at] as number, left, right - left, middle);
      at++;
      continue;
    }
    // All that ends in this pixel becomes one bar; a task that runs is seen, however short its step is.
    const pixelEnd = from + (Math.floor(left) + 1) * perPixel;
    const next = Math.max(at + 1, firstEndingAfter(end, at, task.last, pixelEnd));
    let seen = kind[at] as number;
    const looked = Math.min(next, at + mostLooked);
    for (let each = at; each < looked && seen !== 0; each++) {
      seen = Math.min(seen, kind[each] as number);
    }
    add(rects, next - at > mostLooked ? 0 : seen, left, 1, middle);
    at = next;
  }
}

function add(rects: number[][], kind: number, left: number, width: number, middle: number): void {
  const height = heights[kind] as number;
  (rects[kind] as number[]).push(left, middle - height / 2, Math.max(1, width), height);
}

/** Marks births, deaths and requests to cancel. */
function drawEnds(
  context: CanvasRenderingContext2D,
  scene: Scene,
  paint: Paint,
  task: RecordedTask,
  middle: number,
): void {
  const { from, to } = scene;
  if (task.begin >= from && task.begin <= to) {
    context.fillStyle = paint.dim;
    context.fillRect(Math.round(xOf(scene, task.begin)) - 1, middle - 8, 1, 16);
  }
  context.lineWidth = 1.75;
  for (const { at } of task.requests) {
    if (at < from || at > to) continue;
    context.fillStyle = paint.cancelled;
    const x = xOf(scene, at);
    context.beginPath();
    context.moveTo(x - 4, middle - 11);
    context.lineTo(x + 4, middle - 11);
    context.lineTo(x, middle - 5);
    context.fill();
  }
  if (task.end === undefined || task.end < from || task.end > to || !task.outcome) return;
  const x = xOf(scene, task.end) + 8;
  context.strokeStyle = paint[task.outcome];
  context.beginPath();
  if (task.outcome === 'finished') {
    context.moveTo(x - 4, middle);
    context.lineTo(x - 1, middle + 3);
    context.lineTo(x + 4, middle - 4);
  } else if (task.outcome === 'failed') {
    context.moveTo(x - 3.5, middle - 3.5);
    context.lineTo(x + 3.5, middle + 3.5);
    context.moveTo(x + 3.5, middle - 3.5);
    context.lineTo(x - 3.5, middle + 3.5);
  } else {
    context.arc(x, middle, 4, 0, 2 * Math.PI);
    context.moveTo(x - 2.8, middle + 2.8);
    context.lineTo(x + 2.8, middle - 2.8);
  }
  context.stroke();
}

/** The times of the axis: round ones, about 110 pixels apart. */
function ticksOf({ from, to }: Window, width: number): number[] {
  const rough = ((to - from) / Math.max(1, width)) * 110;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((each) => each * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step); at * step <= to; at++) ticks.push(at * step);
  return ticks;
}

function drawGrid(context: CanvasRenderingContext2D, scene: Scene, paint: Paint): void {
  context.fillStyle = paint.grid;
  for (const time of ticksOf(scene, scene.width)) {
    context.fillRect(Math.round(xOf(scene, time)), axisHeight, 1, scene.height);
  }
}

function drawAxis(context: CanvasRenderingContext2D, scene: Scene, paint: Paint): void {
  context.fillStyle = paint.dim;
  context.font = paint.font;
  context.textBaseline = 'middle';
  for (const time of ticksOf(scene, scene.width)) {
    const text = timeText(Number(time.toPrecision(9)));
    context.fillText(text, Math.round(xOf(scene, time)) + 4, axisHeight / 2);
  }
  context.fillStyle = paint.grid;
  context.fillRect(0, axisHeight - 1, scene.width, 1);
}

function drawCursor(context: CanvasRenderingContext2D, scene: Scene, paint: Paint): void {
  const x = Math.round(xOf(scene, scene.cursor));
  if (x < -1 || x > scene.width + 1) return;
  context.fillStyle = paint.cursor;
  // At the edges too all of the line is seen, and half of its head.
  const left = Math.min(scene.width - 1.5, Math.max(0, x - 0.5));
  context.fillRect(left, axisHeight - 8, 1.5, scene.height);
  context.beginPath();
  context.moveTo(Math.max(0, x - 5), axisHeight - 9);
  context.lineTo(Math.min(scene.width, x + 5), axisHeight - 9);
  context.lineTo(x, axisHeight - 1);
  context.fill();
}

const overviews = new WeakMap<Recording, Float32Array>();
const buckets = 600;

/** How many tasks were alive in each part of the recording, as shares of the most. */
function aliveIn(recording: Recording): Float32Array {
  let alive = overviews.get(recording);
  if (alive !== undefined) return alive;
  alive = new Float32Array(buckets);
  const bucketOf = (time: number): number =>
    Math.min(buckets - 1, Math.floor((time / recording.length) * buckets));
  for (const { begin, end } of recording.tasks) {
    const last = bucketOf(end ?? recording.length);
    for (let at = bucketOf(begin); at <= last; at++) (alive[at] as number)++;
  }
  const most = Math.max(1, ...alive);
  for (let at = 0; at < buckets; at++) (alive[at] as number) /= most;
  overviews.set(recording, alive);
  return alive;
}

/** Draws the strip above: how many tasks were alive, the part that is in view, and the cursor. */
export function drawOverview(
  context: CanvasRenderingContext2D,
  scene: Pick<Scene, 'recording' | 'width' | 'height' | 'from' | 'to' | 'cursor'>,
  paint: Paint,
): void {
  const { recording, width, height, from, to, cursor } = scene;
  const { length } = recording;
  context.clearRect(0, 0, width, height);
  context.fillStyle = paint.kinds[0] ?? paint.text;
  context.globalAlpha = 0.35;
  context.beginPath();
  context.moveTo(0, height);
  aliveIn(recording).forEach((share, at) => {
    const y = height - share * (height - 6);
    context.lineTo((at / buckets) * width, y);
    context.lineTo(((at + 1) / buckets) * width, y);
  });
  context.lineTo(width, height);
  context.fill();
  context.globalAlpha = 1;
  const left = (from / length) * width;
  const right = (to / length) * width;
  context.fillStyle = paint.row;
  context.fillRect(0, 0, left, height);
  context.fillRect(right, 0, width - right, height);
  context.fillStyle = paint.kinds[0] ?? paint.text;
  context.fillRect(Math.min(left, width - 2), 0, 2, height);
  context.fillRect(Math.max(0, right - 2), 0, 2, height);
  context.fillStyle = paint.cursor;
  const at = (cursor / length) * width - 0.75;
  context.fillRect(Math.min(width - 1.5, Math.max(0, at)), 0, 1.5, height);
}
