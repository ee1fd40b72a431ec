/** What `skein top` sums up of the rows that it is told. */
import { expect, test } from 'vitest';
import { type Sample, TaskSampler } from '../../../src/command-line/task-sampler.ts';
import { packed, type StepKind, stepKinds } from '../../../src/inspect/recorder/recording.ts';
import type { Changes } from '../../../src/inspect/server/live-feed.ts';

type Step = readonly [begin: number, took: number, next: StepKind];

const base64 = ({ buffer }: { buffer: ArrayBufferLike }) => Buffer.from(buffer).toString('base64');

/** What a feed tells of the steps of one task, which was made before. */
function changes(began: number, ended: number, steps: readonly Step[]): Changes {
  return {
    version: 1,
    timeOrigin: 0,
    began,
    ended,
    program: { name: 'server', pid: 1, runtime: 'Node' },
    tasks: [
      { id: 1, name: 'report', by: 0, created: undefined, ended: undefined, outcome: undefined },
    ],
    objects: [],
    jobs: [],
    marks: [],
    iterations: { count: 0, busy: 0, longest: 0 },
    lost: { steps: 0, tasks: 0, marks: 0, jobs: 0 },
    steps: {
      length: steps.length,
      begin: base64(Float64Array.from(steps, ([begin]) => begin)),
      took: base64(Float32Array.from(steps, ([, took]) => took)),
      task: base64(Uint32Array.from(steps, () => 1)),
      next: base64(Uint32Array.from(steps, ([, , next]) => packed(stepKinds.indexOf(next), 0))),
    },
  };
}

function secondSample(first: readonly Step[], second: readonly Step[]): Sample {
  const sampler = new TaskSampler();
  sampler.sample(changes(0, 10, first));
  return sampler.sample(changes(0, 110, second));
}

const later: readonly Step[] = [
  [30, -1, 'timer'],
  [60, -2, 'part'],
  [65, -1, 'timer'],
];

test('tells how long an async function ran that awaited when the command came', () => {
  const { tasks } = secondSample([[1, 0, 'timer']], [[12, -2, 'part'], ...later]);
  const between = 30 - 12 + (65 - 60);
  expect(tasks[0]).toMatchObject({ between, steps: 0, waited: 110 - 65, isCut: false });
});

test('tells how long an async function ran that ran when the command came', () => {
  const steps: Step[] = [[12, -1, 'timer'], [20, -2, 'part'], ...later];
  const between = 12 - 1 + (30 - 20) + (65 - 60);
  expect(secondSample([[1, 0, 'outside']], steps).tasks[0]).toMatchObject({ between });
});

test('a task that waited when the command came may have waited longer', () => {
  expect(secondSample([[0, 0, 'timer']], []).tasks[0]).toMatchObject({ waited: 110, isCut: true });
});

test('a later step that took no time is a step', () => {
  const { tasks } = secondSample([[0, 1, 'part']], [[20, 0, 'timer']]);
  expect(tasks[0]).toMatchObject({ steps: 1, isCut: false, waited: 90 });
});
