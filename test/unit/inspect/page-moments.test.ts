/** What the page shows of a moment is found from the moment before. Here it is held to what is looked up for each task alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Awaits, type Key } from '../../../page/awaits.ts';
import { countStates, momentAt } from '../../../page/moment.ts';
import { shownRecording } from '../../../page/read-recording.ts';
import {
  isPending,
  type Recording,
  spanAt,
  stateAt,
  states,
  waitAt,
} from '../../../page/recording.ts';
import { rowsOf, type ShownState } from '../../../page/rows.ts';
import { graphOf } from '../../../page/task-graph.ts';
import {
  packed,
  type Recording as Stored,
  stepKinds,
} from '../../../src/inspect/recorder/recording.ts';

const length = 40;
const time = fc.integer({ min: 0, max: length });
const mostTasks = 7;
const mostObjects = 3;
const task = fc.integer({ min: 1, max: mostTasks });

/** Recordings of a few tasks that wait for each other, for locks that others hold, and for what nobody knows. */
const recordings: fc.Arbitrary<Recording> = fc
  .record({
    lives: fc.array(
      fc.record({
        by: fc.integer({ min: 0, max: mostTasks }),
        created: fc.option(time, { nil: undefined }),
        lasts: fc.option(time, { nil: undefined, freq: 1 }),
        outcome: fc.constantFrom('finished', 'failed', 'cancelled', 'abandoned'),
      }),
      { minLength: 1, maxLength: mostTasks },
    ),
    held: fc.array(fc.array(fc.record({ at: time, by: fc.array(task, { maxLength: 2 }) })), {
      minLength: mostObjects,
      maxLength: mostObjects,
    }),
    steps: fc.array(
      fc.record({
        begin: time,
        took: fc.constantFrom(0, 1, 1, 2, -1, -2),
        task,
        kind: fc.oneof(fc.constantFrom(...stepKinds), fc.constantFrom('task', 'lock', 'gather')),
        id: fc.integer({ min: 0, max: mostTasks }),
      }),
      { minLength: 10, maxLength: 60 },
    ),
    lost: fc.constantFrom(0, 0, 1),
  })
  .map(({ lives, held, steps, lost }) => {
    const tasks = lives.map(({ by, created, lasts, outcome }, at) => ({
      id: at + 1,
      name: `task ${at + 1}`,
      by: by <= at ? by : 0,
      created,
      ended: lasts === undefined ? undefined : (created ?? 0) + lasts,
      outcome: lasts === undefined ? undefined : outcome,
    }));
    const inOrder = steps.toSorted((a, b) => a.begin + a.took - b.begin - b.took);
    const stored: Stored = {
      version: 1,
      timeOrigin: 0,
      began: 0,
      ended: length,
      program: { name: '', pid: 1, runtime: '' },
      tasks: tasks as Stored['tasks'],
      objects: held.map((noted, at) => ({
        id: at + 1,
        kind: 'Lock',
        name: undefined,
        held: noted.toSorted((a, b) => a.at - b.at),
      })),
      steps: {
        length: inOrder.length,
        begin: Float64Array.from(inOrder, ({ begin }) => begin),
        took: Float32Array.from(inOrder, ({ took }) => took),
        task: Uint32Array.from(inOrder, (step) => step.task),
        next: Uint32Array.from(inOrder, ({ kind, id }) => packed(stepKinds.indexOf(kind), id)),
      },
      marks: [],
      jobs: [],
      iterations: { count: 0, busy: 0, longest: 0 },
      lost: { steps: lost, tasks: 0, marks: 0, jobs: 0 },
    };
    return shownRecording(stored);
  });

/** Jumps of the cursor, onto the ends of spans and between them. */
const jumps = fc.array(
  fc.integer({ min: 0, max: 2 * length }).map((half) => half / 2),
  { minLength: 1, maxLength: 12 },
);

function law(check: (recording: Recording, at: number) => void): void {
  const property = fc.property(recordings, jumps, (recording, times) => {
    for (const at of times) check(recording, at);
  });
  fc.assert(property, { seed: 20260101, numRuns: 500 });
}

test('a moment that is found from the one before is that which is looked up for each task', () => {
  law((recording, at) => {
    const moment = momentAt(recording, at);
    const each = recording.tasks.map((task) => [
      stateAt(recording, task, at),
      spanAt(recording, task, at),
    ]);
    expect(Array.from(moment.states, (state, n) => [states[state], moment.spans[n]])).toEqual(each);
    const counts = Object.values(countStates(moment)).reduce((sum, count) => sum + count, 0);
    expect(counts).toBe(recording.tasks.length);
  });
});

test('the rows of a filter are the tasks that match at the cursor, and those above them', () => {
  law((recording, cursor) => {
    const shown: ShownState[] = ['alive', 'running', 'waiting', 'finished', 'unborn'];
    const state = shown[Math.floor(cursor) % shown.length] as ShownState;
    const search = ['', '1', '2'][Math.ceil(cursor) % 3] as string;
    const matching = recording.tasks.filter((task) => {
      const own = stateAt(recording, task, cursor);
      const isIn = state === 'alive' ? own === 'running' || own === 'waiting' : own === state;
      return isIn && task.name.includes(search);
    });
    const rows = rowsOf(recording, { search, state, cursor }, new Set());
    const matched = rows.filter(({ matches }) => matches).map((row) => row.task.id);
    expect(matched.toSorted()).toEqual(matching.map(({ id }) => id));
    const above = new Set<number>();
    for (const task of matching) {
      for (let by = task.by; by !== undefined; by = recording.byId.get(by)?.by) above.add(by);
    }
    const only = rows.filter(({ matches }) => !matches).map((row) => row.task.id);
    for (const { id } of matching) above.delete(id);
    expect(only.toSorted()).toEqual([...above].toSorted());
  });
});

/** What each task waits for, by texts: looked up for each alone. */
function plainLinks(recording: Recording, at: number): Map<string, string[]> {
  const links = new Map<string, string[]>();
  const pending = (ids: readonly number[]): string[] =>
    ids.filter((id) => isPending(recording.byId.get(id), at)).map((id) => `task ${id}`);
  for (const task of recording.tasks) {
    if (stateAt(recording, task, at) !== 'waiting') continue;
    const wait = waitAt(recording, task, at);
    if (wait === undefined) continue;
    if (wait.of === undefined) {
      links.set(task.name, wait.tasks.length > 0 ? pending(wait.tasks) : [`of ${task.name}`]);
      continue;
    }
    links.set(task.name, [`thing ${wait.of}`]);
    const noted = recording.holders.get(wait.of)?.findLast((each) => each.at <= at);
    const held = pending(noted?.by ?? []);
    links.set(`thing ${wait.of}`, wait.of < 0 ? pending(wait.tasks) : held);
  }
  return links;
}

function isHeld(key: string): boolean {
  return /^thing \d/.test(key);
}

/** All that can be come to from a key. One of several holders is enough to go on: no way leads through these. */
function reached(links: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const found = new Set<string>();
  const todo = [from];
  for (const key of todo) {
    const next = links.get(key) ?? [];
    if (isHeld(key) && next.length > 1) continue;
    for (const to of next) {
      if (found.has(to)) continue;
      found.add(to);
      todo.push(to);
    }
  }
  return found;
}

/** All that a task leads to, and what leads to any of that. */
function around(links: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const found = new Set([from]);
  for (const key of found) for (const to of links.get(key) ?? []) found.add(to);
  for (const key of found) {
    for (const [other, to] of links) if (to.includes(key)) found.add(other);
  }
  return found;
}

function follows(cycle: readonly unknown[], key: unknown, next: unknown): boolean {
  return cycle.some((each, at) => each === key && cycle[(at + 1) % cycle.length] === next);
}

test('tasks wait at a moment for what is looked up for each of them, and each cycle of them is found', () => {
  let cyclesSeen = 0;
  law((recording, at) => {
    const awaits = new Awaits(recording, at);
    const links = plainLinks(recording, at);
    // Names of things are counted from what leads to them.
    const names = new Map<Key, string>(recording.tasks.map(({ name }, place) => [place, name]));
    for (const { name, place } of recording.tasks) {
      const [key, ...more] = awaits.linksOf(place);
      const [text = ''] = links.get(name) ?? [];
      if (more.length === 0 && key !== undefined && !text.startsWith('task')) names.set(key, text);
    }
    const named = (keys: readonly Key[]): (string | undefined)[] =>
      keys.map((key) => names.get(key));
    const all = [...names.keys()];
    for (const key of all) {
      expect(named(awaits.linksOf(key))).toEqual(links.get(names.get(key) as string) ?? []);
      const isLone = names.get(key)?.startsWith('of');
      const awaiters = all.filter((from) => awaits.linksOf(from).includes(key));
      expect(new Set(awaits.awaitersOf(key))).toEqual(new Set(isLone ? [] : awaiters));
    }
    const cycles = awaits.cycles.map(named);
    for (const cycle of cycles) {
      cyclesSeen++;
      cycle.forEach((key, n) => {
        const next = links.get(key as string);
        expect(next).toContain(cycle[(n + 1) % cycle.length]);
        if (isHeld(key as string)) expect(next).toHaveLength(1);
      });
    }
    for (const { name } of recording.tasks) {
      const round = reached(links, name);
      if (!round.has(name)) continue;
      const isFound = cycles.some(
        ([first = '']) => round.has(first) && reached(links, first).has(name),
      );
      expect(isFound).toBe(true);
    }
    for (const task of recording.tasks) {
      const { nodes, edges, more } = graphOf(awaits, task);
      expect(more).toBe(0);
      expect(new Set(named(nodes.map(({ key }) => key)))).toEqual(around(links, task.name));
      for (const { from, to, inCycle } of edges) {
        expect(links.get(names.get(from) as string)).toContain(names.get(to));
        expect(inCycle).toBe(
          cycles.some((cycle) => follows(cycle, names.get(from), names.get(to))),
        );
      }
    }
  });
  expect(cyclesSeen).toBeGreaterThan(100);
});
