import * as fc from 'fast-check';
import { sleep, type TimerHandle } from 'skein';
import { expect, test } from 'vitest';
import { law } from './law.ts';

/** Timers that are set, for times that are often equal, and timers that are cancelled, in turns. */
const programs = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ when: fc.integer({ min: 0, max: 20 }) }) },
    { weight: 2, arbitrary: fc.record({ cancel: fc.nat() }) },
  ),
  { maxLength: 400 },
);

test('timers run in the order of their deadlines, equal ones in the order of the calls, and cancelled ones never', () =>
  law(programs, function* (program, loop) {
    const set: { readonly timer: TimerHandle; readonly id: number }[] = [];
    const ran: number[] = [];
    const start = loop.time();
    for (const step of program) {
      if ('when' in step) {
        const id = set.length;
        set.push({ timer: loop.callAt(start + step.when, () => ran.push(id)), id });
      } else if (set.length > 0) {
        set[step.cancel % set.length]?.timer.cancel();
      }
    }
    yield* sleep(30);
    const expected = set
      .filter(({ timer }) => !timer.cancelled())
      .sort((one, other) => one.timer.when() - other.timer.when() || one.id - other.id);
    expect(ran).toEqual(expected.map(({ id }) => id));
  }));

test('those who sleep wake in the order of their deadlines, whoever is cancelled meanwhile', () =>
  law(programs, function* (program, loop) {
    const sleepers: { readonly task: ReturnType<typeof loop.createTask>; readonly ms: number }[] =
      [];
    const woken: number[] = [];
    for (const step of program) {
      if ('when' in step) {
        const [id, ms] = [sleepers.length, step.when + 1];
        const task = loop.createTask(function* () {
          yield* sleep(ms);
          woken.push(id);
        });
        sleepers.push({ task, ms });
      } else if (sleepers.length > 0) {
        sleepers[step.cancel % sleepers.length]?.task.cancel();
      }
    }
    yield* sleep(0);
    yield* sleep(40);
    const expected = [...sleepers.entries()]
      .filter(([, { task }]) => !task.cancelled())
      .sort(([oneId, one], [otherId, other]) => one.ms - other.ms || oneId - otherId);
    expect(woken).toEqual(expected.map(([id]) => id));
  }));
