/**
 * Reports, in debug mode, the coroutines of this library that were never awaited: `sleep(5);` makes one and forgets it,
 * where `yield* sleep(5)` was meant. Each is reported once: when it is garbage-collected, when its loop is closed or when
 * the program ends, whichever is first.
 *
 * Until its first use such a coroutine has a prototype that notes the use and then restores the plain prototype. Generator
 * functions of the program make their coroutines without the library, so those cannot be watched.
 */
import type { Coroutine } from '../coroutine.ts';
import { getEventLoop } from '../current.ts';
import type { EventLoop } from '../event-loop.ts';
import { seams } from '../seams.ts';
import { calledIn, ownFrames, takeStack } from '../stack-frames.ts';
import { framesText } from '../text.ts';
import { noteAwait } from './suspension-stack.ts';

interface Unused {
  readonly what: string;
  readonly creation: string;
  readonly loop: EventLoop;
}

const unused = new WeakMap<object, Unused>();
/** The records of all watched coroutines that are neither used nor reported. */
const all = new Set<Unused>();
let hearsExit = false;
const watchedPrototypes = new WeakMap<object, object>();

const collected = new FinalizationRegistry<Unused>(report);

function report(coroutine: Unused): void {
  const { what, creation, loop } = coroutine;
  if (!all.delete(coroutine)) return;
  loop.callExceptionHandler({
    message: `${what} was never awaited, so it did nothing. Write \`await\` before it, in a coroutine \`yield*\`.`,
    warning: true,
    ...(creation !== '' && { creation }),
  });
}

function used(coroutine: object): void {
  Object.setPrototypeOf(coroutine, Object.getPrototypeOf(Object.getPrototypeOf(coroutine)));
  const record = unused.get(coroutine);
  if (record === undefined) return;
  unused.delete(coroutine);
  collected.unregister(coroutine);
  all.delete(record);
}

function watchedPrototype(plain: object): object {
  const watched: object = Object.create(plain);
  for (const name of ['next', 'return', 'throw', Symbol.iterator] as const) {
    Object.defineProperty(watched, name, {
      value(this: Coroutine<unknown>, ...args: [never]): unknown {
        used(this);
        return this[name](...args);
      },
    });
  }
  Object.defineProperty(watched, 'then', {
    get(this: object): unknown {
      noteAwait(this);
      return Reflect.get(plain, 'then', this);
    },
    set(value: unknown) {
      Object.defineProperty(this, 'then', { value, writable: true, configurable: true });
    },
  });
  watchedPrototypes.set(plain, watched);
  return watched;
}

/** Names the function of this library that the user's code called. */
function libraryFunction(stack: string | undefined): string {
  const name = calledIn(stack)?.replace(/^(?:Object|Module)\./, '');
  return `${name ?? 'A coroutine of skein'}()`;
}

/**
 * Watches a new coroutine: it is reported if nothing ever uses it.
 *
 * @param name - Of a function that the program declared; undefined for one of this library.
 */
export function watchCoroutine(coroutine: Coroutine<unknown>, name?: string): void {
  const loop = getEventLoop();
  if (!loop.getDebug() || loop.isClosed()) return;
  const { stack } = takeStack();
  const record: Unused = {
    what: name === undefined ? libraryFunction(stack) : name === '' ? 'A coroutine' : `${name}()`,
    creation: framesText(ownFrames(stack)),
    loop,
  };
  const plain = Object.getPrototypeOf(coroutine) as object;
  Object.setPrototypeOf(coroutine, watchedPrototypes.get(plain) ?? watchedPrototype(plain));
  unused.set(coroutine, record);
  collected.register(coroutine, record, coroutine);
  all.add(record);
  if (!hearsExit) {
    hearsExit = true;
    seams.process?.onExit(() => all.forEach(report));
  }
}

/** Reports the unused coroutines of a loop that is being closed: nothing can await them any more. */
export function reportNeverAwaited(loop: EventLoop): void {
  for (const record of all) if (record.loop === loop) report(record);
}
