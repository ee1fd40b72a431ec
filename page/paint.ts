/** Colours of the canvas. They stand in the style sheet, and are read again when the theme changes. */
import { type SpanKind, spanKinds } from './recording.ts';

export interface Paint {
  /** By the number of the kind in `spanKinds`. */
  readonly kinds: readonly (string | CanvasPattern)[];
  readonly grid: string;
  readonly dim: string;
  readonly text: string;
  readonly cursor: string;
  readonly row: string;
  readonly chosen: string;
  readonly finished: string;
  readonly failed: string;
  readonly cancelled: string;
  readonly abandoned: string;
  readonly font: string;
}

/** What happens in a worker, or cannot be told from running, is hatched. */
const hatchedKinds: ReadonlySet<SpanKind> = new Set(['job', 'async']);

export function readPaint(element: HTMLElement): Paint {
  const probe = document.createElement('span');
  element.append(probe);
  // A variable may be `light-dark(…)`: only a computed colour is one that a canvas knows.
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const paint: Paint = {
    kinds: spanKinds.map((kind) => (hatchedKinds.has(kind) ? hatched(colour(kind)) : colour(kind))),
    grid: colour('grid'),
    dim: colour('dim'),
    text: colour('text'),
    cursor: colour('cursor'),
    row: colour('row'),
    chosen: colour('chosen'),
    finished: colour('finished'),
    failed: colour('failed'),
    cancelled: colour('cancelled'),
    abandoned: colour('dim'),
    font: `11px ${getComputedStyle(element).fontFamily}`,
  };
  probe.remove();
  return paint;
}

function hatched(colour: string): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = 6;
  tile.height = 6;
  const context = tile.getContext('2d');
  if (context === null) return colour;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  for (const shift of [-6, 0, 6]) {
    context.beginPath();
    context.moveTo(shift, 6);
    context.lineTo(shift + 6, 0);
    context.stroke();
  }
  return context.createPattern(tile, 'repeat') ?? colour;
}
