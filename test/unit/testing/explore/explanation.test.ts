import { createTask, Event, gather, Lock, sleep, taskGroup, wait } from 'skein';
import { type Environment, type ExplorationError, explore } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../../hosts.ts';
import { bugs } from './bugs.ts';

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as ExplorationError).message;
  }
  throw new Error('nothing failed');
}

const bug = (name: string) => bugs.find((each) => each.name.startsWith(name)) as (typeof bugs)[0];

describe('the explanation of a failure', () => {
  // The recordings themselves are in test/node/inspect/explanation.test.ts.
  test.skipIf(inNode)('tells the failure, and that a page writes no file', () => {
    const { main } = bug('a deadline and an item');
    const told = messageOf(() => explore((env) => main(env, false), { record: 'failure.skein' }));
    expect(told).toMatch(/^fails in schedule 2 of 1000 .*: the letter is lost/);
    expect(told).toMatch(
      /\n {2}It could not be recorded in failure\.skein: only Node, Deno and Bun/,
    );
  });

  test('has a column for each task, marks departures, and names the schedule', () => {
    const { main } = bug('a deadline and an item');
    expect(messageOf(() => explore((env) => main(env, false)))).toMatchInlineSnapshot(`
      "fails in schedule 2 of 1000 (seed 20260101): the letter is lost
        1 departure from the usual order (*) explains it; no schedule with fewer fails so.

            ms  main                                consumer                             outside
             0  starts consumer; waits for 'the
                post'
             0                                      waits for a future
             0                                                                           'the post' is answered
        *    5                                                                           time passes: a step took 5 ms
             5  wakes consumer; waits for consumer
             5                                                                           a deadline cancels consumer
             5                                      gets a CancelledError, though what
                                                    it waited for had a result; wakes
                                                    main; ends
             5  ends
        Left: nothing.
        Unanswered: nothing.
        Again: explore(…, { replay: 'x1.fifo.2.dm0w' })   or SKEIN_EXPLORE_REPLAY=x1.fifo.2.dm0w"
    `);
  });

  test('tells who holds what the tasks of a deadlock wait for', () => {
    const { main } = bug('two accounts');
    expect(messageOf(() => explore((env) => main(env, false)))).toMatchInlineSnapshot(`
      "fails in schedule 3 of 1000 (seed 20260101): main waits, and nothing can happen any more
        1 departure from the usual order (*) explains it; no schedule with fewer fails so.

            ms  there                             back                               outside
             0  waits for 'account 0 is read'
             0                                    waits for 'the second order
                                                  comes'
        *    0                                                                       'the second order comes' is
                                                                                     answered
             0                                    waits for 'account 1 is read'
             0                                                                       'account 0 is read' is answered
             0  waits for the Lock, held by back
             0                                                                       'account 1 is read' is answered
             0                                    waits for the Lock, held by there
        Left:
          <Task 'main' pending waiting for gather() of task 'there', task 'back'>
          <Task 'there' pending waiting for <Lock locked by task 'back', 1 waiting>>
          <Task 'back' pending waiting for <Lock locked by task 'there', 1 waiting>>
        Unanswered: nothing.
        Again: explore(…, { replay: 'x1.fifo.0.r5ho' })   or SKEIN_EXPLORE_REPLAY=x1.fifo.0.r5ho"
    `);
  });

  test('tells where a task was cancelled from outside', () => {
    const { main } = bug('a connection');
    expect(messageOf(() => explore((env) => main(env, false)))).toMatchInlineSnapshot(`
      "fails in schedule 9 of 1000 (seed 20260101): main waits, and nothing can happen any more
        1 departure from the usual order (*) explains it; no schedule with fewer fails so.

            ms  query 1                              query 2                                           outside
             0  waits for 'rows of 1'
             0                                       waits for an item of the Queue, last put by main
        *    0                                                                                         cancels query 1
             0  gets a CancelledError; is cancelled
        Left:
          <Task 'main' pending waiting for task 'query 2'>
          <Task 'query 2' pending waiting for an item of <Queue 0 items>>
        Unanswered: nothing.
        Again: explore(…, { replay: 'x1.fifo.1.bxad' })   or SKEIN_EXPLORE_REPLAY=x1.fifo.1.bxad"
    `);
  });

  test('names the task in each line if there are more than four', () => {
    function* main(env: Environment) {
      const log: number[] = [];
      function* work(n: number) {
        yield* sleep(10 - n);
        log.push(n);
      }
      yield* gather([1, 2, 3, 4, 5].map((n) => createTask(work(n), { name: `worker ${n}` })));
      if (env.choose(2, 'a coin') === 1) throw new Error(log.join());
    }
    expect(messageOf(() => explore(main))).toMatchInlineSnapshot(`
      "fails in schedule 2 of 1000 (seed 20260101): 5,4,3,2,1
        1 departure from the usual order (*) explains it; no schedule with fewer fails so.

            ms
             0  main: starts worker 1, worker 2, worker 3, worker 4, worker 5; waits for gather()
             0  worker 1: waits for a timer due in 9 ms
             0  worker 2: waits for a timer due in 8 ms
             0  worker 3: waits for a timer due in 7 ms
             0  worker 4: waits for a timer due in 6 ms
             0  worker 5: waits for a timer due in 5 ms
             5  outside: time passes
             5  worker 5: ends
             6  outside: time passes
             6  worker 4: ends
             7  outside: time passes
             7  worker 3: ends
             8  outside: time passes
             8  worker 2: ends
             9  outside: time passes
             9  worker 1: ends
        *    9  main: chooses 1 for 'a coin'; fails: Error(5,4,3,2,1)
        Left: nothing.
        Unanswered: nothing.
        Again: explore(…, { replay: 'x1.fifo.8.axga' })   or SKEIN_EXPLORE_REPLAY=x1.fifo.8.axga"
    `);
  });

  test('says when only another order of ready tasks fails', () => {
    const { main } = bug('a task relies');
    const lines = messageOf(() => explore((env) => main(env, false), { orders: 'tasks' })).split(
      '\n',
    );
    expect(lines.slice(0, 4)).toMatchInlineSnapshot(`
      [
        "fails in schedule 3 of 1000 (seed 20260101): written in the order body, header",
        "  1 departure from the usual order (*) explains it; no schedule with fewer fails so.",
        "  Tasks ran in another order than they became ready (orders: 'tasks'): today no loop does that, but the next await that",
        "  somebody adds may have the same effect.",
      ]
    `);
  });

  test('says that the end of a task cancelled others, and not a deadline', () => {
    const failure = () =>
      explore(function* (env) {
        const never = new Event();
        yield* taskGroup(function* (group) {
          group.createTask(never.wait(), { name: 'writer' });
          yield* group.createTask(
            function* () {
              yield* env.answer('the reading', undefined, { fails: new RangeError('no disk') });
              never.set();
            },
            { name: 'reader' },
          );
        });
      });
    expect(messageOf(failure)).toMatch(/ {2}a done callback cancels main,\s+writer\n/);
  });

  test.runIf(inNode)('names the promises that an async function was given', async () => {
    const main = async (env: Environment) => {
      let count = 0;
      const visit = async (n: number) => {
        const seen = await env.promise(`visitor ${n} reads`, () => count);
        await env.promise(`visitor ${n} thinks`);
        count = seen + 1;
      };
      await gather([1, 2].map((n) => createTask(() => visit(n), { name: `visitor ${n}` })));
      if (count !== 2) throw new Error(`${count} visits are counted`);
    };
    const failure = await explore(main).catch((error: unknown) => error as ExplorationError);
    const { timeline } = failure as ExplorationError;
    const ofVisitors = timeline.filter(({ who }) => who !== 'outside' && who !== 'main');
    expect(ofVisitors.map(({ who, what }) => `${who}: ${what}`)).toEqual([
      "visitor 1: waits for 'visitor 1 reads'",
      "visitor 2: waits for 'visitor 2 reads'",
      "visitor 1: waits for 'visitor 1 thinks'",
      "visitor 2: waits for 'visitor 2 thinks'",
      'visitor 1: ends',
      'visitor 2: ends',
    ]);
  });

  test('shows what shared objects are used for, and what the test logs', () => {
    function* main(env: Environment) {
      const account = env.shared({ balance: 100 });
      function* withdraw(amount: number) {
        const { balance } = account;
        yield* env.answer('the bank agrees');
        account.balance = balance - amount;
        env.log(`${amount} are paid out`);
      }
      yield* gather([
        createTask(withdraw(10), { name: 'ada' }),
        createTask(withdraw(20), { name: 'bob' }),
      ]);
      if (account.balance !== 70) throw new Error(`${account.balance} are left`);
    }
    expect(messageOf(() => explore(main))).toMatchInlineSnapshot(`
      "fails in schedule 1 of 1000 (seed 20260101): 80 are left
        It fails in the usual order.

            ms  main                      ada                       bob                       outside
             0  starts ada, bob; waits
                for gather()
             0                            reads shared.balance:
                                          100; waits for 'the bank
                                          agrees'
             0                                                      reads shared.balance:
                                                                    100; waits for 'the bank
                                                                    agrees'
             0                                                                                'the bank agrees' is
                                                                                              answered
             0                            writes shared.balance =
                                          90; "10 are paid out";
                                          ends
             0                                                                                'the bank agrees' is
                                                                                              answered
             0                                                      writes shared.balance =
                                                                    80; "20 are paid out";
                                                                    ends
             0  reads shared.balance:
                80; fails: Error(80 are
                left)
        Left: nothing.
        Unanswered: nothing.
        Again: explore(…, { replay: 'x1.fifo.dm0w' })   or SKEIN_EXPLORE_REPLAY=x1.fifo.dm0w"
    `);
  });

  test.runIf(inNode)('draws async functions as it draws coroutines', async () => {
    const error = await explore(async (env) => {
      const lock = new Lock();
      const work = async () => {
        await lock.acquire();
        await env.answer('the page');
        await env.promise('the picture');
        lock.release();
      };
      const worker = env.mayCancel(createTask(work, { name: 'worker' }));
      await wait([worker]);
      if (lock.locked()) throw new Error('still locked');
    }).catch((error: ExplorationError) => error);
    expect((error as ExplorationError).message).toMatchInlineSnapshot(`
      "fails in schedule 9 of 1000 (seed 20260101): still locked
        1 departure from the usual order (*) explains it; no schedule with fewer fails so.

            ms  worker                               outside
        *    0                                       cancels worker
             0  gets a CancelledError; is cancelled
        Left: nothing.
        Unanswered: nothing.
        Again: explore(…, { replay: 'x1.fifo.1.bxad' })   or SKEIN_EXPLORE_REPLAY=x1.fifo.1.bxad"
    `);
  });
});
