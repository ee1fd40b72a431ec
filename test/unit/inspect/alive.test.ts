import fc from 'fast-check';
import { createTask, sleep, type Task } from 'skein';
import { recordTasks } from 'skein/inspect';
import { VirtualEventLoop } from 'skein/testing';
import { expect, test, vi } from 'vitest';
import { Alive, Life } from '../../../src/inspect/recorder/life.ts';

test('the lives that have not ended are those that were added and not removed, in the order in which they were added', () => {
  const steps = fc.array(fc.oneof(fc.constant('add' as const), fc.nat({ max: 20 })));
  fc.assert(
    fc.property(steps, (actions) => {
      const alive = new Alive();
      const model: Life[] = [];
      for (const [id, action] of actions.entries()) {
        if (action === 'add') {
          const life = new Life(id, {} as Task<unknown>, 0, undefined);
          alive.add(life);
          model.push(life);
        } else if (model.length > 0) {
          const [life] = model.splice(action % model.length, 1);
          alive.remove(life as Life);
          expect([life?.before, life?.after]).toEqual([undefined, undefined]);
        }
        expect(alive.list().map((life) => life.id)).toEqual(model.map((life) => life.id));
      }
    }),
  );
});

test('a recorder looks through the tasks that are alive when a loop is closed, not through all that there were', async () => {
  using _ = recordTasks();
  const loop = new VirtualEventLoop();
  loop.createTask(sleep(100), { name: 'left' });
  await loop.runUntilComplete(
    loop.createTask(function* () {
      for (let i = 0; i < 50; i++) yield* createTask(function* () {});
    }),
  );
  const list = vi.spyOn(Alive.prototype, 'list');
  loop.close();
  expect(list.mock.results.map(({ value }) => value.length)).toEqual([1]);
  list.mockRestore();
});
