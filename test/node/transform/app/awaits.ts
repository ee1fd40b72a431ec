/** What an async function awaits, written and unwritten: after each of them its task has to be known. */
import { createTask, currentTask, sleep, TimeoutError, timeout } from 'skein';

type Program = (know: (place: string) => void) => Promise<void>;

/** A promise of the host. */
const foreign = async <T>(value?: T): Promise<T | undefined> => {
  for (let i = 0; i < 5; i++) await null;
  return value;
};

const failing = async (): Promise<never> => {
  await foreign();
  throw new Error('foreign');
};

function disposable(know: (place: string) => void, name: string): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      know(`before the disposal of ${name}`);
      await foreign();
    },
  };
}

const programs: Record<string, Program> = {
  'a promise': async (know) => {
    await foreign();
    know('it');
  },
  'a promise that rejects': async (know) => {
    try {
      await failing();
    } catch {
      know('it');
    } finally {
      await foreign();
      know('a promise in finally');
    }
  },
  'a plain value and a thenable': async (know) => {
    know(`the value ${await 5}`);
    const thenable = { then: (resolve: (value: string) => void) => resolve('result') };
    know(`the ${await thenable}`);
  },
  'for await over an async generator': async (know) => {
    async function* items() {
      try {
        know('the start');
        yield 1;
        know('the first step');
        await foreign();
        know('a promise in it');
        yield foreign(2);
      } finally {
        know('the close');
        await foreign();
        know('a promise in the close');
      }
    }
    for await (const item of items()) {
      know(`step ${item}`);
      if (item === 2) break;
    }
    know('the loop');
  },
  'for await over promises': async (know) => {
    for await (const item of [foreign(1), 2, foreign(3)]) know(`step ${item}`);
    know('the loop');
  },
  'for await over an iterator by hand': async (know) => {
    const steps = {
      n: 0,
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        await foreign();
        know('next()');
        return { value: this.n++, done: this.n > 5 };
      },
      async return() {
        await foreign();
        know('return()');
        return { value: undefined, done: true as const };
      },
    };
    for await (const item of steps) if (item === 1) break;
    know('the loop');
  },
  'yield*, return and a yield that throws, in an async generator': async (know) => {
    async function* inner() {
      yield await foreign(1);
      return 'returned';
    }
    async function* outer() {
      try {
        know(`yield* that has ${yield* inner()}`);
        yield* [foreign(2)];
        know('yield* over an array');
        try {
          yield failing();
        } catch {
          know('a yield that throws');
        }
        return foreign(3);
      } finally {
        know('return');
      }
    }
    for await (const _ of outer()) know('a step');
    know('the loop');
  },
  'await using': async (know) => {
    {
      await using _one = disposable(know, 'one'),
        _two = disposable(know, 'two');
      await using _none = null;
      await foreign();
    }
    know('the block');
    for (await using _each of [disposable(know, 'the first'), disposable(know, 'the second')]) {
      know('a step');
    }
    know('the loop');
    const sync = { [Symbol.dispose]: () => know('a sync disposal') };
    {
      await using _sync = sync;
    }
    know('its block');
    try {
      await using _failing = { [Symbol.asyncDispose]: failing };
    } catch (error) {
      know(`a disposal that fails: ${(error as Error).message}`);
    }
  },
  'an import': async (know) => {
    const { later } = await import('./later.ts');
    know(later);
  },
};

/** Runs each program for a task of its own, all at once; returns the places where it was not known. */
export async function lostPlaces(): Promise<Record<string, string[]>> {
  const places: Record<string, string[]> = {};
  const tasks = Object.entries(programs).map(([name, program]) => {
    const seen: string[] = [];
    places[name] = seen;
    const know = (place: string) => {
      const found = currentTask()?.getName();
      seen.push(found === name ? place : `${place}: not known (${found})`);
    };
    return createTask(() => program(know), { name });
  });
  for (const task of tasks) await task;
  return places;
}

/** What a program of today does: it awaits the host, and then something of the library. */
export async function stopped(): Promise<Record<string, string>> {
  let reached = false;
  const task = createTask(async () => {
    await (await fetch('data:text/plain,body')).text();
    reached = true;
    await sleep(60_000);
  });
  while (!reached) await sleep(1);
  task.cancel();
  const cancelled = await task.then(String, (error) => (error as Error).name);
  const deadline = await timeout(200, async () => {
    await fetch('data:text/plain,body');
    await sleep(60_000);
  }).then(String, (error) => (error instanceof TimeoutError ? 'TimeoutError' : String(error)));
  return { cancelled, deadline };
}
