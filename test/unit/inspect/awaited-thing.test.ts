/** What call graphs tell programs of the thing that a task waits for: its kind and its name. */
import {
  type AwaitedThing,
  Barrier,
  CapacityLimiter,
  Condition,
  captureCallGraph,
  createTask,
  Event,
  Future,
  formatCallGraph,
  gather,
  Lock,
  Queue,
  Semaphore,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { InlineExecutor } from 'skein/executors';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';

function awaitedBy(task: Task<unknown>): readonly AwaitedThing[] | undefined {
  return captureCallGraph(task)?.waitingFor?.awaited;
}

describe('what a task waits for', () => {
  test('has a kind and a name', () =>
    inLoop(function* () {
      const lock = new Lock({ name: 'log' });
      const semaphore = new Semaphore(0, { name: 'slots' });
      const condition = new Condition(undefined, { name: 'changed' });
      const full = new Queue<number>(1, { name: 'full' });
      full.putNowait(1);
      yield* lock.acquire();
      const target = createTask(sleep(90), { name: 'target' });
      const executor = new InlineExecutor();
      const ways: Record<string, () => never> = {
        'lock log': () => lock.acquire() as never,
        'semaphore slots': () => semaphore.acquire() as never,
        'condition changed': () => condition.with(() => condition.wait()) as never,
        'event ready': () => new Event({ name: 'ready' }).wait() as never,
        'barrier start': () => new Barrier(2, { name: 'start' }).wait() as never,
        'get jobs': () => new Queue(0, { name: 'jobs' }).get() as never,
        'put full': () => full.put(2) as never,
        'join full': () => full.join() as never,
        limiter: () => new CapacityLimiter(0).acquire() as never,
        group: () =>
          taskGroup(function* (tg) {
            tg.createTask(sleep(50));
          }) as never,
        gather: () =>
          (function* () {
            yield* gather([target, sleep(50)]);
          })() as never,
        wait: () => wait([target]) as never,
        'shield target': () =>
          (function* () {
            yield* shield(target);
          })() as never,
        'task target': () =>
          (function* () {
            yield* target;
          })() as never,
        timer: () => sleep(50) as never,
        'timer in a timeout': () => timeout(70, () => sleep(50)) as never,
        'get in waitFor': () => waitFor(new Queue().get(), 50) as never,
        future: () =>
          (function* () {
            yield* new Future<void>();
          })() as never,
        job: () =>
          (function* () {
            yield* executor.submit(() => new Promise(() => {}));
          })() as never,
      };
      const tasks = Object.entries(ways).map(([name, way]) => createTask(way(), { name }));
      for (let n = 0; n < 5; n++) yield;
      const told = tasks.map((task) => {
        const [thing, ...more] = awaitedBy(task) ?? [];
        expect(more).toEqual([]);
        return [thing?.kind, thing?.name].filter((word) => word !== undefined).join(' ');
      });
      for (const task of [...tasks, target]) task.cancel();
      yield* wait([...tasks, target]);
      expect(told).toEqual(Object.keys(ways).map((name) => name.replace(/ in .*/, '')));
    }));

  test.runIf(inNode)('is what each await of an async function waits for', () =>
    inLoop(function* () {
      const lock = new Lock({ name: 'log' });
      yield* lock.acquire();
      const events = ['a', 'b'].map((name) => new Event({ name }));
      const several = createTask(async () => {
        await Promise.all(events.map(async (event) => await event.wait()));
      });
      const one = createTask(async () => void (await lock.acquire()));
      let resolve = (): void => {};
      const promise = new Promise<void>((settle) => (resolve = settle));
      const foreign = createTask(async () => await promise);
      for (let n = 0; n < 5; n++) yield;
      expect(awaitedBy(several)).toEqual([
        { kind: 'event', name: 'a' },
        { kind: 'event', name: 'b' },
      ]);
      expect(awaitedBy(one)).toEqual([{ kind: 'lock', name: 'log' }]);
      expect(awaitedBy(foreign)).toEqual([{ kind: 'outside', name: undefined }]);
      resolve();
      for (const task of [several, one, foreign]) task.cancel();
      yield* wait([several, one, foreign]);
    }),
  );

  test('is named in the text of a call graph', () =>
    inLoop(function* () {
      const lock = new Lock({ name: 'log' });
      const jobs = new Queue<number>(0, { name: 'jobs' });
      const holder = createTask(
        lock.with(() => jobs.get()),
        { name: 'holder' },
      );
      const guest = createTask(lock.acquire(), { name: 'guest' });
      yield* sleep(1);
      expect(formatCallGraph(guest)).toBe(
        "* Task 'guest' waiting for <Lock 'log' locked by task 'holder', 1 waiting>, held by <Task 'holder' pending waiting for an item of <Queue 'jobs' 0 items>>",
      );
      guest.cancel();
      holder.cancel();
      yield* wait([guest, holder]);
    }));

  test('is frozen', () =>
    inLoop(function* () {
      const task = createTask(new Event().wait());
      yield* sleep(1);
      const awaited = awaitedBy(task);
      expect([Object.isFrozen(awaited), Object.isFrozen(awaited?.[0])]).toEqual([true, true]);
      task.cancel();
      yield* wait([task]);
    }));
});
