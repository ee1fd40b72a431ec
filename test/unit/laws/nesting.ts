/** Timeouts, groups, `waitFor()` and `shield()`, nested any way, with durations that often coincide. */
import * as fc from 'fast-check';
import {
  type Coroutine,
  createTask,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
  waitFor,
} from 'skein';

/** Something that takes its time, then ends one way or another; when it is cancelled, cleaning up takes time too. */
interface Work {
  readonly takes: number;
  readonly ends: 'well' | 'with an error' | 'cancelled by itself';
  readonly cleanup: number;
}

export type Nest =
  | { readonly is: 'work'; readonly work: Work }
  | { readonly is: 'timeout' | 'waitFor'; readonly ms: number; readonly inner: Nest }
  | Group
  | { readonly is: 'shield'; readonly inner: Nest };

interface Group {
  readonly is: 'taskGroup';
  readonly children: readonly Work[];
  readonly inner: Nest;
  /** When its body calls `cancel()`, if it does. */
  readonly stops: 'never' | 'at once' | 'in the end';
}

const duration = fc.nat(3);

const work: fc.Arbitrary<Work> = fc.record({
  takes: duration,
  ends: fc.constantFrom('well', 'well', 'with an error', 'cancelled by itself'),
  cleanup: fc.constantFrom(0, 0, 1, 2),
});

const leaf: fc.Arbitrary<Work> = work.map((each) => ({
  ...each,
  ends: each.ends === 'cancelled by itself' ? 'well' : each.ends,
}));

export const nests: fc.Arbitrary<Nest> = fc.letrec<{ nest: Nest }>((tie) => ({
  nest: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.record({ is: fc.constant('work' as const), work: leaf }),
    fc.record({
      is: fc.constantFrom('timeout' as const, 'waitFor' as const),
      ms: duration,
      inner: tie('nest'),
    }),
    fc.record({
      is: fc.constant('taskGroup' as const),
      children: fc.array(work, { maxLength: 3 }),
      inner: tie('nest'),
      stops: fc.constantFrom('never' as const, 'at once' as const, 'in the end' as const),
    }),
    fc.record({ is: fc.constant('shield' as const), inner: tie('nest') }),
  ),
})).nest;

function* doWork({ takes, ends, cleanup }: Work, itself?: () => Task<unknown>): Coroutine<void> {
  try {
    yield* sleep(takes);
  } finally {
    if (cleanup > 0) yield* sleep(cleanup);
  }
  if (ends === 'with an error') throw new Error('work failed');
  if (ends === 'cancelled by itself') itself?.().cancel();
}

/** Runs a nest. `left` is called with the tasks of each group when that is left. */
export function* runNest(
  nest: Nest,
  left: (tasks: readonly Task<unknown>[]) => void,
): Coroutine<void> {
  if (nest.is === 'work') return yield* doWork(nest.work);
  const inner = runNest(nest.inner, left);
  switch (nest.is) {
    case 'timeout':
      return yield* timeout(nest.ms, () => inner);
    case 'waitFor':
      return yield* waitFor(inner, nest.ms);
    case 'shield':
      return yield* shield(createTask(inner));
    case 'taskGroup':
      return yield* inGroup(nest, inner, left);
  }
}

function* inGroup(
  { children, stops }: Group,
  inner: Coroutine<void>,
  left: (tasks: readonly Task<unknown>[]) => void,
): Coroutine<void> {
  const tasks: Task<unknown>[] = [];
  try {
    yield* taskGroup(function* (group) {
      for (const child of children) {
        const task: Task<unknown> = group.createTask(doWork(child, () => task));
        tasks.push(task);
      }
      if (stops === 'at once') group.cancel();
      yield* inner;
      if (stops === 'in the end') group.cancel();
    });
  } finally {
    left(tasks);
  }
}
