/** Hostile functions. */
import { sleep } from 'skein';
import { type Make, throwHostile } from './world.ts';

export const functions: Record<string, Make> = {
  '() => undefined': () => () => undefined,
  '() => 5': () => () => 5,
  '() => Symbol()': () => () => Symbol(),
  'a function that throws': (world) => () => throwHostile(world, 'a function'),
  'a function that throws undefined': (world) => {
    world.given.add(undefined);
    return () => {
      throw undefined;
    };
  },
  'a function that throws a null-prototype object': (world) => () => {
    const thrown = Object.create(null);
    world.given.add(thrown);
    throw thrown;
  },
  'a function that throws a symbol': (world) => () => {
    const thrown = Symbol('thrown');
    world.given.add(thrown);
    throw thrown;
  },
  'a function with a symbol as name': () =>
    Object.defineProperty(() => {}, 'name', { value: Symbol() }),
  'a function with a throwing name': (world) =>
    Object.defineProperty(() => {}, 'name', { get: () => throwHostile(world, 'name') }),
  'a function without a prototype': () => Object.setPrototypeOf(() => {}, null),
  'a function with a throwing length': (world) =>
    Object.defineProperty(() => {}, 'length', { get: () => throwHostile(world, 'length') }),
  'a class': (world) => {
    world.nativeMessages.add("cannot be invoked without 'new'");
    return class Given {};
  },
  'a class whose constructor throws': (world) => {
    world.nativeMessages.add("cannot be invoked without 'new'");
    return class extends Error {
      constructor() {
        super();
        throwHostile(world, 'a constructor');
      }
    };
  },
  Map: (world) => {
    world.nativeMessages.add("requires 'new'");
    return Map;
  },
  Error: () => Error,
  'an async function': () => async () => 5,
  'an async function that throws': (world) => async () => throwHostile(world, 'an async function'),
  'an async function that sleeps': () => async () => await sleep(1),
  'a generator function': () =>
    function* () {
      return 5;
    },
  'a generator function that sleeps': () =>
    function* () {
      yield* sleep(1);
    },
  'a generator function that throws': (world) =>
    function* () {
      throwHostile(world, 'a generator function');
    },
  'a generator function that yields 5': () =>
    function* () {
      yield 5;
    },
  'an async generator function': () =>
    async function* () {
      yield 5;
    },
};
