/** What counts as a deadlock: see the table at the head of `deadlock.ts`. */
import { describe, expect, test } from 'vitest';
import { findStuck } from '../../../src/command-line/deadlock.ts';
import type {
  TaskSnapshot,
  ThreadSnapshot,
  Wait,
} from '../../../src/command-line/probe/snapshot.ts';

function wait(kind: string, holders: readonly number[] = [], more: Partial<Wait> = {}): Wait {
  const related = holders.map((id) => ({
    relation: 'held by',
    task: { id, name: `t${id}`, done: false },
  }));
  return { kind, of: 1, held: holders.length, related, ...more };
}

function waitFor(id: number): Wait {
  return wait('task', [], { task: { id, name: `t${id}`, done: false } });
}

/** A task that waits for these; `awaitedBy`: the tasks that await it. */
function task(id: number, waits: readonly Wait[], more: Partial<TaskSnapshot> = {}): TaskSnapshot {
  const rest = { waited: 1, cancelling: 0, hasDeadline: false, awaitedBy: [], stack: [] };
  const state = waits.length === 0 ? 'ready' : 'waiting';
  return { id, name: `t${id}`, state, waits, ...rest, ...more };
}

function rings(...tasks: TaskSnapshot[]): number[][] {
  const thread: ThreadSnapshot = {
    thread: 0,
    runtime: 'Node',
    turns: 0,
    idle: 0,
    loops: [{ debug: false, count: tasks.length, tasks }],
  };
  return findStuck(thread).deadlocks.map(({ ring }) => ring.map((link) => link.task.id));
}

describe('findStuck', () => {
  test.each<[string, number[][], TaskSnapshot[]]>([
    [
      'two locks in the wrong order',
      [[1, 2]],
      [task(1, [wait('lock', [2])]), task(2, [wait('lock', [1])])],
    ],
    ['a task that waits for a lock that it holds', [[1]], [task(1, [wait('lock', [1])])]],
    [
      'a ring of three, one of them at a semaphore',
      [[1, 2, 3]],
      [
        task(1, [wait('lock', [2])]),
        task(2, [wait('semaphore', [3], { slots: 1 })]),
        task(3, [waitFor(1)], { awaitedBy: [] }),
      ],
    ],
    [
      'a holder that waits for a task, by way of gather(), which waits for the lock',
      [[1, 2]],
      [task(1, [wait('gather')]), task(2, [wait('lock', [1])], { awaitedBy: [1] })],
    ],
    [
      'a group whose other task goes on',
      [[1, 2]],
      [
        task(1, [wait('group')]),
        task(2, [wait('lock', [1])], { awaitedBy: [1] }),
        task(3, [wait('timer')], { awaitedBy: [1] }),
      ],
    ],
    [
      'two rings',
      [
        [1, 2],
        [3, 4],
      ],
      [
        task(1, [wait('lock', [2])]),
        task(2, [wait('lock', [1])]),
        task(3, [waitFor(4)]),
        task(4, [wait('lock', [3])]),
      ],
    ],
  ])('finds %s', (_, expected, tasks) => {
    expect(rings(...tasks)).toEqual(expected);
  });

  test.each<[string, TaskSnapshot[]]>([
    ['a holder that a timer wakes', [task(1, [wait('lock', [2])]), task(2, [wait('timer')])]],
    ['a holder that runs', [task(1, [wait('lock', [2])]), task(2, [], { state: 'running' })]],
    ['a lock whose holder is not known', [task(1, [wait('lock')])]],
    ['a holder that is done', [task(1, [wait('lock', [7])])]],
    ['a queue', [task(1, [wait('get')])]],
    [
      'a semaphore of which one holder goes on',
      [
        task(1, [wait('semaphore', [2, 3])]),
        task(2, [wait('lock', [1])]),
        task(3, [wait('timer')]),
      ],
    ],
    [
      'a semaphore with a slot whose holder is not known',
      [task(1, [wait('semaphore', [2], { slots: 2 })]), task(2, [wait('lock', [1])])],
    ],
    [
      'a function that races a lock with a timer',
      [task(1, [wait('lock', [2]), wait('timer')]), task(2, [wait('lock', [1])])],
    ],
    [
      'a wait that a deadline ends',
      [task(1, [wait('lock', [2])], { hasDeadline: true }), task(2, [wait('lock', [1])])],
    ],
  ])('does not accuse %s', (_, tasks) => {
    expect(rings(...tasks)).toEqual([]);
  });

  test('takes a chain of a hundred thousand tasks', () => {
    const tasks = Array.from({ length: 100_000 }, (_, at) =>
      task(at, [waitFor((at + 1) % 100_000)]),
    );
    expect(rings(...tasks)[0]).toHaveLength(100_000);
  });
});
