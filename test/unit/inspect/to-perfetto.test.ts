import { createTask, gather, getEventLoop, Lock, Queue, run, sleep, taskGroup } from 'skein';
import { type Recording, recordTasks, toPerfetto } from 'skein/inspect';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';

interface Event {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tid: number;
  readonly cat?: string;
  readonly id?: number;
  readonly id2?: { readonly local: string };
  readonly args?: Record<string, unknown>;
}

function eventsOf(recording: Recording): Event[] {
  return JSON.parse(toPerfetto(recording)).traceEvents;
}

/** Returns what breaks the rules of the format: viewers refuse such events, or draw them wrongly. */
function faultsOf(events: readonly Event[]): string[] {
  const faults: string[] = [];
  const complete = new Map<number, number[]>();
  const asyncs = new Map<string, string[]>();
  const flows = new Map<number, number>();
  let last = 0;
  for (const event of events) {
    const { name, ph, ts, dur, tid, cat, id, id2 } = event;
    const fault = (text: string): void => void faults.push(`${text}: ${JSON.stringify(event)}`);
    if (!(ts >= 0) || Math.abs(ts * 10 - Math.round(ts * 10)) > 1e-3) fault('no time');
    if (ph !== 'M' && ts < last) fault('not sorted');
    if (ph !== 'M') last = ts;
    const key = `${cat} ${id2?.local}`;
    if (ph === 'X') {
      if (!((dur as number) >= 0)) fault('no duration');
      const open = complete.get(tid) ?? [];
      complete.set(tid, open);
      // A sum of two times is a bit more or less than the time that it is.
      while (open.length > 0 && (open.at(-1) as number) <= ts + 0.06) open.pop();
      const end = ts + (dur as number);
      if (open.length > 0 && end > (open.at(-1) as number) + 0.06) fault('does not nest');
      open.push(end);
    } else if (ph === 'b') {
      asyncs.set(key, [...(asyncs.get(key) ?? []), name]);
    } else if (ph === 'e') {
      if (asyncs.get(key)?.pop() !== name) fault('ends what did not begin last');
    } else if (ph === 'n') {
      if ((asyncs.get(key) ?? []).length === 0) fault('is in no slice');
    } else if (ph === 's') {
      flows.set(id as number, ts);
    } else if (ph === 'f') {
      if (!((flows.get(id as number) as number) <= ts)) fault('an arrow without a begin');
    }
  }
  for (const [key, open] of asyncs) if (open.length > 0) faults.push(`${key} does not end`);
  return faults;
}

async function recorded(main: () => Promise<unknown>, options = {}): Promise<Recording> {
  const recorder = recordTasks(options);
  const loop = new VirtualEventLoop();
  loop.setExceptionHandler(() => {});
  await loop.runUntilComplete(loop.createTask(main, { name: 'main' }));
  recorder.stop();
  return recorder.take();
}

/** Locks, groups, queues, cancellations, failures, eager tasks, both styles. */
async function mixed(): Promise<void> {
  const lock = new Lock({ name: 'log' });
  const queue = new Queue<number>(2, { name: 'orders' });
  await taskGroup(async (group) => {
    for (let i = 0; i < 5; i++)
      group.createTask(() => lock.with(() => sleep(2)), { name: `writer-${i}` });
    group.createTask(function* () {
      for (let i = 0; i < 10; i++) yield* queue.put(i);
    });
    group.createTask(async () => {
      for (let i = 0; i < 10; i++) await queue.get();
    });
    for (let i = 0; i < 5; i++)
      group.createTask(
        async () => {
          await Promise.all([sleep(1), sleep(i), lock.with(() => sleep(1))]);
        },
        { name: 'many', eagerStart: true },
      );
  });
  const slow = createTask(sleep(1000), { name: 'slow' });
  const bad = createTask(async () => {
    await sleep(1);
    throw new Error('bad');
  });
  await sleep(2);
  slow.cancel('enough');
  getEventLoop().callExceptionHandler({ message: 'the disk is full' });
  await gather([slow, bad], { returnExceptions: true });
}

describe('a trace for Perfetto', () => {
  test('keeps the rules of the format', async () => {
    const events = eventsOf(await recorded(mixed));
    expect(events.length).toBeGreaterThan(100);
    expect(faultsOf(events)).toEqual([]);
  });

  test('keeps them when steps were lost, and while tasks are alive', async () => {
    expect(faultsOf(eventsOf(await recorded(mixed, { steps: 32 })))).toEqual([]);
    const recorder = recordTasks();
    let events: Event[] = [];
    await run(async () => {
      createTask(sleep(1000), { name: 'left' });
      await sleep(1);
      events = eventsOf(recorder.take());
    });
    recorder.stop();
    expect(faultsOf(events)).toEqual([]);
    expect(events.find(({ name }) => name === 'left')?.args).toMatchObject({ outcome: 'alive' });
  });

  test('has each task as a slice with its maker and outcome, and its waits inside', async () => {
    const events = eventsOf(await recorded(mixed));
    const begins = events.filter(({ ph, cat }) => ph === 'b' && cat === 'skein.task');
    const slow = begins.find(({ name }) => name === 'slow');
    expect(slow?.args).toMatchObject({ 'made by': 'main', outcome: 'cancelled' });
    const names = new Set(begins.map(({ name }) => name));
    expect([...names]).toEqual(
      expect.arrayContaining(['waits: lock log', 'waits: put orders', 'waits: timer']),
    );
    expect(events.find(({ ph }) => ph === 'n')).toMatchObject({
      name: 'cancel',
      args: { reason: 'enough', by: 'main' },
    });
    expect(events.find(({ ph }) => ph === 'i')?.args).toMatchObject({ text: 'the disk is full' });
  });

  test('has an arrow from the step that made a task to its first step', async () => {
    const events = eventsOf(await recorded(mixed));
    const starts = events.filter(({ ph }) => ph === 's');
    expect(starts.length).toBeGreaterThan(10);
    expect(events.filter(({ ph }) => ph === 'f')).toHaveLength(starts.length);
  });

  test('is refused of what is no recording', () => {
    expect(() => toPerfetto({} as Recording)).toThrow(TypeError);
    expect(() => toPerfetto(undefined as never)).toThrow('`toPerfetto()` expected a recording');
  });
});
