/**
 * Reports, in debug mode, the coroutines of this library that were used as promises, which begin when they are made:
 *
 * - never awaited: `sleep(5);` makes one and forgets it, where `await sleep(5)` was meant. It is reported when it is
 *   garbage-collected, when its loop is closed or when the program ends, whichever is first;
 * - awaited late: `const pause = sleep(100);`, and after other awaits `await pause`. It is reported at that await.
 *
 * Until its first use such a coroutine has a prototype that notes the use and then restores the plain prototype. Generator
 * functions of the program make their coroutines without the library, so those cannot be watched.
 */
import type { Coroutine } from '../coroutine.ts';
import { getEventLoop } from '../current.ts';
import type { EventLoop } from '../event-loop.ts';
import { seams } from '../seams.ts';
import { calledIn, ownFrames, takeStack } from '../stack-frames.ts';
import { framesText, msText } from '../text.ts';
import { noteAwait } from './suspension-stack.ts';

/** A moment: the number of steps that were begun before it, and its time, in ms on the clock of the loop. */
interface Moment {
  readonly steps: number;
  readonly time: number;
}

interface Made {
  /** Of a function that the program declared; undefined for one of this library. */
  readonly name: string | undefined;
  /** Where it was made. Only a report looks for the names and the places in it, as that takes most of the time. */
  readonly stack: string | undefined;
  readonly loop: EventLoop;
  readonly at: Moment;
  /** The moment at which an `await` read its `then`. The await itself begins a microtask later. */
  readAt?: Moment;
}

/** A coroutine that is awaited so long after it was made, and not in the same step, was meant to begin before. */
const lateMs = 10;
let steps = 0;

/** Notes that a step or a callback begins, of any loop in debug mode. */
export function noteStep(): void {
  steps++;
}

function now(loop: EventLoop): Moment {
  return { steps, time: loop.time() };
}

/** The coroutines that no code has awaited yet. */
const made = new WeakMap<object, Made>();
/** The records of all watched coroutines that are neither used nor reported. */
const unused = new Set<Made>();
let hearsExit = false;
const watchedPrototypes = new WeakMap<object, object>();

const collected = new FinalizationRegistry<Made>(report);

/** Names the function that was called: of the program, or of this library. */
function whatIs({ name, stack }: Made): string {
  if (name !== undefined) return name === '' ? 'A coroutine' : `${name}()`;
  const called = calledIn(stack)?.replace(/^(?:Object|Module)\./, '');
  return `${called ?? 'A coroutine of skein'}()`;
}

function report(coroutine: Made): void {
  if (!unused.delete(coroutine)) return;
  warn(
    coroutine,
    'never awaited, so it did nothing. Write `await` before it, in a coroutine `yield*`.',
  );
}

function warn(record: Made, was: string): void {
  const creation = framesText(ownFrames(record.stack));
  record.loop._report({
    message: `${whatIs(record)} was ${was}`,
    warning: true,
    ...(creation !== '' && { creation }),
  });
}

/** Reports `coroutine`, which is awaited now, if it was made long ago. */
export function tellIfLate(coroutine: object): void {
  const record = made.get(coroutine);
  if (record === undefined) return;
  made.delete(coroutine);
  const { at, loop, readAt = now(loop) } = record;
  const ms = readAt.time - at.time;
  if (ms < lateMs || readAt.steps === at.steps || getEventLoop() !== loop) return;
  // `asCompleted()` hands its coroutines out early. What they wait for is under way.
  if (whatIs(record).startsWith('AsCompleted')) return;
  warn(
    record,
    `awaited ${msText(ms)} after it was called, and began only then. Give it to \`createTask()\` to have it begin at once.`,
  );
}

function used(coroutine: object): void {
  Object.setPrototypeOf(coroutine, Object.getPrototypeOf(Object.getPrototypeOf(coroutine)));
  const record = made.get(coroutine);
  if (record === undefined) return;
  collected.unregister(coroutine);
  unused.delete(record);
}

/** Notes that a combinator was given `coroutine`, and will await or close it. The coroutine of the combinator is watched in its place. */
export function noteGiven(coroutine: object): void {
  const record = made.get(coroutine);
  if (record !== undefined && unused.has(record)) used(coroutine);
}

function watchedPrototype(plain: object): object {
  const watched: object = Object.create(plain);
  for (const name of ['next', 'return', 'throw', Symbol.iterator] as const) {
    Object.defineProperty(watched, name, {
      value(this: Coroutine<unknown>, ...args: [never]): unknown {
        used(this);
        if (name === Symbol.iterator) tellIfLate(this);
        return this[name](...args);
      },
    });
  }
  Object.defineProperty(watched, 'then', {
    get(this: object): unknown {
      noteAwait(this);
      const record = made.get(this);
      if (record !== undefined) record.readAt = now(record.loop);
      return Reflect.get(plain, 'then', this);
    },
    set(value: unknown) {
      Object.defineProperty(this, 'then', { value, writable: true, configurable: true });
    },
  });
  watchedPrototypes.set(plain, watched);
  return watched;
}

/**
 * Watches a new coroutine: it is reported if nothing ever uses it.
 *
 * @param name - Of a function that the program declared; undefined for one of this library.
 */
export function watchCoroutine(coroutine: Coroutine<unknown>, name?: string): void {
  const loop = getEventLoop();
  if (!loop.getDebug() || loop.isClosed()) return;
  const record: Made = { name, stack: takeStack().stack, loop, at: now(loop) };
  const plain = Object.getPrototypeOf(coroutine) as object;
  Object.setPrototypeOf(coroutine, watchedPrototypes.get(plain) ?? watchedPrototype(plain));
  made.set(coroutine, record);
  collected.register(coroutine, record, coroutine);
  unused.add(record);
  if (!hearsExit) {
    hearsExit = true;
    // A copy, as the handler may forget an await too.
    seams.process?.onExit(() => [...unused].forEach(report));
  }
}

/** Reports the unused coroutines of a loop that is being closed: nothing can await them any more. */
export function reportNeverAwaited(loop: EventLoop): void {
  for (const record of [...unused]) if (record.loop === loop) report(record);
}
