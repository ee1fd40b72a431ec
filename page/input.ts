/** Keys of the whole page, and the pointer on both canvases. */
import { firstEndingAfter } from './recording.ts';
import { axisHeight, rowHeight } from './timeline.ts';
import type { View } from './view.ts';

function goTo(id: string): void {
  document.getElementById(id)?.focus();
}

/** Moves the cursor to the next change of the chosen task, or to the one before. */
function toChange(view: View, direction: 1 | -1): void {
  const task = view.chosenTask;
  if (task === undefined) return;
  const { begin, end } = view.recording.spans;
  const { cursor } = view;
  let at = firstEndingAfter(end, task.first, task.last, cursor);
  if (direction === 1) {
    if (at < task.last && (begin[at] as number) <= cursor) at++;
    view.setCursor(at < task.last ? (begin[at] as number) : (task.end ?? view.recording.length));
  } else {
    if (at === task.last || (begin[at] as number) >= cursor) at--;
    view.setCursor(at >= task.first ? (begin[at] as number) : task.begin);
  }
  if (view.cursor < view.from || view.cursor > view.to) {
    const half = (view.to - view.from) / 2;
    view.setWindow(view.cursor - half, view.cursor + half);
  }
}

function onKey(view: View, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || view.isHelpOpen) return;
  const target = event.target as HTMLElement;
  if (event.key === 'Escape') {
    goTo('tasks');
    return;
  }
  if (target instanceof HTMLInputElement && target.type !== 'range') return;
  const isRange = target instanceof HTMLInputElement;
  const keys: Record<string, () => void> = {
    '/': () => goTo('search'),
    '?': () => {
      view.isHelpOpen = true;
      view.changed();
    },
    '+': () => view.zoom(0.6),
    '=': () => view.zoom(0.6),
    '-': () => view.zoom(1 / 0.6),
    '0': () => view.setWindow(0, view.recording.length),
    '[': () => toChange(view, -1),
    ']': () => toChange(view, 1),
    g: () => document.querySelector<HTMLElement>('.graph-scroll')?.focus(),
  };
  if (event.shiftKey && !isRange) {
    keys['ArrowLeft'] = () => view.pan(-0.2);
    keys['ArrowRight'] = () => view.pan(0.2);
  }
  if (view.live !== undefined) {
    keys['n'] = () => view.follow();
    keys['c'] = () => goTo('reason');
    // On a button it presses that.
    if (target.closest('button') === null) keys[' '] = () => view.pause(!view.isPaused);
  }
  const act = keys[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

/** Where the pointer is in the timeline: the row and the time. */
function placeOf(view: View, canvas: HTMLElement, event: MouseEvent) {
  const box = canvas.getBoundingClientRect();
  const x = event.clientX - box.left;
  const y = event.clientY - box.top;
  const time = view.from + (x / view.width) * (view.to - view.from);
  const at = Math.floor((y - axisHeight + view.scrollTop) / rowHeight);
  return { x, y, time, row: y < axisHeight ? undefined : view.rows[at] };
}

function listenToTimeline(view: View, canvas: HTMLElement, scroller: HTMLElement): void {
  let drag: { x: number; y: number; from: number; top: number; moved: boolean } | undefined;
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = {
      x: event.clientX,
      y: event.clientY,
      from: view.from,
      top: scroller.scrollTop,
      moved: false,
    };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (drag !== undefined) {
      const by = event.clientX - drag.x;
      drag.moved ||= Math.abs(by) > 3 || Math.abs(event.clientY - drag.y) > 3;
      if (drag.moved) {
        const size = view.to - view.from;
        const from = drag.from - (by / view.width) * size;
        view.setWindow(from, from + size);
        scroller.scrollTop = drag.top - (event.clientY - drag.y);
        view.hover = undefined;
        return;
      }
    }
    const { x, y, time, row } = placeOf(view, canvas, event);
    view.hover = row === undefined ? undefined : { x, y, time, task: row.task };
    view.changed();
  });
  canvas.addEventListener('pointerup', (event) => {
    const wasClick = drag !== undefined && !drag.moved;
    drag = undefined;
    if (!wasClick) return;
    const { time, row } = placeOf(view, canvas, event);
    if (row !== undefined) view.chosen = row.task.id;
    view.setCursor(time);
  });
  canvas.addEventListener('pointerleave', () => {
    view.hover = undefined;
    view.changed();
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        view.zoom(Math.exp(event.deltaY * 0.002), placeOf(view, canvas, event).time);
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        view.pan((event.deltaX || event.deltaY) / view.width);
      }
    },
    { passive: false },
  );
}

/** A drag in the strip shows the times that it goes over; a click moves the cursor there. */
function listenToOverview(view: View, strip: HTMLElement): void {
  let start: number | undefined;
  const timeOf = (event: MouseEvent): number => {
    const { left, width } = strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width)) * view.recording.length;
  };
  strip.addEventListener('pointerdown', (event) => {
    start = timeOf(event);
    strip.setPointerCapture(event.pointerId);
  });
  strip.addEventListener('pointermove', (event) => {
    if (start === undefined) return;
    const time = timeOf(event);
    if (Math.abs(time - start) < view.recording.length / 100) return;
    view.setWindow(Math.min(start, time), Math.max(start, time));
  });
  strip.addEventListener('pointerup', (event) => {
    if (start !== undefined && Math.abs(timeOf(event) - start) < view.recording.length / 100) {
      view.setCursor(start);
    }
    start = undefined;
  });
}

/** Listens to all that the user does, outside of the list and the buttons. */
export function listen(view: View, canvas: HTMLElement, strip: HTMLElement): void {
  const scroller = document.getElementById('scroller') as HTMLElement;
  document.addEventListener('keydown', (event) => onKey(view, event));
  scroller.addEventListener('scroll', () => {
    view.scrollTop = scroller.scrollTop;
    view.hover = undefined;
    view.changed();
  });
  listenToTimeline(view, canvas, scroller);
  listenToOverview(view, strip);
}
