/**
 * A law of async functions: whatever runs beside, the task that one finds is its own or none; and after an await of something of
 * the library it is its own, if it was before. Random programs are run with the host's async context, if it has one, and
 * without.
 */
import {
  asCompleted,
  createTask,
  currentTask,
  Event,
  fromPromise,
  gather,
  Lock,
  Queue,
  sleep,
  timeout,
} from 'skein';
import { afterEach, describe, expect, test } from 'vitest';
import { Continuations } from '../../../src/core/continuations.ts';
import { current } from '../../../src/core/current.ts';
import { wrap } from '../../../src/core/wrap.ts';
import { inNode } from '../hosts.ts';
import { virtualLoop } from '../loops.ts';

/** A source of numbers below `n`, the same for the same seed. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

type Roll = (n: number) => number;
type Step = (program: Program) => Promise<unknown> | PromiseLike<unknown>;

/** Things to await after which the task is known, if it was before. */
const ofLibrary: Step[] = [
  () => sleep(0),
  ({ roll }) => sleep(roll(5)),
  ({ roll }) => createTask(sleep(roll(3))),
  ({ roll }) => gather([sleep(roll(3)), sleep(roll(3))]),
  ({ lock }) => lock.with(async () => await sleep(1)),
  ({ queue }) => queue.put(1),
  ({ queue }) => queue.get(),
  ({ event }) => event.wait(),
  ({ roll }) => timeout(100, async () => await sleep(roll(3))),
  ({ roll }) => fromPromise(hops(roll(5))),
  ({ roll }) => wrap(hops(roll(5))),
  (program) => fromPromise(nested(program)),
];

/** Things to await after which only an async context knows the task. */
const ofHost: Step[] = [
  () => Promise.resolve(),
  ({ roll }) => hops(roll(6)),
  ({ roll }) => Promise.all([sleep(roll(3)), sleep(roll(3)), hops(roll(3))]),
  ({ roll }) => Promise.race([sleep(roll(3)), hops(roll(9))]),
  nested,
  ({ roll }) => sleep(roll(3)).then(() => hops(1)),
];

async function hops(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await null;
}

async function nested(program: Program): Promise<void> {
  await random(program, 2);
}

interface Program {
  /** True if all of its awaits are wrapped, as `skein/transform` writes them. */
  readonly isWrapped: boolean;
  /** The name of its task; undefined for code that belongs to none. */
  readonly name: string | undefined;
  readonly roll: Roll;
  readonly lock: Lock;
  readonly queue: Queue<number>;
  readonly event: Event;
  readonly wrong: string[];
  looks: number;
  known: number;
}

/** Looks at the task. A library call by a function whose task is not known runs its body in a new task, without a name of ours. */
function look(program: Program, where: string, isKnown: boolean): boolean {
  const name = currentTask()?.getName();
  program.looks++;
  const own = program.name;
  if (name !== undefined && name !== own && !name.startsWith('Task-')) {
    program.wrong.push(`${own} is ${name} after ${where}`);
  }
  // A scope that a helper of a coroutine calls is a task of its own, in every host.
  const isHelper = own?.startsWith('g') === true;
  if (isKnown && !isHelper && name !== own)
    program.wrong.push(`${own} is not known after ${where}`);
  if (name !== undefined) program.known++;
  return own !== undefined && name === own;
}

async function random(program: Program, steps: number): Promise<void> {
  const { roll, isWrapped } = program;
  const perhapsWrapped: typeof wrap = isWrapped ? wrap : (awaited) => awaited;
  for (let i = 0; i < steps; i++) {
    const wasKnown = look(program, 'nothing', false);
    const isOfLibrary = roll(3) > 0;
    const list = isOfLibrary ? ofLibrary : ofHost;
    const step = list[roll(list.length)] as Step;
    const where = `${step}`;
    switch (roll(4)) {
      case 0:
        try {
          await timeout(roll(4), async () => {
            look(program, 'the start of a body', wasKnown);
            await sleep(2);
            look(program, 'a sleep in a body', wasKnown);
          });
        } catch {
          look(program, 'a deadline', wasKnown);
        }
        break;
      case 1:
        try {
          await perhapsWrapped(step(program));
        } finally {
          await sleep(0);
          look(program, 'a sleep in a finally', wasKnown && (isOfLibrary || isWrapped));
        }
        break;
      case 2:
        for await (const _ of asCompleted([createTask(sleep(roll(3))), createTask(sleep(1))])) {
          look(program, 'a step of `for await`', wasKnown);
        }
        break;
      default:
        await perhapsWrapped(step(program));
        look(program, where, wasKnown && (isOfLibrary || isWrapped));
    }
  }
}

/** Runs ten tasks beside code that belongs to none. Returns what was wrong, and how often a task was known. */
async function runRandom(
  seed: number,
  isWrapped: boolean,
): Promise<{ wrong: string[]; looks: number; known: number }> {
  const loop = virtualLoop();
  const roll = dice(seed);
  const shared = {
    isWrapped,
    roll,
    lock: new Lock(),
    queue: new Queue<number>(),
    event: new Event(),
    wrong: [] as string[],
  };
  const programs: Program[] = [];
  const of = (name: string | undefined): Program => {
    const program = { ...shared, name, looks: 0, known: 0 };
    programs.push(program);
    return program;
  };
  const main = function* () {
    shared.event.set();
    for (let i = 0; i < 1000; i++) shared.queue.putNowait(i);
    const tasks = Array.from({ length: 6 }, (_, i) =>
      createTask(async () => await random(of(`a${i}`), 8), { name: `a${i}` }),
    );
    const helped = Array.from({ length: 3 }, (_, i) =>
      createTask(
        function* () {
          const helper = random(of(`g${i}`), 5);
          yield* sleep(3);
          yield* fromPromise(helper);
        },
        { name: `g${i}` },
      ),
    );
    let unrelated = Promise.resolve();
    loop.callSoon(() => {
      unrelated = random(of(undefined), 8);
    });
    yield* gather([...tasks, ...helped]);
    yield* fromPromise(unrelated);
  };
  await loop.runUntilComplete(main());
  const sum = (key: 'looks' | 'known') => programs.reduce((n, each) => n + each[key], 0);
  return { wrong: shared.wrong, looks: sum('looks'), known: sum('known') };
}

const outer = current.asyncLocal;
afterEach(() => {
  current.asyncLocal = outer;
});

const hosts = inNode ? ['with', 'without'] : ['without'];
describe.each([...hosts, 'with wrapped awaits, without'])('%s an async context', (which) => {
  test.each(Array.from({ length: 30 }, (_, i) => i + 1))(
    'the task of an async function is its own or none: random program %i',
    async (seed) => {
      current.asyncLocal = which === 'with' ? outer : new Continuations();
      const isWrapped = which.startsWith('with wrapped');
      const { wrong, looks, known } = await runRandom(seed, isWrapped);
      expect(wrong).toEqual([]);
      expect(known).toBeGreaterThan(looks / 5);
    },
  );
});
