/** A program of declared functions does what the same program of generator functions does. */
import * as fc from 'fast-check';
import {
  type Coroutine,
  coroutine,
  createTask,
  type EventLoop,
  gather,
  sleep,
  timeout,
  wait,
} from 'skein';
import { expect, test } from 'vitest';
import { law } from './law.ts';

type Work =
  | { readonly is: 'sleep'; readonly ms: number }
  | { readonly is: 'log' | 'yield' | 'throw' | 'cancel itself' }
  | { readonly is: 'return'; readonly value: number }
  | { readonly is: 'call' | 'by hand' | 'gather'; readonly body: Works }
  | { readonly is: 'deep'; readonly levels: number; readonly body: Works }
  | { readonly is: 'timeout'; readonly ms: number; readonly body: Works }
  | {
      readonly is: 'try';
      readonly body: Works;
      readonly caught: Works | undefined;
      readonly last: Works;
    };
type Works = readonly Work[];

interface Program {
  readonly body: Works;
  /** When the task is cancelled, in ms. */
  readonly cancels: readonly number[];
  readonly eager: boolean;
}

const is = <Kind extends string>(kind: Kind) => fc.constant(kind);

const { works } = fc.letrec<{ works: Works; work: Work }>((tie) => ({
  works: fc.array(tie('work'), { maxLength: 3 }),
  work: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.record({ is: is('sleep'), ms: fc.nat(4) }),
    fc.record({ is: fc.constantFrom('log', 'yield', 'throw', 'cancel itself') }),
    fc.record({ is: is('return'), value: fc.nat(9) }),
    fc.record({ is: fc.constantFrom('call', 'by hand', 'gather'), body: tie('works') }),
    fc.record({ is: is('deep'), levels: fc.nat(40), body: tie('works') }),
    fc.record({ is: is('timeout'), ms: fc.nat(4), body: tie('works') }),
    fc.record({
      is: is('try'),
      body: tie('works'),
      caught: fc.option(tie('works'), { nil: undefined }),
      last: tie('works'),
    }),
  ),
})) as { works: fc.Arbitrary<Works> };

const programs: fc.Arbitrary<Program> = fc.record({
  body: works,
  cancels: fc.array(fc.nat(8), { maxLength: 3 }),
  eager: fc.boolean(),
});

type Declare = <Args extends unknown[]>(
  fn: (...args: Args) => Coroutine<unknown>,
) => (...args: Args) => Coroutine<unknown>;

/** What `yield*` does, by hand. */
function* delegate(coroutine: Coroutine<unknown>): Coroutine<unknown> {
  let step = coroutine.next();
  while (step.done !== true) {
    try {
      yield step.value;
    } catch (error) {
      step = coroutine.throw(error);
      continue;
    }
    step = coroutine.next();
  }
  return step.value;
}

/** Runs a program. Returns what happened, and when. */
function* traceOf(program: Program, loop: EventLoop, declare: Declare): Coroutine<string[]> {
  const trace: string[] = [];
  const start = loop.time();
  const log = (text: string): void =>
    void trace.push(`${loop.time() - start} ${text.replace(/'Task-\d+'/, 'a task')}`);
  const run = declare(function* run(body: Works): Coroutine<unknown> {
    for (const work of body) {
      switch (work.is) {
        case 'sleep':
          yield* sleep(work.ms);
          break;
        case 'log':
          log('here');
          break;
        case 'yield':
          yield;
          break;
        case 'throw':
          throw new RangeError('thrown');
        case 'cancel itself':
          task.cancel('by itself');
          break;
        case 'return':
          return work.value;
        case 'call':
          log(`called ${String(yield* run(work.body))}`);
          break;
        case 'by hand':
          log(`stepped ${String(yield* delegate(run(work.body)))}`);
          break;
        case 'gather':
          log(`gathered ${String(yield* gather([run(work.body)]))}`);
          break;
        case 'deep':
          log(`deep ${String(yield* down(work.levels, work.body))}`);
          break;
        case 'timeout':
          log(`in time ${String(yield* timeout(work.ms, () => run(work.body)))}`);
          break;
        case 'try':
          log(`tried ${String(yield* attempt(work.body, work.caught, work.last))}`);
      }
    }
    return 'the end';
  });
  const down = declare(function* down(levels: number, body: Works): Coroutine<unknown> {
    return yield* levels === 0 ? run(body) : down(levels - 1, body);
  });
  const attempt = declare(function* attempt(
    body: Works,
    caught: Works | undefined,
    last: Works,
  ): Coroutine<unknown> {
    try {
      return yield* run(body);
    } catch (error) {
      log(`caught ${String(error)}`);
      if (caught === undefined) throw error;
      return yield* run(caught);
    } finally {
      log('finally');
      yield* run(last);
    }
  });
  const task = createTask(run(program.body), { name: 'work', eagerStart: program.eager });
  for (const at of program.cancels) loop.callLater(at, () => task.cancel(`at ${at}`));
  yield* wait([task]);
  log(task.cancelled() ? 'cancelled' : String(task.exception() ?? task.result()));
  return trace;
}

test('declared functions do what generator functions do, cancelled or not', () =>
  law(programs, function* (program, loop) {
    const plain = yield* traceOf(program, loop, (fn) => fn);
    expect(yield* traceOf(program, loop, coroutine)).toEqual(plain);
  }));
