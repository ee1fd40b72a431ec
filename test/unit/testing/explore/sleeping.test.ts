/** The strategy `departures` leaves out schedules that come to the same as others (orders: 'tasks'), and no other ones. */
import {
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  Lock,
  sleep,
  type Task,
  timeout,
  wait,
} from 'skein';
import { type Environment, type ExploreOptions, explore } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../../hosts.ts';

type Program = (env: Environment, log: (text: string) => void) => Coroutine<void>;

const programs: Record<string, Program> = {
  *'answers to three tasks'(env, log) {
    yield* gather(
      ['a', 'b', 'c'].map((name) =>
        createTask(function* () {
          log(`${name} asks`);
          log(`${name} gets ${yield* env.answer(name, name)}`);
        }),
      ),
    );
  },
  *'a task that looks whether an answer is there'(env, log) {
    const answer = env.answer('the answer', 1);
    const waiting = createTask(function* () {
      log(`got ${yield* answer}`);
    });
    yield* env.answer('something else');
    log(`it is ${answer.done() ? 'there' : 'awaited'}`);
    yield* env.answer('a third thing');
    log(`it is ${answer.done() ? 'there' : 'awaited'} now`);
    yield* waiting;
  },
  *'a task that cancels another one'(env, log) {
    const worker = createTask(function* () {
      try {
        yield* env.answer('the first');
        log('first');
        yield* env.answer('the second');
        log('second');
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        log('cancelled');
      }
    });
    yield* env.answer('the signal');
    log(`cancels: ${worker.cancel()}`);
    yield* wait([worker]);
  },
  *'values that are looked up when the answer comes'(env, log) {
    let value = 0;
    const reader = createTask(function* () {
      log(`reads ${yield* env.answer('reads', () => value)}`);
    });
    const writer = createTask(function* () {
      yield* env.answer('may write');
      value = 1;
      log('writes');
    });
    yield* gather([reader, writer]);
  },
  *'a deadline beside an answer'(env, log) {
    const timed = createTask(function* () {
      try {
        yield* timeout(5, () => env.answer('the page'));
        log('in time');
      } catch (error) {
        log((error as Error).name);
      }
    });
    yield* env.answer('the picture');
    log('picture');
    yield* sleep(3);
    log('later');
    yield* wait([timed]);
  },
  *'a choice, and a lock'(env, log) {
    const lock = new Lock();
    const visit = (name: string): Task<void> =>
      createTask(
        lock.with(function* () {
          log(`${name} in`);
          yield* env.answer(`${name} works`);
          if (env.choose(2, name) === 1) yield* env.answer(`${name} rests`);
          log(`${name} out`);
        }),
      );
    yield* gather([visit('a'), visit('b')]);
  },
  *'an answer after another one, and one that may fail'(env, log) {
    const first = env.answer('the first', 1);
    const second = env.answer('the second', 2, { after: first, fails: new RangeError('no') });
    const one = createTask(function* () {
      log(`${yield* first}`);
    });
    const two = createTask(function* () {
      try {
        log(`${yield* second}`);
      } catch (error) {
        log((error as Error).message);
      }
    });
    yield* env.answer('something');
    log('something');
    yield* gather([one, two]);
  },
  *'tasks that may be cancelled'(env, log) {
    const tasks = ['a', 'b'].map((name) =>
      env.mayCancel(
        createTask(
          function* () {
            try {
              yield* env.answer(name);
              log(`${name} is done`);
            } finally {
              log(`${name} ends`);
            }
          },
          { name },
        ),
      ),
    );
    yield* wait(tasks);
  },
};

/** All that a program did under the schedules of a search. */
function seenWith(program: Program, options: ExploreOptions) {
  const seen = new Set<string>();
  const report = explore(
    function* (env) {
      const log: string[] = [];
      env.atEnd(() => void seen.add(log.join(', ')));
      yield* program(env, (text) => log.push(text));
    },
    { orders: 'tasks', ...options },
  );
  return { seen: [...seen].sort(), report };
}

// Nothing in here depends on the host: pages need not repeat it.
describe.runIf(inNode).each(Object.keys(programs))('%s', (name) => {
  const program = programs[name] as Program;

  test('does all that it can do, in fewer schedules than there are', () => {
    const departures = seenWith(program, { strategy: 'departures', schedules: 5000 });
    expect(departures.report.exhausted).toBe(true);
    const random = seenWith(program, { strategy: 'random', schedules: 1000 });
    const lots = seenWith(program, { strategy: 'lots', schedules: 500 });
    const all = [...new Set([...random.seen, ...lots.seen])].sort();
    expect(all.filter((each) => !departures.seen.includes(each))).toEqual([]);
  });
});

test('what has nothing to do with each other is tried in one order', () => {
  // Without sleep sets there are 462 schedules.
  const { report } = seenWith(
    function* (env, log) {
      const producer = createTask(function* () {
        for (const n of [1, 2]) log(`${n} ${yield* env.answer(`number ${n}`)}`);
      });
      yield* env.answer('something else');
      yield* env.answer('the last number');
      yield* env.answer('the end');
      yield* producer;
    },
    { strategy: 'departures', schedules: 5000 },
  );
  expect(report.exhausted).toBe(true);
  expect(report.schedules).toBeLessThan(100);
});
