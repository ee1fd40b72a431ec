import { allTasks, createTask, currentTask, Future, sleep, type Task } from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

/** Compared by name: `toEqual()` would iterate the tasks. */
const names = (tasks: Iterable<Task<unknown>>) => Array.from(tasks, (task) => task.getName());

describe('allTasks()', () => {
  test('has the pending tasks, oldest first, and no others [introspect.done_not_listed]', async () => {
    await inLoop(function* () {
      currentTask()?.setName('main');
      const tasks = ['a', 'b', 'c', 'd'].map((name, i) => createTask(sleep(i + 1), { name }));
      expect(names(allTasks())).toEqual(['main', 'a', 'b', 'c', 'd']);
      expect(allTasks().has(tasks[0]!)).toBe(true);
      yield* sleep(1.5);
      expect(names(allTasks())).toEqual(['main', 'b', 'c', 'd']);
      tasks[2]!.cancel();
      yield* sleep(0.1);
      expect(names(allTasks())).toEqual(['main', 'b', 'd']);
      yield* sleep(10);
      expect(names(allTasks())).toEqual(['main']);
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
    const task = other.createTask(sleep(1), { name: 'elsewhere' });
    await inLoop(function* () {
      currentTask()?.setName('here');
      expect(names(allTasks())).toEqual(['here']);
      expect(names(allTasks(other))).toEqual(['elsewhere']);
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
