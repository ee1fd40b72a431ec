/** Loops under the fake timers of node:test, vitest and @sinonjs/fake-timers (which jest uses), in the usual sets of functions. */
import { mock } from 'node:test';
import FakeTimers from '@sinonjs/fake-timers';
import { createTask, run, sleep, type Task, TimeoutError, timeout, waitFor } from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';

interface Clock {
  readonly name: string;
  install(): void;
  tick(ms: number): void;
  uninstall(): void;
}

/** The real ones, as vitest's own timers may be replaced. */
const { setImmediate: realImmediate } = globalThis;

function sinon(toFake: string[] | undefined): Clock {
  let clock: FakeTimers.Clock | undefined;
  return {
    name: `sinon ${toFake ?? 'all'}`,
    install: () => {
      clock = FakeTimers.install(toFake === undefined ? {} : { toFake: toFake as never });
    },
    tick: (ms) => void clock?.tick(ms),
    uninstall: () => {
      // Node hands on messages of the program that runs these tests by `process.nextTick()`: else they would be lost.
      clock?.runMicrotasks();
      clock?.uninstall();
    },
  };
}

function vitest(toFake: string[] | undefined): Clock {
  return {
    name: `vitest ${toFake ?? 'all'}`,
    install: () => void vi.useFakeTimers(toFake === undefined ? {} : { toFake: toFake as never }),
    tick: (ms) => void vi.advanceTimersByTime(ms),
    uninstall: () => void vi.useRealTimers(),
  };
}

function node(apis: string[]): Clock {
  return {
    name: `node:test ${apis}`,
    install: () => mock.timers.enable({ apis: apis as never }),
    tick: (ms) => mock.timers.tick(ms),
    uninstall: () => mock.timers.reset(),
  };
}

const clocks = [
  node(['setTimeout']),
  node(['setTimeout', 'Date']),
  node(['setTimeout', 'setInterval', 'setImmediate', 'Date']),
  vitest(undefined),
  vitest(['setTimeout']),
  vitest(['setTimeout', 'clearTimeout']),
  vitest(['setTimeout', 'clearTimeout', 'Date']),
  vitest(['setTimeout', 'setImmediate', 'performance']),
  vitest(['setTimeout', 'clearTimeout', 'queueMicrotask']),
  sinon(undefined),
  sinon(['setTimeout']),
  sinon(['setTimeout', 'clearTimeout', 'Date']),
  sinon(['setTimeout', 'clearTimeout', 'setImmediate', 'performance', 'queueMicrotask']),
];

/** Lets the loop and promises go on, on the real clock. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => realImmediate(resolve));
}

let installed: Clock | undefined;
function install(clock: Clock): void {
  installed = clock;
  clock.install();
}
afterEach(() => {
  installed?.uninstall();
  installed = undefined;
});

async function isDone(task: Task<unknown>): Promise<boolean> {
  await settle();
  return task.done();
}

describe.each(clocks)('under the fake timers of $name', (clock) => {
  test('a sleep ends when its time is ticked, and not before', async () => {
    install(clock);
    const task = createTask(sleep(1000, 'awake'));
    expect(await isDone(task)).toBe(false);
    clock.tick(999);
    expect(await isDone(task)).toBe(false);
    clock.tick(1);
    expect(await isDone(task)).toBe(true);
    expect(task.result()).toBe('awake');
  });

  test('sleeps that begin at different times end at theirs', async () => {
    install(clock);
    const first = createTask(sleep(1000));
    await settle();
    clock.tick(400);
    const second = createTask(async () => await sleep(1000));
    await settle();
    clock.tick(600);
    expect([await isDone(first), await isDone(second)]).toEqual([true, false]);
    clock.tick(399);
    expect(await isDone(second)).toBe(false);
    clock.tick(1);
    expect(await isDone(second)).toBe(true);
  });

  test('a deadline passes, and one that does not is dropped', async () => {
    install(clock);
    const late = createTask(async () => await timeout(1000, () => sleep(5000)));
    const inTime = createTask(waitFor(sleep(500, 'in time'), 1000));
    late.addDoneCallback(() => late.exception());
    await settle();
    clock.tick(500);
    expect(await isDone(inTime)).toBe(true);
    expect(inTime.result()).toBe('in time');
    clock.tick(500);
    expect(await isDone(late)).toBe(true);
    expect(late.exception()).toBeInstanceOf(TimeoutError);
  });

  test('sleeps left over from a clock that was taken away do not keep the next one from its time', async () => {
    install(clock);
    const left = createTask(sleep(1000));
    await settle();
    clock.uninstall();
    install(clock);
    const next = createTask(sleep(2000));
    await settle();
    left.cancel();
    await settle();
    clock.tick(2000);
    expect(await isDone(next)).toBe(true);
  });

  test('programs and virtual loops run', async () => {
    install(clock);
    expect(await run(async () => await sleep(0, 'ran'))).toBe('ran');
    const loop = new VirtualEventLoop();
    expect(
      await loop.runUntilComplete(loop.createTask(async () => await sleep(60_000, 'ran'))),
    ).toBe('ran');
  });

  test('a sleep that began on the real clock ends on it', async () => {
    const task = createTask(sleep(20, 'awake'));
    await settle();
    install(clock);
    const other = createTask(sleep(5));
    await settle();
    clock.uninstall();
    expect(await task).toBe('awake');
    other.cancel();
  });

  test('a sleep that begins when the real clock is back ends, and many of 0 ms do', async () => {
    install(clock);
    for (let i = 0; i < 50; i++) await sleep(0);
    clock.uninstall();
    await run(function* () {
      for (let i = 0; i < 10_000; i++) yield* sleep(0);
      yield* sleep(5);
    });
  });
});

test.each([
  { toFake: ['performance'] },
  { toFake: ['Date'] },
  { toFake: ['setImmediate'] },
  { toFake: ['nextTick', 'queueMicrotask'] },
])('a sleep takes its time on the real clock where only $toFake is fake', async ({ toFake }) => {
  install(sinon(toFake));
  const before = createTask(sleep(5));
  expect(await createTask(sleep(20, 'awake'))).toBe('awake');
  expect(before.done()).toBe(true);
});
