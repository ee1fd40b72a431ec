/** The picture of the first page: the program beside it, as tasks on a line of time. Drawn here, so that it has the colours of the page. */
import { defineComponent, h, type VNode } from 'vue';

interface Row {
  readonly name: string;
  /** Where its line begins and ends, of 100. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'done' | 'failed' | 'cancelled';
  /** When it runs, as opposed to waiting. */
  readonly steps: readonly (readonly [number, number])[];
  /** What it waits for, told under its line. */
  readonly waits?: string;
  readonly end: string;
}

const rows: readonly Row[] = [
  {
    name: 'main',
    from: 0,
    to: 96,
    kind: 'done',
    steps: [
      [0, 4],
      [38, 41],
      [62, 66],
      [93, 96],
    ],
    waits: 'awaits news and weather',
    end: 'done',
  },
  {
    name: 'news',
    from: 4,
    to: 34,
    kind: 'done',
    steps: [
      [4, 6],
      [31, 34],
    ],
    waits: 'sleeps',
    end: 'done',
  },
  {
    name: 'weather',
    from: 6,
    to: 22,
    kind: 'done',
    steps: [
      [6, 8],
      [19, 22],
    ],
    end: 'done',
  },
  {
    name: 'film',
    from: 8,
    to: 92,
    kind: 'cancelled',
    steps: [
      [8, 10],
      [66, 68],
      [84, 92],
    ],
    waits: 'waits for the network',
    end: 'cleaned up',
  },
  {
    name: 'advert',
    from: 12,
    to: 52,
    kind: 'failed',
    steps: [
      [12, 14],
      [48, 52],
    ],
    end: 'failed',
  },
];

const left = 92;
const width = 470;
const pitch = 46;
const top = 34;
const x = (at: number) => left + (at / 100) * width;
const y = (index: number) => top + index * pitch;

/** A thread from the task that started another one to the start of that. */
function strand(index: number, at: number): VNode {
  const x1 = x(at) - 14;
  return h('path', {
    class: 'strand',
    d: `M${x1} ${y(0)} C ${x1 + 12} ${y(0) + 10}, ${x1 - 8} ${y(index) - 8}, ${x(at)} ${y(index)}`,
  });
}

function row({ name, from, to, kind, steps, waits, end }: Row, index: number): VNode {
  const delay = `${(from / 100) * 3.2}s`;
  const took = `${((to - from) / 100) * 3.2}s`;
  return h('g', { class: `row ${kind}`, style: { '--delay': delay, '--took': took } }, [
    h('text', { class: 'name', x: left - 16, y: y(index) + 4, 'text-anchor': 'end' }, name),
    h('line', { class: 'wait', pathLength: 1, x1: x(from), x2: x(to), y1: y(index), y2: y(index) }),
    ...steps.map(([a, b]) =>
      h('rect', {
        class: 'step',
        style: { '--delay': `${(a / 100) * 3.2}s` },
        x: x(a),
        y: y(index) - 7,
        width: Math.max(6, x(b) - x(a)),
        height: 14,
        rx: 4,
      }),
    ),
    ...(waits === undefined
      ? []
      : [h('text', { class: 'waits', x: x(from) + 44, y: y(index) + 18 }, waits)]),
    h('text', { class: 'end', x: x(to) + 9, y: y(index) + 4 }, end),
  ]);
}

/** The request to cancel, from main to the film. */
const request = h('g', { class: 'request' }, [
  h('path', {
    d: `M${x(66)} ${y(0) + 8} L${x(66)} ${y(3) - 10}`,
    'marker-end': 'url(#hero-arrow)',
  }),
  h('text', { x: x(66) + 8, y: y(1) + 26 }, 'film.stop()'),
]);

export const Hero = defineComponent({
  setup: () => () =>
    h('figure', { class: 'hero-picture' }, [
      h(
        'svg',
        {
          viewBox: `0 0 ${left + width + 78} ${top + rows.length * pitch}`,
          role: 'img',
          'aria-labelledby': 'hero-title',
        },
        [
          h(
            'title',
            { id: 'hero-title' },
            'Five tasks on a line of time. main starts four others. news and weather are done, advert fails, and film is stopped by main, cleans up, and is then cancelled.',
          ),
          h('defs', [
            h(
              'marker',
              {
                id: 'hero-arrow',
                viewBox: '0 0 8 8',
                refX: 6,
                refY: 4,
                markerWidth: 7,
                markerHeight: 7,
                orient: 'auto',
              },
              [h('path', { class: 'arrow-head', d: 'M0 0 L8 4 L0 8 z' })],
            ),
          ]),
          ...[10, 30, 50, 70, 90].map((at) =>
            h('line', { class: 'grid', x1: x(at), x2: x(at), y1: 12, y2: y(rows.length) - 24 }),
          ),
          ...rows.slice(1).map(({ from }, index) => strand(index + 1, from)),
          ...rows.map(row),
          request,
        ],
      ),
    ]),
});
