import { CancelledError, type Coroutine, createTask, Event, sleep } from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations } from '../combinators/helpers.ts';
import { inLoop } from '../loops.ts';

function* waitFor(event: Event, who: string, log: string[]): Coroutine<boolean> {
  const answer = yield* event.wait();
  log.push(who);
  return answer;
}

describe('Event', () => {
  test('wakes in order those who wait; who comes once it is set does not suspend, and so runs ahead [event.wait_order]', () =>
    inLoop(function* () {
      const event = new Event();
      const log: string[] = [];
      const [a, b] = ['a', 'b'].map((who) => createTask(waitFor(event, who, log)));
      yield* iterations(1);
      expect(log).toEqual([]);
      event.set();
      const answer = yield* waitFor(event, 'late', log);
      yield* iterations(1);
      expect(log).toEqual(['late', 'a', 'b']);
      expect([answer, yield* a!, yield* b!]).toEqual([true, true, true]);
    }));

  test('when it is set, wait() returns at once [event.wait_when_set]', () =>
    inLoop(function* (loop) {
      const event = new Event();
      event.set();
      let ran = false;
      loop.callSoon(() => {
        ran = true;
      });
      expect(yield* event.wait()).toBe(true);
      expect(ran).toBe(false);
    }));

  test('a cancelled waiter leaves it [event.wait_cancel]', () =>
    inLoop(function* () {
      const event = new Event();
      const task = createTask(event.wait());
      yield* iterations(1);
      expect(String(event)).toBe('<Event unset, 1 waiting>');
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(String(event)).toBe('<Event unset>');
    }));

  test('can be cleared [event.clear]', () => {
    const event = new Event();
    expect(event.isSet()).toBe(false);
    event.set();
    expect(event.isSet()).toBe(true);
    event.clear();
    expect(event.isSet()).toBe(false);
  });

  test('set and cleared at once it still wakes those who waited, each once [event.set_clear_set_still_wakes]', () =>
    inLoop(function* () {
      const event = new Event();
      const log: string[] = [];
      const tasks = ['a', 'b', 'c'].map((who) => createTask(waitFor(event, who, log)));
      yield* iterations(1);
      event.set();
      event.clear();
      event.set();
      event.clear();
      yield* iterations(2);
      expect(log).toEqual(['a', 'b', 'c']);
      expect(tasks.every((task) => task.done())).toBe(true);
      expect(event.isSet()).toBe(false);
    }));

  test('async functions wait for it, too', () =>
    inLoop(function* () {
      const event = new Event();
      const task = createTask(async () => await event.wait());
      yield* sleep(1);
      expect(task.done()).toBe(false);
      event.set();
      expect(yield* task).toBe(true);
    }));
});
