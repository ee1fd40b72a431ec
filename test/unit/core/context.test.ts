import {
  Context,
  ContextVar,
  copyContext,
  createTask,
  currentTask,
  Future,
  gather,
  getEventLoop,
  sleep,
  Task,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop } from '../loops.ts';

describe('the context of a task', () => {
  const user = new ContextVar('user', { defaultValue: 'nobody' });

  test('is a copy of the one it is created in: neither sees what the other sets later [ctx.copy_at_creation]', async () => {
    await inLoop(function* () {
      user.set('ada');
      const log: string[] = [];
      const task = createTask(function* () {
        log.push(`child sees ${user.get()}`);
        user.set('grace');
        yield* sleep(5);
        log.push(`child sees ${user.get()}`);
      });
      user.set('edsger');
      yield* sleep(1);
      log.push(`parent sees ${user.get()}`);
      yield* task;
      log.push(`parent sees ${user.get()}`);
      expect(log).toEqual([
        'child sees ada',
        'parent sees edsger',
        'child sees grace',
        'parent sees edsger',
      ]);
    });
  });

  test('is the same through every await, whatever callbacks and others set [ctx.callback_isolated]', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      const task = createTask(function* () {
        user.set('ada');
        for (let round = 0; round < 3; round++) {
          const future = new Future<void>();
          future.addDoneCallback(() => {
            log.push(`callback sees ${user.get()}`);
            user.set('a callback');
          });
          loop.callLater(1, () => {
            user.set('a timer');
            future.setResult();
          });
          yield* future;
          log.push(`task sees ${user.get()}`);
          user.set(`ada ${round}`);
        }
      });
      yield* task;
      expect(log).toEqual([
        'callback sees ada',
        'task sees ada',
        'callback sees ada 0',
        'task sees ada 0',
        'callback sees ada 1',
        'task sees ada 1',
      ]);
      expect(user.get()).toBe('nobody');
    });
  });

  test('is of its own for each of a hundred tasks that take turns [ctx.hundred_tasks]', async () => {
    await inLoop(function* () {
      const count = new ContextVar<number>('count');
      const tasks = Array.from({ length: 100 }, (_, n) =>
        createTask(function* () {
          count.set(n);
          for (let step = 0; step < 10; step++) {
            yield* sleep((n * 7 + step * 3) % 5);
            expect(count.get()).toBe(n + step);
            count.set(n + step + 1);
          }
          return count.get();
        }),
      );
      expect(yield* gather(tasks)).toEqual(tasks.map((_, n) => n + 10));
    });
  });

  test('is shared by tasks that are given the same one [ctx.explicit_shared]', async () => {
    await inLoop(function* (loop) {
      const count = new ContextVar('count', { defaultValue: 0 });
      const context = new Context();
      function* increment() {
        yield;
        count.set(count.get() + 1);
        return count.get();
      }
      expect(yield* createTask(increment(), { context })).toBe(1);
      expect(yield* loop.createTask(increment(), { context })).toBe(2);
      expect(yield* new Task(increment(), { context, loop })).toBe(3);
      expect([context.get(count), count.get()]).toEqual([3, 0]);
    });
  });

  test('is that of Context.run() around its creation', async () => {
    await inLoop(function* () {
      const context = copyContext();
      const task = context.run(() => {
        user.set('ada');
        return createTask(function* () {
          yield;
          return user.get();
        });
      });
      expect(user.get()).toBe('nobody');
      expect(yield* task).toBe('ada');
    });
  });

  test('is the one that a coroutine awaited as a part of it sets things in', async () => {
    await inLoop(function* () {
      function* login() {
        yield;
        user.set('ada');
      }
      yield* login();
      expect(user.get()).toBe('ada');
    });
  });

  test('is unharmed by an error', async () => {
    await inLoop(function* () {
      user.set('ada');
      const task = createTask(function* () {
        user.set('grace');
        throw new Error('boom');
      });
      yield;
      yield;
      task.exception();
      expect(user.get()).toBe('ada');
    });
  });
});

describe('the context of a scheduled callback', () => {
  test('is a copy of the one at the time of the call', async () => {
    await inLoop(function* (loop) {
      const user = new ContextVar('user', { defaultValue: 'nobody' });
      const seen: string[] = [];
      user.set('ada');
      const note = () => {
        seen.push(user.get());
        user.set('a callback');
      };
      loop.callSoon(note);
      loop.callLater(1, note);
      loop.callAt(2, note);
      user.set('grace');
      yield* sleep(3);
      expect([seen, user.get()]).toEqual([['ada', 'ada', 'ada'], 'grace']);
    });
  });
});

describe('a ContextVar', () => {
  test('answers its value, else the fallback, else its default', () => {
    new Context().run(() => {
      const withDefault = new ContextVar('a', { defaultValue: 1 });
      const without = new ContextVar<number>('b');
      expect([withDefault.get(), withDefault.get(2), without.get(2)]).toEqual([1, 2, 2]);
      withDefault.set(3);
      without.set(4);
      expect([withDefault.get(2), without.get(2)]).toEqual([3, 4]);
      expect(() => new ContextVar('empty').get()).toThrowErrorMatchingInlineSnapshot(
        `[ReferenceError: ContextVar 'empty' has no value here and no default. Call \`set()\` first, or give a fallback: \`get(fallback)\`.]`,
      );
    });
  });

  test('may hold undefined, and have it as its default', () => {
    new Context().run(() => {
      const variable = new ContextVar<number | undefined>('a', { defaultValue: 1 });
      variable.set(undefined);
      expect(variable.get(5)).toBeUndefined();
      expect(new ContextVar('b', { defaultValue: undefined }).get()).toBeUndefined();
    });
  });

  test('is brought back to the value from before by reset()', () => {
    new Context().run(() => {
      const variable = new ContextVar('a', { defaultValue: 'default' });
      const first = variable.set('first');
      const second = variable.set('second');
      expect([first.oldValue, second.oldValue]).toEqual([undefined, 'first']);
      variable.reset(second);
      expect(variable.get()).toBe('first');
      variable.reset(first);
      expect(variable.get()).toBe('default');
      expect(copyContext().has(variable)).toBe(false);
    });
  });

  test('refuses a token that was used, or is of another variable or context', () => {
    new Context().run(() => {
      const [a, b] = [new ContextVar<number>('a'), new ContextVar<number>('b')];
      const token = a.set(1);
      expect(() => b.reset(token)).toThrowErrorMatchingInlineSnapshot(
        `[RangeError: ContextVar 'b' expected a token of its own \`set()\`, but got one of 'a'.]`,
      );
      expect(() => new Context().run(() => a.reset(token))).toThrowErrorMatchingInlineSnapshot(
        `[RangeError: ContextVar 'a' expected a token made in this context, but it was made in another task or callback.]`,
      );
      a.reset(token);
      expect(() => a.reset(token)).toThrowErrorMatchingInlineSnapshot(
        `[RangeError: ContextVar 'a' was already reset with this token.]`,
      );
    });
  });

  test('has its name in its text form', () => {
    expect(String(new ContextVar('user'))).toBe("<ContextVar 'user'>");
  });
});

describe('a Context', () => {
  test('runs a function with arguments, and keeps what that sets', () => {
    const variable = new ContextVar<number>('a');
    const context = new Context();
    const answer = context.run((by: number) => {
      variable.set(by);
      return variable.get() * 2;
    }, 21);
    expect([answer, context.get(variable), context.has(variable), context.size]).toEqual([
      ...[42, 21, true, 1],
    ]);
    expect([...context.entries()]).toEqual([[variable, 21]]);
    expect(variable.get(0)).toBe(0);
  });

  test('is left when the function throws', () => {
    const variable = new ContextVar('a', { defaultValue: 'outside' });
    const context = new Context();
    const failing = () =>
      context.run(() => {
        variable.set('inside');
        throw new Error('boom');
      });
    expect(failing).toThrow('boom');
    expect([variable.get(), context.get(variable)]).toEqual(['outside', 'inside']);
  });

  test('has copies that go their own way', () => {
    const variable = new ContextVar<string>('a');
    const context = new Context();
    context.run(() => variable.set('first'));
    const copy = context.copy();
    copy.run(() => variable.set('second'));
    expect([context.get(variable), copy.get(variable)]).toEqual(['first', 'second']);
  });

  test('may be entered while it is entered', () => {
    const variable = new ContextVar<string>('a');
    const context = new Context();
    context.run(() => context.run(() => variable.set('inner')));
    expect(context.get(variable)).toBe('inner');
  });
});

test('outside of tasks and callbacks there is a context too', async () => {
  const variable = new ContextVar<string>('outside');
  const token = variable.set('here');
  const seen = await new Promise((resolve) =>
    getEventLoop().callSoon(() => resolve(variable.get('nothing'))),
  );
  expect(seen).toBe('here');
  variable.reset(token);
});

describe('a shippable ContextVar', () => {
  test('says that it is one', () => {
    expect(new ContextVar('unit.shippable', { shippable: true }).shippable).toBe(true);
    expect(new ContextVar('unit.shippable').shippable).toBe(false);
  });

  test('has a name, and a plain option', () => {
    expect(() => new ContextVar('', { shippable: true })).toThrow(
      new TypeError(
        '`new ContextVar()` expected a name for a shippable variable, as workers find it by that, but got "" (string).',
      ),
    );
    // @ts-expect-error it is or it is not
    expect(() => new ContextVar('unit.word', { shippable: 'yes' })).toThrow(
      new TypeError(
        '`new ContextVar()` expected `shippable` to be true or false, but got "yes" (string).',
      ),
    );
  });

  test('has a name that no other module uses for one', () => {
    const elsewhere = new ContextVar('unit.twice', { shippable: true });
    const declare = new Function(
      'ContextVar',
      "return new ContextVar('unit.twice', { shippable: true });\n//# sourceURL=file:///elsewhere.js",
    );
    expect(() => declare(ContextVar)).toThrow(
      /^ContextVar 'unit\.twice' expected a name that no other shippable variable has, as workers find it by that, but .* declares one too\. Import that one, or give this one another name: 'unit\.twice2'\.$/,
    );
    expect(elsewhere.name).toBe('unit.twice');
  });
});

describe('a context that is asked for while code of another one runs', () => {
  const user = new ContextVar('user', { defaultValue: 'nobody' });

  test('is that of the task all the same: what was set in it meanwhile is seen', async () => {
    const seen = await inLoop(function* () {
      return yield* createTask(function* () {
        const own = () => (currentTask() as Task<unknown>).getContext();
        new Context().run(() => own().run(() => user.set('ada')));
        return [user.get(), copyContext().get(user), own().get(user)];
      });
    });
    expect(seen).toEqual(['ada', 'ada', 'ada']);
  });

  test('by an eager task, too', async () => {
    const seen = await inLoop(function* () {
      return yield* createTask(function* () {
        const outer = currentTask() as Task<unknown>;
        createTask(
          function* () {
            outer.getContext().run(() => user.set('grace'));
          },
          { eagerStart: true },
        );
        return [user.get(), copyContext().get(user), outer.getContext().get(user)];
      });
    });
    expect(seen).toEqual(['grace', 'grace', 'grace']);
  });
});
