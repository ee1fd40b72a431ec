/**
 * The program that fuzz.test.ts runs: `tsx program.ts SEED RUNS [PATTERN] [INDEX]`. It prints each call before it makes it, so
 * that a call which never returns is known from outside; and a line `FAILED` for each call that ended as none may.
 */
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import {
  type Coroutine,
  createTask,
  EventLoop,
  fromPromise,
  getEventLoop,
  Lock,
  Queue,
  Runner,
  sleep,
} from 'skein';
import { Executor, InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { VirtualEventLoop } from 'skein/testing';
import { allMembers, type Call, callsOf, drawArguments, invoke } from './calls.ts';
import { placeOf, wrongIn } from './judge.ts';
import { knownFailing } from './known.ts';
import { closePool, closePools, probePool, within } from './pools.ts';
import { probeReceiver } from './probes.ts';
import { instanceOf } from './receivers.ts';
import { newWorld, type World } from './world.ts';

const [seed = 1, runs = 100] = process.argv.slice(2, 4).map(Number);
const pattern = process.argv[4] ? new RegExp(process.argv[4]) : undefined;
const only = process.argv[5] === undefined ? undefined : Number(process.argv[5]);

const patienceMs = 60_000;

let problems: { what: string; place: string }[] = [];
const defaultLoop = getEventLoop();
let world: World = newWorld(defaultLoop);

function note(what: string, thrown?: unknown): void {
  problems.push({ what, place: safely(() => placeOf(thrown)) });
}

function judge(how: string, thrown: unknown): void {
  let wrong: string | undefined;
  try {
    wrong = wrongIn(world, thrown);
  } catch {
    wrong = 'a value that cannot be looked at';
  }
  if (wrong !== undefined) note(`${how} ${wrong}`, thrown);
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}

function safely(text: () => string): string {
  try {
    return text();
  } catch {
    return '';
  }
}

process.on('uncaughtException', (error) => note(`uncaught: ${safely(() => String(error))}`, error));
process.on('unhandledRejection', (error) =>
  note(`unhandled: ${safely(() => String(error))}`, error),
);

// Loops that the call made report on the console.
console.error = (...texts) => {
  for (const each of texts) if (each instanceof Error) judge('printed', each);
};

function watch(loop: EventLoop): EventLoop {
  loop.setExceptionHandler((_, context) => {
    if ('exception' in context) judge(`reported (${context.message}):`, context.exception);
  });
  return loop;
}
for (const loop of [defaultLoop, world.other, world.closed, world.foreign]) watch(loop);

/** Waits for what a call returned, and takes the first items of what it can be iterated for. */
async function consume(outcome: unknown): Promise<void> {
  if (typeof outcome !== 'object' || outcome === null || world.given.has(outcome)) return;
  if (outcome instanceof Executor && outcome.constructor !== Executor) {
    await outcome.shutdown({ cancelFutures: true, cancelRunning: true });
    return;
  }
  if (outcome instanceof EventLoop) {
    outcome.close();
    return;
  }
  if (outcome instanceof Runner) {
    await outcome.close();
    return;
  }
  if (outcome instanceof Promise) {
    await fromPromise(outcome);
  } else if (typeof (outcome as PromiseLike<unknown>).then === 'function') {
    await (outcome as PromiseLike<unknown>);
  } else if (typeof (outcome as AsyncIterable<unknown>)[Symbol.asyncIterator] === 'function') {
    let items = 0;
    for await (const _ of outcome as AsyncIterable<unknown>) if (++items >= 5) break;
  } else if (isIterable(outcome)) {
    let items = 0;
    for (const _ of outcome) if (++items >= 5) break;
  }
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function';
}

function* consumeInCoroutine(outcome: unknown): Coroutine<void> {
  const isCoroutine =
    typeof outcome === 'object' &&
    outcome !== null &&
    !world.given.has(outcome) &&
    typeof (outcome as Generator).throw === 'function' &&
    isIterable(outcome);
  if (isCoroutine) yield* outcome as unknown as Coroutine<unknown>;
  else yield* createTask(() => consume(outcome));
}

/** True for what an instrument is taken out by: it would hear of the calls that follow. */
function isInstrument(outcome: unknown): outcome is Disposable {
  if (typeof outcome !== 'object' || outcome === null || world.given.has(outcome)) return false;
  return Object.getPrototypeOf(outcome) === Object.prototype && Symbol.dispose in outcome;
}

/** Makes the call, in a task of its own. */
function makeCall(call: Call, receiver: object, args: unknown[]): () => unknown {
  let budget = 3;
  const perform = (): unknown => {
    const outcome = invoke(call.member, receiver, args);
    // It is judged where it is awaited, which may be some turns later.
    if (outcome instanceof Promise && !world.given.has(outcome)) outcome.catch(() => {});
    if (isInstrument(outcome)) world.left.push(() => outcome[Symbol.dispose]());
    return outcome;
  };
  world.again = () => {
    if (budget-- <= 0) return undefined;
    return perform();
  };
  const performOnce = (): unknown => {
    if (world.enclose === undefined) return perform();
    let outcome: { value: unknown } | { thrown: unknown } | undefined;
    world.enclose(() => {
      try {
        outcome = { value: perform() };
      } catch (thrown) {
        outcome = { thrown };
      }
    });
    if (outcome !== undefined && 'thrown' in outcome) throw outcome.thrown;
    return outcome?.value;
  };
  return performOnce;
}

async function attempt(call: Call, index: number): Promise<void> {
  problems = [];
  const loop = watch(call.isVirtual ? new VirtualEventLoop() : new EventLoop());
  if (call.debug) loop.setDebug(true);
  world = newWorld(loop);
  const main = async (): Promise<void> => {
    const [receiver] = await instanceOf(call.member.owner, world, call.member.key);
    world.receiver = receiver;
    const { args, text } = drawArguments(call, world);
    writeSync(1, `${index} ${oneLine(text)}\n`);
    const perform = makeCall(call, receiver, args);
    const task =
      call.style === 'async'
        ? createTask(async () => {
            await consume(perform());
          })
        : createTask(function* () {
            yield* consumeInCoroutine(perform());
          });
    world.task ??= task;
    for (let i = 0; i < 2 && !task.done(); i++) await sleep(1);
    task.cancel('over');
    for (let i = 0; i < 6 && !task.done(); i++) await sleep(1);
    if (task.done() && !task.cancelled() && task.exception() !== undefined) {
      judge('threw', task.exception());
    }
    try {
      // What a program writes onto an error is for the host to print.
      if (!(receiver instanceof Error)) String(receiver) + inspect(receiver);
    } catch (thrown) {
      judge('printing threw', thrown);
    }
    for (const undo of world.left) undo();
    for (let i = 0; i < 50 && !task.done(); i++) await sleep(1);
    if (!task.done())
      note(`The call does not end, though it was cancelled: ${safely(() => String(task))}`);
    const wrong = (await probeReceiver(receiver)) ?? (await probePool(InlineExecutor));
    if (wrong !== undefined) note(wrong);
  };
  const ended = await within(
    patienceMs,
    runOn(loop, main).catch((thrown) => {
      if (world.mayBeClosed && /^The event loop was closed before/.test(thrown.message)) return;
      note(`the loop threw ${safely(() => String(thrown))}`, thrown);
    }),
  );
  if (ended === 'late') note('The loop did not come to an end');
  await new Promise((resolve) => setImmediate(resolve));
  if (getEventLoop() !== defaultLoop) note('The loop of the call is the current one for ever');
  if ((await within(patienceMs, defaultLoop.createTask(probe()))) === 'late')
    note('The default loop does not go on');
  // The loop of its jobs is closed now.
  const ofInline = await probePool(InlineExecutor);
  if (ofInline !== undefined) note(ofInline);
  await closePool(InlineExecutor);
  for (const kind of [ThreadPoolExecutor, ProcessPoolExecutor]) {
    if (!call.member.owner.includes(kind.name)) continue;
    const wrong = await probePool(kind);
    if (wrong !== undefined) note(wrong);
  }
}

async function runOn(loop: EventLoop, main: () => Promise<void>): Promise<void> {
  if (loop instanceof VirtualEventLoop) {
    try {
      await loop.runUntilComplete(loop.createTask(main));
      await loop.runUntilComplete(loop.createTask(probe));
    } finally {
      loop.close();
    }
  } else {
    const runner = new Runner({ loop: () => loop });
    await runner.run(main);
    await runner.run(probe);
    await runner.close();
  }
}

/** Everything works as if nothing had been. */
function* probe() {
  yield* sleep(1);
  const lock = new Lock();
  const queue = new Queue<number>(1);
  const other = createTask(function* () {
    return yield* queue.get();
  });
  yield* lock.with(function* () {
    yield* queue.put(7);
  });
  const got = yield* other;
  if (got !== 7 || lock.locked()) note('The primitives do not work any more');
}

const members = await (async () => {
  const runner = new Runner();
  const found = await runner.run(async () => {
    const sample = newWorld(getEventLoop());
    const all = await allMembers(sample);
    for (const undo of sample.left) undo();
    return all;
  });
  await runner.close();
  return found;
})();
const chosen = members.filter(({ name }) =>
  pattern === undefined ? !knownFailing.includes(name) : pattern.test(name),
);
const calls = callsOf(chosen, { seed, runs });
for (const [index, call] of calls.entries()) {
  if (only !== undefined && index !== only) continue;
  await attempt(call, index);
  for (const { what, place } of problems) {
    const found = `${call.member.kind} ${call.member.name} | ${what} | ${place}`;
    writeSync(
      1,
      `FAILED ${index} ${oneLine(found)}
`,
    );
  }
}
await closePools();
writeSync(1, 'ENDED\n');
