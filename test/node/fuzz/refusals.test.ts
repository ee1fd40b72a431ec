/**
 * What each function, constructor and method refuses. Each place of its arguments gets each of some plain values, one call each.
 * The snapshot has a letter for each value, in the order of `plain`:
 *
 * - `T`, `R`: a TypeError or a RangeError that says what was expected.
 * - `.`: the call returned, or what it returned did.
 * - `e`: another error: of the package, or one that the value stands for.
 *
 * So a check that is lost shows, though nothing breaks by that.
 */
import { type EventLoop, Future, fromPromise, Lock, sleep } from 'skein';
import { InlineExecutor } from 'skein/executors';
import { ExploredExecutor, explore, linearizable, VirtualEventLoop } from 'skein/testing';
import { afterAll, expect, test } from 'vitest';
import { argumentsOf } from './arguments.ts';
import { allMembers, invoke, placesIn } from './calls.ts';
import type { Member } from './exports.ts';
import { closePool, closePools } from './pools.ts';
import { instanceOf } from './receivers.ts';
import { newWorld } from './world.ts';

const plain: readonly unknown[] = [undefined, null, Number.NaN, -1, 1.5, 'text', {}, [], () => 1];

/**
 * Runners make loops of their own, and a VirtualEventLoop runs the calls. Threads and processes are asked as the InlineExecutor
 * is, and the futures and coroutines of the library as `Future` and `Coroutine` are.
 */
const left = new RegExp(
  [
    /^(?:run|serve)$|^new Runner$|^Runner#|^VirtualEventLoop#|^(?:Thread|Process)PoolExecutor#/,
    /^(?:Acquiring|GatheringFuture|Getting|LibraryGenerator|MapStep|PoolFuture|Putting|Sleep)#/,
    /^(?:StreamStep|WaitingForEvent)#/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

afterAll(closePools);

test('each place refuses what it refused, in the words of the library', async () => {
  const members = await inLoop(async (loop) => {
    const world = newWorld(loop);
    const all = await allMembers(world);
    for (const undo of world.left) undo();
    return all.filter(({ name }) => argumentsOf(name) !== undefined && !left.test(name));
  });
  const lines: string[] = [];
  for (const member of members) {
    const count = await inLoop(async (loop) => placesOf(member, loop).length);
    for (let at = 0; at < count; at++) {
      let name = '';
      let letters = '';
      for (const value of plain) {
        letters += await inLoop(async (loop) => {
          const world = newWorld(loop);
          const [receiver] = await instanceOf(member.owner, world, member.key);
          const args = argumentsOf(member.name)?.(world) ?? [];
          const place = placesIn(args, 0)[at];
          name = place?.name ?? '';
          place?.set(value);
          const letter = await letterOf(() => invoke(member, receiver, args), loop);
          for (const undo of world.left) undo();
          return letter;
        });
        await closePool(InlineExecutor);
      }
      lines.push(`${member.name} ${name}: ${letters}`);
    }
  }
  expect(lines.join('\n')).toMatchSnapshot();
}, 300_000);

const exploreOptions = () => ({
  schedules: 2,
  ms: 1000,
  orders: 'both',
  seed: 1,
  strategy: 'random',
  cancellations: 0,
  faults: 0,
  maxSteps: 100,
  afterMain: 'cancel',
  eager: false,
  replay: undefined,
  outside: 'refuse',
  pin: false,
  mayCancel: () => true,
  check: () => {},
  examples: [],
});

const outside: Record<
  string,
  readonly [call: (...args: never[]) => unknown, args: () => unknown[]]
> = {
  explore: [
    explore,
    () => [
      function* () {
        yield* sleep(1);
      },
      exploreOptions(),
    ],
  ],
  linearizable: [
    linearizable,
    () => [
      () => new Lock(),
      {
        *lock(lock: Lock) {
          yield* lock.acquire();
          lock.release();
        },
      },
      { ...exploreOptions(), cancelled: 'undone', cancels: true, check: undefined },
    ],
  ],
  'new ExploredExecutor': [
    (options) => new ExploredExecutor(options),
    () => [{ losesWorkers: true }],
  ],
};

test('what explores refuses what it refused', async () => {
  const lines: string[] = [];
  for (const [name, [call, args]] of Object.entries(outside)) {
    for (const [at, { name: place }] of placesIn(args(), 0).entries()) {
      let letters = '';
      for (const value of plain) {
        const given = args();
        placesIn(given, 0)[at]?.set(value);
        letters += await letterOf(() => call(...(given as never[])), undefined);
      }
      lines.push(`${name} ${place}: ${letters}`);
    }
  }
  expect(lines.join('\n')).toMatchSnapshot();
}, 120_000);

function placesOf({ name }: Member, loop: VirtualEventLoop): readonly unknown[] {
  return placesIn(argumentsOf(name)?.(newWorld(loop)) ?? [], 0);
}

async function inLoop<T>(main: (loop: VirtualEventLoop) => Promise<T>): Promise<T> {
  const loop = new VirtualEventLoop();
  loop.setExceptionHandler(() => {});
  try {
    return (await loop.runUntilComplete(loop.createTask(() => main(loop)))) as T;
  } finally {
    try {
      loop.close();
    } catch {
      // The call closed it.
    }
  }
}

async function letterOf(call: () => unknown, loop: EventLoop | undefined): Promise<string> {
  try {
    const outcome = call();
    if (!isAwaitable(outcome)) return '.';
    if (!(outcome instanceof Future)) {
      await (loop === undefined ? outcome : withinTurns(fromPromise(outcome)));
    } else if (loop === undefined) {
      // It fails later, by a clock that is not ours.
      outcome.addDoneCallback((done) => void (done.cancelled() || done.exception()));
    } else if (outcome.getLoop() === loop) {
      await withinTurns(outcome);
    }
    return '.';
  } catch (error) {
    if (!(error instanceof Error) || !/expected/i.test(error.message)) return 'e';
    return error.constructor === TypeError ? 'T' : error.constructor === RangeError ? 'R' : 'e';
  }
}

/** Waits a little. What takes longer was accepted. */
async function withinTurns(future: Future<unknown>): Promise<void> {
  for (let turn = 0; turn < 2 && !future.done(); turn++) await sleep(1);
  if (future.done()) await future;
  else future.cancel();
}

function isAwaitable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
