import { allTasks, createTask, currentTask, Future, sleep } from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

describe('allTasks()', () => {
  test('has the pending tasks, oldest first, and no others [introspect.done_not_listed]', async () => {
    await inLoop(function* () {
      const me = currentTask();
      const tasks = ['a', 'b', 'c', 'd'].map((name, i) => createTask(sleep(i + 1), { name }));
      expect([...allTasks()]).toEqual([me, ...tasks]);
      yield* sleep(1.5);
      expect([...allTasks()]).toEqual([me, ...tasks.slice(1)]);
      tasks[2]!.cancel();
      yield* sleep(0.1);
      expect([...allTasks()]).toEqual([me, tasks[1], tasks[3]]);
      yield* sleep(10);
      expect([...allTasks()]).toEqual([me]);
    });
  });

  test('leaves out a task that failed', async () => {
    await inLoop(function* () {
      const task = createTask(function* () {
        throw new Error('boom');
      });
      yield;
      yield;
      task.exception();
      expect(allTasks().has(task)).toBe(false);
    });
  });

  test('leaves out a task that was settled behind its back [introspect.done_not_listed]', async () => {
    await inLoop(function* (loop) {
      recordReports(loop);
      const task = createTask(sleep(5));
      yield;
      yield;
      Future.prototype.setResult.call(task, 'forced');
      expect(allTasks().has(task)).toBe(false);
      yield* sleep(10);
      expect(allTasks().has(task)).toBe(false);
    });
  });

  test('has the tasks of one loop: the current one, or the one given', async () => {
    const other = virtualLoop();
    const task = other.createTask(sleep(1));
    await inLoop(function* () {
      expect([...allTasks()]).toEqual([currentTask()]);
      expect([...allTasks(other)]).toEqual([task]);
    });
    await other.runUntilComplete(task);
    expect(allTasks(other).size).toBe(0);
  });

  test('is a copy, which later events leave alone', async () => {
    await inLoop(function* () {
      const task = createTask(sleep(1));
      const before = allTasks();
      yield* task;
      expect(before.has(task)).toBe(true);
      before.clear();
      expect(allTasks().size).toBe(1);
    });
  });
});
