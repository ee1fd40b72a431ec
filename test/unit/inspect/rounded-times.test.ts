/**
 * How long a step took is kept in 32 bits, so that its end may come out a hair later than it was: later than the begin of a step that
 * followed at once. No step is lost for that, and no two overlap.
 */
import fc from 'fast-check';
import { toPerfetto } from 'skein/inspect';
import { expect, test } from 'vitest';
import { shownRecording } from '../../../page/read-recording.ts';
import { spanKinds } from '../../../page/recording.ts';
import { packed, type Recording } from '../../../src/inspect/recorder/recording.ts';
import { StepRing } from '../../../src/inspect/recorder/step-ring.ts';

interface Drawn {
  readonly ms: number;
  readonly task: number;
  readonly hasPart: boolean;
}

const tasks = [1, 2];
const runs: fc.Arbitrary<{ began: number; steps: Drawn[] }> = fc.record({
  began: fc.double({ min: 0, max: 1e9, noNaN: true }),
  steps: fc.array(
    fc.record({
      ms: fc.double({ min: 0.001, max: 200, noNaN: true }),
      task: fc.constantFrom(...tasks),
      hasPart: fc.boolean(),
    }),
    { minLength: 2, maxLength: 12 },
  ),
});

/** A recording of steps that follow each other at once; a part lasts until the end of the step that it is in. */
function recordingOf(began: number, steps: readonly Drawn[]): Recording {
  const ring = new StepRing(2 * steps.length);
  let at = began;
  for (const { ms, task, hasPart } of steps) {
    const end = at + ms;
    const middle = at + ms / 2;
    if (hasPart) ring.add(middle, end - middle, task, packed(0, 0));
    ring.add(at, end - at, task, packed(1, 0));
    at = end;
  }
  return {
    version: 1,
    timeOrigin: 0,
    began,
    ended: at,
    program: { name: 'test', pid: 1, runtime: 'Node' },
    tasks: tasks.map((id) => ({
      id,
      name: `task ${id}`,
      by: 0,
      created: began,
      ended: undefined,
      outcome: undefined,
    })),
    objects: [],
    steps: ring.copy(),
    marks: [],
    jobs: [],
    iterations: { count: 1, busy: at - began, longest: at - began },
    lost: { steps: 0, tasks: 0, marks: 0, jobs: 0, objects: 0 },
  } as unknown as Recording;
}

test('the page shows each step, and none of the spans of a task overlap', () => {
  fc.assert(
    fc.property(runs, ({ began, steps }) => {
      const { spans, tasks: shown } = shownRecording(recordingOf(began, steps));
      for (const { id, first, last } of shown as unknown as {
        id: number;
        first: number;
        last: number;
      }[]) {
        let running = 0;
        for (let at = first; at < last; at++) {
          if (at > first)
            expect(spans.begin[at]).toBeGreaterThanOrEqual(spans.end[at - 1] as number);
          if (spans.kind[at] === spanKinds.indexOf('running')) running++;
        }
        expect(running).toBe(steps.filter(({ task }) => task === id).length);
      }
    }),
  );
});

test('a trace for Perfetto has each step with its length', () => {
  fc.assert(
    fc.property(runs, ({ began, steps }) => {
      const recording = recordingOf(
        began,
        steps.map((step) => ({ ...step, hasPart: false })),
      );
      const { traceEvents } = JSON.parse(toPerfetto(recording)) as {
        traceEvents: { ph: string; ts: number; dur: number }[];
      };
      const lengths = traceEvents.filter(({ ph }) => ph === 'X').map(({ dur }) => dur / 1000);
      expect(lengths).toHaveLength(steps.length);
      for (const [at, ms] of lengths.entries())
        expect(Math.abs(ms - (steps[at] as Drawn).ms)).toBeLessThan(0.0005);
    }),
  );
});
