import {
  allTasks,
  CancelledError,
  ContextVar,
  type Coroutine,
  copyContext,
  createTask,
  currentTask,
  type EventLoop,
  ExceptionGroup,
  eagerTaskFactory,
  sleep,
  type Task,
  type TaskGroup,
  TimeoutError,
  taskGroup,
  timeout,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inLoop, recordReports } from '../loops.ts';

function* failsAfter(ms: number, error: unknown = new RangeError(`after ${ms}`)) {
  yield* sleep(ms);
  throw error;
}

/** Sleeps for long; notes how that ends. */
function* sleeper(log: string[], name = 'sleeper'): Coroutine<void> {
  try {
    yield* sleep(10_000);
    log.push(`${name} slept`);
  } catch (error) {
    log.push(`${name}: ${(error as Error).name}`);
    throw error;
  }
}

/** What a group threw: messages, with nested groups as lists. */
function messages(error: unknown): unknown {
  if (error instanceof ExceptionGroup) return error.errors.map(messages);
  return error instanceof Error ? error.message || error.name : error;
}

const modes = [
  ['lazy', undefined],
  ['eager', eagerTaskFactory],
] as const;

function inMode<T>(
  factory: (typeof modes)[number][1],
  main: (loop: EventLoop) => Coroutine<T>,
): Promise<T> {
  const loop = new VirtualEventLoop();
  loop.setTaskFactory(factory);
  return loop.runUntilComplete(main(loop));
}

describe('taskGroup', () => {
  test('is left when all tasks are done, and returns what its body returns [tg.two_children]', () =>
    inLoop(function* (loop) {
      const [a, b] = yield* taskGroup(function* (tg) {
        return [tg.createTask(sleep(10, 42)), tg.createTask(sleep(20, 11))] as const;
      });
      expect([a.result(), b.result()]).toEqual([42, 11]);
      expect(loop.time()).toBe(20);
    }));

  test('takes tasks after its body has waited [tg.spawn_while_body_awaits]', () =>
    inLoop(function* (loop) {
      const results = yield* taskGroup(function* (tg) {
        const a = tg.createTask(sleep(10, 42));
        yield* sleep(15);
        return [a, tg.createTask(sleep(20, 11))];
      });
      expect(results.map((task) => task.result())).toEqual([42, 11]);
      expect(loop.time()).toBe(35);
    }));

  test('goes on when one task is cancelled by itself [tg.child_cancelled_individually]', () =>
    inLoop(function* () {
      const [a, b] = yield* taskGroup(function* (tg) {
        const a = tg.createTask(sleep(100, 42));
        yield* sleep(15);
        a.cancel();
        return [a, tg.createTask(sleep(20, 11))] as const;
      });
      expect(a.cancelled()).toBe(true);
      expect(b.result()).toBe(11);
    }));

  test('cancels the siblings when a child fails, and awaits them [tg.child_error_cancels_sibling]', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      let sibling: Task<void> | undefined;
      function* main() {
        yield* taskGroup(function* (tg) {
          tg.createTask(failsAfter(10));
          sibling = tg.createTask(function* () {
            try {
              yield* sleep(1000);
            } finally {
              yield* sleep(5);
              log.push('sibling cleaned up');
            }
          });
        });
        log.push('after the group');
      }
      const error = yield* caught(createTask(main()));
      expect(error).toBeInstanceOf(ExceptionGroup);
      expect((error as Error).message).toBe('unhandled errors in a TaskGroup');
      expect(messages(error)).toEqual(['after 10']);
      expect(log).toEqual(['sibling cleaned up']);
      expect(sibling?.cancelled()).toBe(true);
      expect(loop.time()).toBe(15);
    }));

  test('cancels the body too, and collects the errors of several children [tg.child_errors_cancel_body]', () =>
    inLoop(function* () {
      const log: string[] = [];
      const error = yield* caught(
        taskGroup(function* (tg) {
          for (const name of ['a', 'b', 'c']) tg.createTask(failsAfter(10, new RangeError(name)));
          tg.createTask(sleeper(log));
          yield* sleeper(log, 'body');
        }),
      );
      // The children fail in the same iteration: all of them are told of.
      expect(messages(error)).toEqual(['a', 'b', 'c']);
      expect(log.sort()).toEqual(['body: CancelledError', 'sleeper: CancelledError']);
    }));

  test('cancels all tasks when its caller is cancelled while it waits for them [tg.outer_cancel_reaches_all]', () =>
    inLoop(function* () {
      const log: string[] = [];
      const owner = createTask(function* () {
        yield* taskGroup(function* (tg) {
          for (let i = 0; i < 5; i++) tg.createTask(sleeper(log));
        });
      });
      yield* sleep(10);
      owner.cancel('test');
      expect(yield* caught(owner)).toMatchObject({ name: 'CancelledError', reason: 'test' });
      expect(owner.cancelled()).toBe(true);
      expect(log).toEqual(Array(5).fill('sleeper: CancelledError'));
    }));

  test('cancels body and tasks when its caller is cancelled while the body waits [tg.outer_cancel_body_and_children]', () =>
    inLoop(function* () {
      const log: string[] = [];
      const owner = createTask(function* () {
        yield* taskGroup(function* (tg) {
          tg.createTask(sleeper(log, 'child'));
          tg.createTask(sleeper(log, 'child'));
          yield* sleeper(log, 'body');
        });
      });
      yield* sleep(10);
      owner.cancel('test');
      expect(yield* caught(owner)).toMatchObject({ name: 'CancelledError', reason: 'test' });
      expect(log).toEqual([
        'body: CancelledError',
        'child: CancelledError',
        'child: CancelledError',
      ]);
    }));

  test('throws the errors of tasks rather than the cancellation of its caller [tg.outer_cancel_plus_child_errors]', () =>
    inLoop(function* () {
      function* failsInCleanup() {
        try {
          yield* sleep(10_000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
          throw new RangeError('in cleanup');
        }
      }
      const owner = createTask(function* () {
        yield* taskGroup(function* (tg) {
          tg.createTask(failsInCleanup());
          tg.createTask(failsInCleanup());
          yield* sleep(10_000);
        });
      });
      yield* sleep(10);
      owner.cancel();
      expect(messages(yield* caught(owner))).toEqual(['in cleanup', 'in cleanup']);
      expect(owner.cancelled()).toBe(false);
    }));

  test.each([true, false])(
    'cancels its tasks when the body fails (after a wait: %s) [tg.body_error_cancels_children]',
    (waits) =>
      inLoop(function* () {
        const children: Task<number>[] = [];
        const error = yield* caught(
          taskGroup(function* (tg) {
            children.push(tg.createTask(sleep(1000, 42)), tg.createTask(sleep(2000, 11)));
            if (waits) yield* sleep(1);
            throw new RangeError('body');
          }),
        );
        expect(messages(error)).toEqual(['body']);
        expect(children.every((child) => child.cancelled())).toBe(true);
      }),
  );

  test('throws a group within a group when an inner group fails [tg.nested_inner_errors]', () =>
    inLoop(function* () {
      for (const ownChild of [false, true]) {
        const log: string[] = [];
        const error = yield* caught(
          taskGroup(function* (outer) {
            if (ownChild) outer.createTask(sleeper(log));
            yield* taskGroup(function* (inner) {
              for (let i = 0; i < 3; i++) inner.createTask(failsAfter(10));
              yield* sleep(10_000);
            });
          }),
        );
        expect(messages(error)).toEqual([['after 10', 'after 10', 'after 10']]);
        expect(log).toEqual(ownChild ? ['sleeper: CancelledError'] : []);
      }
    }));

  test('cancels the inner group when an outer task fails, and throws that error alone [tg.nested_outer_child_fails]', () =>
    inLoop(function* (loop) {
      const error = yield* caught(
        taskGroup(function* (outer) {
          outer.createTask(failsAfter(10));
          yield* taskGroup(function* (inner) {
            inner.createTask(failsAfter(10_000));
          });
        }),
      );
      expect(messages(error)).toEqual(['after 10']);
      expect(loop.time()).toBe(10);
    }));

  test('cancels the outer tasks when an inner task fails [tg.nested_inner_child_fails]', () =>
    inLoop(function* (loop) {
      const error = yield* caught(
        taskGroup(function* (outer) {
          outer.createTask(failsAfter(10_000));
          yield* taskGroup(function* (inner) {
            inner.createTask(failsAfter(10));
          });
        }),
      );
      expect(messages(error)).toEqual([['after 10']]);
      expect(loop.time()).toBe(10);
    }));

  function* cleansUpWhileChildFails(log: string[]) {
    yield* taskGroup(function* (tg) {
      tg.createTask(function* () {
        try {
          yield* sleep(10_000);
        } finally {
          yield* sleep(30);
          // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
          throw new RangeError('late');
        }
      });
      try {
        yield* sleep(10_000);
      } catch (error) {
        log.push('body cleans up');
        yield* sleep(50);
        log.push('body is clean');
        throw error;
      }
    });
  }

  test('lets the body finish its cleanup when its caller is cancelled [tg.cancel_then_child_error_during_cleanup]', () =>
    inLoop(function* () {
      const log: string[] = [];
      const owner = createTask(cleansUpWhileChildFails(log));
      yield* sleep(10);
      owner.cancel();
      const error = yield* caught(owner);
      expect(messages(error)).toEqual(['late']);
      expect(log).toEqual(['body cleans up', 'body is clean']);
    }));

  test('lets a child that fails meanwhile decide what comes out', () =>
    inLoop(function* () {
      const log: string[] = [];
      const owner = createTask(function* () {
        yield* taskGroup(function* (tg) {
          tg.createTask(failsAfter(30));
          try {
            yield* sleep(10_000);
          } catch (error) {
            yield* caught(sleep(50));
            log.push('body is clean');
            throw error;
          }
        });
      });
      yield* sleep(10);
      owner.cancel();
      // The body left the group open while it cleaned up, so the child was still running, and failed.
      expect(messages(yield* caught(owner))).toEqual(['after 30']);
      expect(log).toEqual(['body is clean']);
    }));

  test('does the same when the cancellation comes through a task that awaits it [tg.same_via_intermediate_task]', () =>
    inLoop(function* () {
      const log: string[] = [];
      const owner = createTask(function* () {
        yield* createTask(cleansUpWhileChildFails(log));
      });
      yield* sleep(10);
      owner.cancel();
      expect(messages(yield* caught(owner))).toEqual(['late']);
      expect(log).toEqual(['body cleans up', 'body is clean']);
    }));

  test('throws the plain cancellation when it has no tasks [tg.cancel_empty_group]', () =>
    inLoop(function* () {
      const log: string[] = [];
      const owner = createTask(function* () {
        yield* taskGroup(() => sleeper(log, 'body'));
      });
      yield* sleep(10);
      owner.cancel('test');
      expect(yield* caught(owner)).toMatchObject({ name: 'CancelledError', reason: 'test' });
      expect(log).toEqual(['body: CancelledError']);
    }));

  test('groups the error that a body made of its cancellation [tg.body_converts_cancel_to_error]', () =>
    inLoop(function* () {
      const owner = createTask(function* () {
        yield* taskGroup(function* () {
          try {
            yield* sleep(10_000);
          } catch {
            throw new RangeError('converted');
          }
        });
      });
      yield* sleep(10);
      owner.cancel();
      expect(messages(yield* caught(owner))).toEqual(['converted']);
    }));

  test('collects the error of a child and that of the body, in this order [tg.child_and_body_errors_both]', () =>
    inLoop(function* () {
      const error = yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(failsAfter(10));
          try {
            yield* sleep(10_000);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
            throw new RangeError('body');
          }
        }),
      );
      expect(messages(error)).toEqual(['after 10', 'body']);
    }));

  test('groups any thrown value, not only errors [tg.base_errors_grouped]', () =>
    inLoop(function* () {
      const error = yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(failsAfter(10, null));
          tg.createTask(function* () {
            yield* sleep(10);
            throw undefined;
          });
          try {
            yield* sleep(10_000);
          } catch {
            throw 'a string';
          }
        }),
      );
      expect((error as ExceptionGroup).errors).toEqual([null, undefined, 'a string']);
    }));

  test('is cancelled early, with two tasks asleep [tg.outer_cancel_simple]', () =>
    inLoop(function* () {
      const log: string[] = [];
      const owner = createTask(function* () {
        yield* taskGroup(function* (tg) {
          tg.createTask(sleeper(log, 'a'));
          tg.createTask(sleeper(log, 'b'));
        });
      });
      yield* iterations(3);
      owner.cancel();
      expect(yield* caught(owner)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['a: CancelledError', 'b: CancelledError']);
    }));

  test('lets go of tasks that are done while it is open [tg.finished_children_released]', () =>
    inLoop(function* () {
      yield* taskGroup(function* (tg) {
        for (let i = 0; i < 100; i++) {
          yield* tg.createTask(sleep(1));
          yield;
          expect(`${tg}`).toBe('<TaskGroup of 0 tasks>');
        }
      });
    }));

  test('takes tasks from its tasks, also when its body has ended [tg.child_spawns_siblings]', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      yield* taskGroup(function* (tg) {
        function* spawn(left: number): Coroutine<void> {
          yield* sleep(10);
          log.push(`${left} left at ${loop.time()}`);
          if (left > 0) tg.createTask(spawn(left - 1));
        }
        tg.createTask(spawn(3));
      });
      expect(log).toEqual(['3 left at 10', '2 left at 20', '1 left at 30', '0 left at 40']);
    }));

  test.each(modes)(
    'stops tasks that multiply when one fails (%s) [tg.exponential_spawners_abort]',
    (_, factory) =>
      inMode(factory, function* () {
        let spawned = 0;
        const error = yield* caught(
          taskGroup(function* (tg) {
            function* spawn(): Coroutine<void> {
              spawned++;
              yield* sleep(1);
              tg.createTask(spawn());
              tg.createTask(spawn());
            }
            tg.createTask(spawn());
            tg.createTask(failsAfter(6.5));
          }),
        );
        expect(messages(error)).toEqual(['after 6.5']);
        expect(spawned).toBe(127);
        const before = spawned;
        yield* sleep(10);
        expect(spawned).toBe(before);
      }),
  );

  test('passes a name on [tg.child_name]', () =>
    inLoop(function* () {
      yield* taskGroup(function* (tg) {
        const task = tg.createTask(sleep(1), { name: 'yolo' });
        expect(task.getName()).toBe('yolo');
      });
    }));

  test('is not left with a task that it does not know when an option is refused', () =>
    inLoop(function* (loop) {
      let ran = false;
      function* work() {
        ran = true;
        yield* sleep(1000);
      }
      const result = yield* taskGroup(function* (tg) {
        const signal = new AbortController() as unknown as AbortSignal;
        const error = thrownBy(() => tg.createTask(work, { signal }));
        expect((error as Error).message).toContain('Pass `controller.signal`.');
        expect(`${tg}`).toBe('<TaskGroup of 0 tasks>');
        yield* sleep(1);
        return 'left';
      });
      expect([result, ran, loop.time(), allTasks().size]).toEqual(['left', false, 1, 1]);
    }));

  test('passes a context on [tg.child_context]', () =>
    inLoop(function* () {
      const variable = new ContextVar<string>('variable');
      const context = copyContext();
      yield* taskGroup(function* (tg) {
        const task = tg.createTask(
          function* () {
            variable.set('set');
          },
          { context },
        );
        yield* task;
        expect(task.getContext()).toBe(context);
      });
      expect(context.get(variable)).toBe('set');
      expect(variable.get('not here')).toBe('not here');
    }));

  test('takes no tasks once it is shutting down, and closes the coroutine [tg.no_spawn_after_failure]', () =>
    inLoop(function* () {
      let sentence = '';
      let ran = false;
      function* late() {
        ran = true;
        yield;
      }
      const refused = late();
      const error = yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(failsAfter(1));
          try {
            yield* sleep(10);
          } finally {
            sentence = (thrownBy(() => tg.createTask(refused)) as Error).message;
          }
        }),
      );
      expect(messages(error)).toEqual(['after 1']);
      expect(sentence).toMatchInlineSnapshot(
        `"The task group is shutting down; it takes no new tasks."`,
      );
      expect(refused.next()).toEqual({ done: true, value: undefined });
      expect(ran).toBe(false);
    }));

  test('collects what a resource throws on its way out, too [tg.cm_inside_body_raises_on_exit]', () =>
    inLoop(function* () {
      function* resource(): Coroutine<void> {
        try {
          yield* sleep(10_000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
          throw new RangeError('on exit');
        }
      }
      const error = yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(failsAfter(10));
          yield* resource();
        }),
      );
      expect(messages(error)).toEqual(['after 10', 'on exit']);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('takes no tasks once it is finished, and closes the coroutine [tg.no_spawn_after_finish]', () =>
    inLoop(function* () {
      let group: TaskGroup | undefined;
      yield* taskGroup(function* (tg) {
        group = tg;
        tg.createTask(sleep(1));
      });
      const late = sleep(1, 'late');
      const error = thrownBy(() => group?.createTask(late)) as Error;
      expect(error.message).toMatchInlineSnapshot(
        `"The task group is finished; it takes no new tasks."`,
      );
      expect(late.next()).toEqual({ done: true, value: undefined });
    }));

  test('refuses to run outside of a task [tg.needs_parent_task]', () => {
    let ran = false;
    const group = taskGroup(function* () {
      ran = true;
    });
    expect(() => group.next()).toThrowErrorMatchingInlineSnapshot(
      `[Error: \`taskGroup()\` expected to run in a task, but there is none. Start one with \`run()\` or \`createTask()\`.]`,
    );
    expect(ran).toBe(false);
  });

  test('takes back its request to cancel its caller [tg.cancelling_count_restored]', () =>
    inLoop(function* () {
      for (const inBody of [true, false]) {
        const error = yield* caught(
          taskGroup(function* (tg) {
            tg.createTask(failsAfter(1));
            if (inBody) yield* sleep(10);
          }),
        );
        expect(messages(error)).toEqual(['after 1']);
        expect(currentTask()?.cancelling()).toBe(0);
      }
      yield* sleep(1);
    }));

  test('takes back only its own request when an outer group fails as well [tg.nested_both_fail]', () =>
    inLoop(function* () {
      const counts: (number | undefined)[] = [];
      const outer = yield* caught(
        taskGroup(function* (outer) {
          const inner = yield* caught(
            taskGroup(function* (inner) {
              inner.createTask(failsAfter(10, new RangeError('inner')));
              outer.createTask(failsAfter(10, new RangeError('outer')));
              yield* sleep(1000);
            }),
          );
          counts.push(currentTask()?.cancelling());
          expect(messages(inner)).toEqual(['inner']);
        }),
      );
      counts.push(currentTask()?.cancelling());
      expect(messages(outer)).toEqual(['outer']);
      expect(counts).toEqual([1, 0]);
    }));

  test('never loses a cancellation of its caller, though errors go first [tg.error_and_external_cancel]', () =>
    inLoop(function* () {
      const log: string[] = [];
      const owner = createTask(function* () {
        const error = yield* caught(
          taskGroup(function* (tg) {
            tg.createTask(function* () {
              try {
                yield* sleep(1000);
              } catch {
                throw new RangeError('in cleanup');
              }
            });
            yield* sleep(1000);
          }),
        );
        log.push(`${messages(error)}`, `cancelling: ${owner.cancelling()}`);
        yield* sleep(1000);
        log.push('not cancelled');
      });
      yield* sleep(10);
      owner.cancel();
      expect(yield* caught(owner)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['in cleanup', 'cancelling: 1']);
    }));

  test.each(modes)(
    'cancels a task whose creation made a sibling fail (%s) [tg.failing_grandchild_during_spawn]',
    (_, factory) =>
      inMode(factory, function* () {
        const log: string[] = [];
        const error = yield* caught(
          taskGroup(function* (tg) {
            tg.createTask(function* () {
              tg.createTask(function* () {
                throw new RangeError('grandchild');
              });
              yield* sleeper(log, 'child');
            });
            yield* sleeper(log, 'body');
          }),
        );
        expect(messages(error)).toEqual(['grandchild']);
        expect(log.sort()).toEqual(['body: CancelledError', 'child: CancelledError']);
      }),
  );

  test.each(modes)(
    'leaves no cancellation behind when a child fails before the body waits (%s) [tg.no_cancellation_leak]',
    (_, factory) =>
      inMode(factory, function* () {
        const error = yield* caught(
          taskGroup(function* (tg) {
            tg.createTask(function* () {
              throw new RangeError('at once');
            });
          }),
        );
        expect(messages(error)).toEqual(['at once']);
        expect(currentTask()?.cancelling()).toBe(0);
        yield;
        yield* sleep(1);
      }),
  );

  test('returns what the body of an empty group returns without an iteration in between', () =>
    inLoop(function* (loop) {
      let iterated = false;
      loop.callSoon(() => {
        iterated = true;
      });
      expect(
        yield* taskGroup(function* () {
          return 'at once';
        }),
      ).toBe('at once');
      expect(iterated).toBe(false);
    }));

  test('waits again for its tasks however often its caller is cancelled', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const owner = createTask(function* () {
        yield* taskGroup(function* (tg) {
          tg.createTask(function* () {
            try {
              yield* sleep(1000);
            } finally {
              yield* sleep(50);
              log.push('child is clean');
            }
          });
        });
      });
      yield* sleep(10);
      for (let i = 0; i < 3; i++) {
        owner.cancel();
        yield* sleep(5);
      }
      yield* caught(owner);
      expect(log).toEqual(['child is clean']);
      expect(loop.time()).toBe(60);
    }));

  test('reports nothing of errors that it threw', async () => {
    const loop = new VirtualEventLoop();
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      caught(
        taskGroup(function* (tg) {
          tg.createTask(failsAfter(1));
          tg.createTask(failsAfter(1));
        }),
      ),
    );
    loop.close();
    expect(reports).toEqual([]);
  });

  test('refuses a body that is not a function', () => {
    expect(() => taskGroup(sleep(1) as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`taskGroup()\` expected a generator function or an async function, but got a coroutine (a started generator function). Write \`taskGroup(async (tg) => { … })\`.]`,
    );
  });
});

describe('taskGroup, cancelled by itself', () => {
  test('cancels its tasks and its body, and throws nothing [tg.cancel.children_and_body]', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const result = yield* taskGroup(function* (tg) {
        tg.createTask(sleeper(log, 'child'));
        loop.callLater(10, () => tg.cancel());
        yield* sleeper(log, 'body');
        return 'never';
      });
      expect(result).toBeUndefined();
      expect(log.sort()).toEqual(['body: CancelledError', 'child: CancelledError']);
      expect(currentTask()?.cancelling()).toBe(0);
      expect(loop.time()).toBe(10);
      yield* sleep(1);
    }));

  test('returns what its body returns, if the body itself cancels it and goes on to its end', () =>
    inLoop(function* (loop) {
      const coroutine = yield* taskGroup(function* (tg) {
        tg.createTask(sleep(60_000));
        yield* sleep(1);
        tg.cancel();
        return 'of a coroutine';
      });
      const asyncFunction = yield* taskGroup(async (tg) => {
        tg.createTask(sleep(60_000));
        await sleep(1);
        tg.cancel();
        return 'of an async function';
      });
      const asyncInAsync = yield* createTask(
        async () =>
          await taskGroup(async (tg) => {
            tg.createTask(sleep(60_000));
            tg.cancel();
            return 'of an async function';
          }),
      );
      expect([coroutine, asyncFunction, asyncInAsync]).toEqual([
        'of a coroutine',
        'of an async function',
        'of an async function',
      ]);
      expect(loop.time()).toBe(2);
      expect(currentTask()?.cancelling()).toBe(0);
      yield* sleep(1);
    }));

  test('has no result if an async body was stopped, and throws a cancellation from outside all the same', () =>
    inLoop(function* () {
      const stopped = yield* taskGroup(async (tg) => {
        tg.cancel();
        await sleep(1);
        return 'never';
      });
      expect(stopped).toBeUndefined();
      const owner = createTask(async () => {
        await taskGroup(async (tg) => {
          owner.cancel('from outside');
          tg.cancel();
          return 'swallowed';
        });
      });
      expect(yield* caught(owner)).toMatchObject({ message: 'from outside' });
    }));

  test('cancels its tasks when the body has ended', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      yield* taskGroup(function* (tg) {
        tg.createTask(sleeper(log, 'a'));
        tg.createTask(function* () {
          yield* sleep(5);
          tg.cancel();
        });
      });
      expect(log).toEqual(['a: CancelledError']);
      expect(loop.time()).toBe(5);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('may be cancelled again, and after it is finished [tg.cancel.after_exit_noop]', () =>
    inLoop(function* () {
      let group: TaskGroup | undefined;
      yield* taskGroup(function* (tg) {
        group = tg;
        tg.cancel();
        tg.cancel();
        yield* sleep(10);
      });
      group?.cancel();
      expect(currentTask()?.cancelling()).toBe(0);
      yield* sleep(1);
      yield* taskGroup(function* (tg) {
        group = tg;
      });
      group?.cancel();
      yield* sleep(1);
    }));

  test('takes no tasks any more [tg.cancel.refuses_new_children]', () =>
    inLoop(function* () {
      let error: unknown;
      yield* taskGroup(function* (tg) {
        tg.cancel();
        error = thrownBy(() => tg.createTask(sleep(1)));
      });
      expect(error).toEqual(new Error('The task group is shutting down; it takes no new tasks.'));
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('throws what its tasks throw all the same [tg.cancel.child_errors_still_raise]', () =>
    inLoop(function* () {
      const error = yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(function* () {
            try {
              yield* sleep(1000);
            } catch {
              throw new RangeError('in cleanup');
            }
          });
          yield* sleep(1);
          tg.cancel();
          yield* sleep(1000);
        }),
      );
      expect(messages(error)).toEqual(['in cleanup']);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test.each(modes)(
    'cancels the child that cancels it in its first step (%s) [tg.cancel.from_eager_child]',
    (_, factory) =>
      inMode(factory, function* (loop) {
        const log: string[] = [];
        yield* taskGroup(function* (tg) {
          tg.createTask(function* () {
            tg.cancel();
            yield* sleeper(log, 'child');
          });
          yield* sleep(0);
          yield* sleeper(log, 'body');
        });
        expect(log).toContain('child: CancelledError');
        expect(loop.time()).toBe(0);
      }),
  );

  test('does not swallow a cancellation from outside that comes while its tasks clean up [tg.cancel.keeps_outer_cancellation]', () =>
    inLoop(function* (loop) {
      function* cleansUp() {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(50);
        }
      }
      const owner = createTask(function* () {
        yield* taskGroup(function* (tg) {
          tg.createTask(cleansUp());
          yield* sleep(5);
          tg.cancel();
        });
        return 'swallowed';
      });
      yield* sleep(20);
      owner.cancel('from outside');
      expect(yield* caught(owner)).toBeInstanceOf(CancelledError);
      expect(loop.time()).toBe(55);

      const error = yield* caught(
        timeout(20, function* () {
          yield* taskGroup(function* (tg) {
            tg.createTask(cleansUp());
            yield* sleep(5);
            tg.cancel();
          });
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(currentTask()?.cancelling()).toBe(0);
    }));
});
