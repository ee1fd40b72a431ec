/** Hostile values that wait, and those that are iterated. */
import { Future, sleep } from 'skein';
import { endless, hostileError, type Make, throwHostile } from './world.ts';

function thenable(then: (resolve: (value: unknown) => void, reject: (e: unknown) => void) => void) {
  return { then };
}

export const thenables: Record<string, Make> = {
  'a thenable that settles twice': (world) =>
    thenable((resolve, reject) => {
      resolve?.(1);
      reject?.(hostileError(world, 'twice'));
      resolve?.(2);
    }),
  'a thenable that rejects twice': (world) =>
    thenable((_, reject) => {
      reject?.(hostileError(world, 'first'));
      reject?.(hostileError(world, 'second'));
    }),
  'a thenable that never settles': (world) =>
    thenable((resolve) => world.left.push(() => resolve?.(undefined))),
  'a thenable that throws in then': (world) => thenable(() => throwHostile(world, 'then')),
  'a thenable that settles, then throws': (world) =>
    thenable((resolve) => {
      resolve?.(1);
      throwHostile(world, 'then');
    }),
  'a thenable with a throwing getter': (world) => ({
    get then() {
      return throwHostile(world, 'the getter of then');
    },
  }),
  'a thenable whose second then is another': (world) => {
    let reads = 0;
    return {
      get then() {
        return reads++ === 0
          ? (resolve: (value: unknown) => void) => resolve(1)
          : throwHostile(world, 'a second read of then');
      },
    };
  },
  'a thenable that resolves with a thenable': () =>
    thenable((resolve) => resolve?.(thenable((inner) => inner?.(1)))),
  'a thenable that rejects with a symbol': (world) => {
    const reason = Symbol('reason');
    world.given.add(reason);
    return thenable((_, reject) => reject?.(reason));
  },
  'a function with then': () =>
    Object.assign(
      () => {},
      thenable((resolve) => resolve?.(1)),
    ),
  'a resolved promise': () => Promise.resolve(5),
  'a rejected promise': (world) => {
    const promise = Promise.reject(hostileError(world, 'a promise'));
    promise.catch(() => {});
    return promise;
  },
  'a promise with a null-prototype reason': (world) => {
    const reason = Object.create(null);
    world.given.add(reason);
    const promise = Promise.reject(reason);
    promise.catch(() => {});
    return promise;
  },
  'a promise that never settles': (world) =>
    new Promise((resolve) => world.left.push(() => resolve(undefined))),
  'a promise whose then throws': (world) =>
    Object.assign(Promise.resolve(1), { then: () => throwHostile(world, 'then') }),
  'a promise whose constructor throws': (world) =>
    Object.defineProperty(Promise.resolve(1), 'constructor', {
      get: () => throwHostile(world, 'the constructor of a promise'),
    }),
};

export const iterables: Record<string, Make> = {
  'a coroutine': () => sleep(1),
  'a coroutine that returns 5': () =>
    (function* () {
      return 5;
    })(),
  'a coroutine that throws': (world) =>
    (function* () {
      throwHostile(world, 'a coroutine');
    })(),
  'a generator that runs already': (world) => {
    let inside = (): void => {};
    world.nativeMessages.add('already running');
    const generator = (function* () {
      inside();
    })();
    world.enclose = (call) => {
      inside = call;
      generator.next();
    };
    return generator;
  },
  'a finished generator': () => {
    const generator = (function* () {
      yield;
    })();
    generator.return(undefined);
    return generator;
  },
  'a generator that yields garbage': () =>
    (function* () {
      yield 5;
      yield Symbol();
      yield {};
    })(),
  'a generator that swallows what is thrown': () =>
    (function* () {
      for (let i = 0; i < endless; i++) {
        try {
          yield;
        } catch {}
      }
    })(),
  'a generator with a throwing return': (world) =>
    (function* () {
      try {
        yield sleep(1);
        yield sleep(1);
      } finally {
        throwHostile(world, 'finally');
      }
    })(),
  'a coroutine of objects that is none': (world) => {
    let steps = 0;
    world.nativeMessages.add('is not an object');
    const step = (): unknown => (steps++ < endless ? 5 : throwHostile(world, 'endless'));
    return {
      next: step,
      throw: step,
      [Symbol.iterator]() {
        return this;
      },
    };
  },
  'a coroutine with a throwing done': (world) => ({
    next: () => ({
      get done() {
        return throwHostile(world, 'done');
      },
    }),
    throw: () => throwHostile(world, 'throw'),
    [Symbol.iterator]() {
      return this;
    },
  }),
  'an object with a throwing Symbol.iterator': (world) => ({
    get [Symbol.iterator]() {
      return throwHostile(world, 'Symbol.iterator');
    },
  }),
  'an object whose Symbol.iterator is 5': () => ({ [Symbol.iterator]: 5 }),
  'an object whose Symbol.iterator returns 5': () => ({ [Symbol.iterator]: () => 5 }),
  'an object whose iterator has no next': () => ({ [Symbol.iterator]: () => ({}) }),
  'an object whose iterator returns garbage': (world) => {
    world.nativeMessages.add('is not an object');
    return {
      [Symbol.iterator]: () => ({ next: () => 5 }),
    };
  },
  'an iterable that throws half-way': (world) => ({
    *[Symbol.iterator]() {
      yield sleep(1);
      throwHostile(world, 'half-way');
    },
  }),
  'an endless iterable of numbers': (world) => ({
    *[Symbol.iterator]() {
      for (let i = 0; i < endless; i++) yield i;
      throwHostile(world, 'endless');
    },
  }),
  'an endless iterable of futures': (world) => ({
    *[Symbol.iterator]() {
      for (let i = 0; i < endless; i++) yield new Future();
      throwHostile(world, 'endless');
    },
  }),
  'an endless iterable of functions': (world) => ({
    *[Symbol.iterator]() {
      for (let i = 0; i < endless; i++) yield () => {};
      throwHostile(world, 'endless');
    },
  }),
  'an async generator': () =>
    (async function* () {
      yield 1;
      yield 2;
    })(),
  'an async iterable that throws half-way': (world) =>
    (async function* () {
      yield 1;
      throwHostile(world, 'half-way');
    })(),
  'an async iterable whose next returns 5': () => ({
    [Symbol.asyncIterator]: () => ({ next: () => 5 }),
  }),
  'an async iterable whose next throws': (world) => ({
    [Symbol.asyncIterator]: () => ({ next: () => throwHostile(world, 'next') }),
  }),
};
