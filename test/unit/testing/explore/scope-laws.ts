/** Laws of cancel scopes: nested, coinciding and outer requests. */
import {
  CancelledError,
  CancelScope,
  cancelScope,
  createTask,
  moveOnAfter,
  type Task,
  wait,
} from 'skein';
import type { Environment } from 'skein/testing';
import type { Law } from './laws.ts';
import { deliversLate } from './style-of-laws.ts';

function check(isRight: boolean, text: string): void {
  if (!isRight) throw new Error(text);
}

/** A request to cancel the task itself ends it; those of its scopes do not. */
function checkEnd(task: Task<unknown>): void {
  check(
    task.cancelled() === task.cancelling() > 0,
    `${task} has ${task.cancelling()} requests, and its scopes have ended`,
  );
}

function stopWhenAnswered(env: Environment, name: string, scope: CancelScope): Task<void> {
  return createTask(
    function* () {
      yield* env.answer(`cancel the ${name} scope`);
      scope.cancel();
    },
    { name: `stops the ${name} one` },
  );
}

export const scopeLaws: readonly Law[] = [
  {
    name: 'a scope takes its own request and no other, and none is lost',
    *main(env) {
      const outer = new CancelScope({ name: 'outer' });
      const inner = new CancelScope({ name: 'inner' });
      const seen: string[] = [];
      const task = env.mayCancel(
        createTask(
          function* () {
            yield* outer.run(function* () {
              yield* inner.run(() => env.answer('inner work'));
              seen.push(outer.cancelCalled ? 'between, cancelled' : 'between');
              yield* env.answer('outer work');
              check(seen[0] === 'between', 'a wait of a cancelled scope has gone on');
            });
            yield* env.answer('work after');
          },
          { name: 'scoped' },
        ),
      );
      const stoppers = [
        stopWhenAnswered(env, 'inner', inner),
        stopWhenAnswered(env, 'outer', outer),
      ];
      yield* wait([task, ...stoppers]);
      checkEnd(task);
      for (const scope of [inner, outer]) {
        check(
          !scope.cancelledCaught || scope.cancelCalled,
          `${scope} caught what it did not ask for`,
        );
      }
    },
  },
  {
    name: 'a shielded block runs to its end, and the request is delivered then',
    *main(env) {
      let begun = 0;
      let ended = 0;
      const outer = new CancelScope();
      const task = env.mayCancel(
        createTask(
          function* () {
            yield* outer.run(function* () {
              try {
                yield* env.answer('work');
              } finally {
                yield* cancelScope({ shield: true }, function* () {
                  begun++;
                  yield* env.answer('cleanup 1');
                  yield* env.answer('cleanup 2');
                  ended++;
                });
              }
              yield* env.answer('more work');
              check(deliversLate || !outer.cancelCalled, 'a wait of a cancelled scope has gone on');
            });
          },
          { name: 'cleans up' },
        ),
      );
      yield* wait([task, stopWhenAnswered(env, 'outer', outer)]);
      check(begun === ended, 'the cleanup was cut off');
      checkEnd(task);
    },
  },
  {
    name: 'no wait of a level-triggered scope goes on once it was cancelled',
    *main(env) {
      const scope = new CancelScope({ level: true });
      const task = env.mayCancel(
        createTask(
          function* () {
            yield* scope.run(function* () {
              for (const attempt of [1, 2, 3]) {
                try {
                  const wasCancelled = scope.cancelCalled;
                  yield* env.answer(`attempt ${attempt}`);
                  check(!wasCancelled, 'a wait has gone on');
                } catch (error) {
                  if (!(error instanceof CancelledError)) throw error;
                  // It swallows what the scope asks for, and no request of the task itself.
                  if (error.source?.startsWith('a cancel scope') !== true) throw error;
                }
              }
            });
            yield* env.answer('work after');
          },
          { name: 'retries' },
        ),
      );
      yield* wait([task, stopWhenAnswered(env, 'level', scope)]);
      checkEnd(task);
    },
  },
  {
    name: 'moveOnAfter() goes on without a result that is late, and leaves no request',
    *main(env) {
      let moved = false;
      const task = env.mayCancel(
        createTask(
          function* () {
            const result = yield* moveOnAfter(5, function* () {
              yield* env.answer('the work');
              return 'in time';
            });
            moved = result === undefined;
            yield* env.answer('work after');
          },
          { name: 'moves on' },
        ),
      );
      yield* env.late(5);
      yield* wait([task]);
      checkEnd(task);
      if (moved) env.log('moved on');
    },
  },
];
