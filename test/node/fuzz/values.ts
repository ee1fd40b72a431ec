/** The hostile values. Each is made anew for a call, under a name that tells a person how to make it again. */
import { runInNewContext } from 'node:vm';
import {
  CancelledError,
  Context,
  ContextVar,
  copyContext,
  createTask,
  EventLoop,
  ExceptionGroup,
  Future,
  getEventLoop,
  Lock,
  Queue,
  sleep,
} from 'skein';
import { functions } from './functions.ts';
import { iterables, thenables } from './iterables.ts';
import { hostileError, type Make, throwHostile, type World } from './world.ts';

const primitives: Record<string, Make> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  0: () => 0,
  '-0': () => -0,
  1: () => 1,
  '-1': () => -1,
  '1.5': () => 1.5,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  '-Infinity': () => Number.NEGATIVE_INFINITY,
  '2 ** 31': () => 2 ** 31,
  '-(2 ** 31) - 1': () => -(2 ** 31) - 1,
  '2 ** 32': () => 2 ** 32,
  '2 ** 53': () => 2 ** 53,
  '1e308': () => 1e308,
  '5e-324': () => 5e-324,
  "''": () => '',
  "'text'": () => 'text',
  "'__proto__'": () => '__proto__',
  'a lone surrogate': () => '\ud800',
  'a huge string': () => 'x'.repeat(100_000),
  "'5'": () => '5',
  'Symbol()': () => Symbol('hostile'),
  'Symbol.iterator': () => Symbol.iterator,
  '10n': () => 10n,
};

const objects: Record<string, Make> = {
  '{}': () => ({}),
  '[]': () => [],
  'Object.create(null)': () => Object.create(null),
  'a frozen object': () => Object.freeze({}),
  'a frozen array': () => Object.freeze([1, 2]),
  '[undefined, null]': () => [undefined, null],
  'a list within itself': () => {
    const list: unknown[] = [];
    list.push(list);
    return list;
  },
  'a sparse array': (world) => {
    // Its text would be of that length.
    world.nativeMessages.add('Invalid string length');
    return Object.assign([], { length: 2 ** 32 - 1 });
  },
  'an array with a throwing length': (world) =>
    new Proxy([1], {
      get: (target, key) =>
        key === 'length' ? throwHostile(world, 'length') : Reflect.get(target, key),
    }),
  'new Date(NaN)': () => new Date(Number.NaN),
  '/re/': () => /re/,
  'new Map()': () => new Map(),
  'new WeakMap()': () => new WeakMap(),
  'an object with the constructor null': () => ({ constructor: null }),
  'an object whose constructor has a symbol as name': () => ({ constructor: { name: Symbol() } }),
  'an object with a throwing constructor': (world) => ({
    get constructor() {
      return throwHostile(world, 'constructor');
    },
  }),
  'an object with a throwing toString': (world) => ({
    toString: () => throwHostile(world, 'toString'),
  }),
  'an object whose toString returns an object': () => ({ toString: () => ({}) }),
  'an object with a throwing Symbol.toPrimitive': (world) => ({
    [Symbol.toPrimitive]: () => throwHostile(world, 'toPrimitive'),
  }),
  'an object whose Symbol.toPrimitive returns a symbol': () => ({
    [Symbol.toPrimitive]: () => Symbol(),
  }),
  'an object whose valueOf is NaN': () => ({ valueOf: () => Number.NaN }),
  'an object with a throwing Symbol.toStringTag': (world) => ({
    get [Symbol.toStringTag]() {
      return throwHostile(world, 'toStringTag');
    },
  }),
  'a revoked proxy': (world) => {
    world.nativeMessages.add('has been revoked');
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'a revoked proxy of an array': (world) => {
    world.nativeMessages.add('has been revoked');
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    return proxy;
  },
  'a revoked proxy of a function': (world) => {
    world.nativeMessages.add('has been revoked');
    const { proxy, revoke } = Proxy.revocable(() => {}, {});
    revoke();
    return proxy;
  },
  'a proxy whose traps throw': (world) => new Proxy({}, throwingTraps(world)),
  'a proxy of an array whose traps throw': (world) => new Proxy([], throwingTraps(world)),
  'a proxy of a function whose traps throw': (world) => new Proxy(() => {}, throwingTraps(world)),
  'a proxy that makes a call again in each get': (world) => {
    // What the call returned stands where the host looks for `Symbol.toPrimitive`.
    world.nativeMessages.add('is not a function');
    return new Proxy({}, { get: () => world.again() });
  },
  'a proxy whose ownKeys throws': (world) =>
    new Proxy({}, { ownKeys: () => throwHostile(world, 'ownKeys') }),
  'an object deep in itself': () => {
    let list: object | null = null;
    for (let i = 0; i < 4000; i++) list = { i, next: list };
    return list;
  },
};

function throwingTraps(world: World): ProxyHandler<never> {
  const traps: Record<string, () => never> = {};
  for (const name of Object.getOwnPropertyNames(Reflect)) {
    traps[name] = () => throwHostile(world, `the trap ${name}`);
  }
  return traps as ProxyHandler<never>;
}

/** An object with a getter for each name, as options have them. */
export function throwingOptions(world: World, names: readonly string[]): object {
  const options = {};
  for (const name of names) {
    Object.defineProperty(options, name, {
      enumerable: true,
      get: () => throwHostile(world, `the getter ${name}`),
    });
  }
  return options;
}

const reentrant: Record<string, Make> = {
  'a function that makes the call again': (world) => () => world.again(),
  'a function that closes the loop': (world) => {
    world.mayBeClosed = true;
    return () => {
      try {
        world.loop.close();
      } catch (error) {
        world.given.add(error);
        throw error;
      }
    };
  },
  'a function that cancels the current task': (world) => () => world.task?.cancel('hostile'),
  'a function that shuts the executor down': (world) => () =>
    void world.pool().shutdown({ wait: false }),
  'an async function that makes the call again': (world) => async () => world.again(),
  'an async function that cancels the current task': (world) => async () => {
    world.task?.cancel('hostile');
    await sleep(1);
  },
  'a generator function that makes the call again': (world) =>
    function* () {
      world.again();
      yield* sleep(1);
    },
  'a list that makes the call again while it is iterated': (world) => ({
    *[Symbol.iterator]() {
      world.again();
      yield sleep(1);
    },
  }),
  'an object that makes the call again in toString': (world) => ({
    toString: () => String(typeof world.again()),
  }),
  'options that make the call again': (world) => ({
    get name() {
      world.again();
      return 'again';
    },
    get timeout() {
      world.again();
      return 5;
    },
    get loop() {
      world.again();
      return undefined;
    },
  }),
};

const ofSkein: Record<string, Make> = {
  'a pending future': () => new Future(),
  'a finished future': () => settled((future) => future.setResult(5)),
  'a failed future': (world) =>
    settled((future) => {
      future.setException(hostileError(world, 'a future'));
      future.exception();
    }),
  'a failed future with a null-prototype exception': (world) =>
    settled((future) => {
      const thrown = Object.create(null);
      world.given.add(thrown);
      future.setException(thrown);
      future.exception();
    }),
  'a cancelled future': () => settled((future) => future.cancel('hostile')),
  'a future cancelled with a symbol': () => settled((future) => future.cancel(Symbol())),
  'a future of another loop': (world) => world.other.createFuture(),
  'a future of a closed loop': (world) => world.closed.createFuture(),
  'a future of another copy': (world) => world.foreignFuture(),
  'a proxy of a future whose traps throw': (world) => new Proxy(new Future(), throwingTraps(world)),
  'a task': () => createTask(sleep(1)),
  'a task that runs': (world) => world.task,
  'a task that swallows its cancellation': () =>
    createTask(function* () {
      try {
        yield* sleep(5);
      } catch {}
      return 'swallowed';
    }),
  'the loop': (world) => world.loop,
  'another loop': (world) => world.other,
  'a closed loop': (world) => world.closed,
  'a loop of another copy': (world) => world.foreign,
  'an object with the shape of a loop': () => ({ createTask() {} }),
  'the default loop': () => getEventLoop(),
  'new Context()': () => new Context(),
  'copyContext()': () => copyContext(),
  'new ContextVar()': () => new ContextVar('hostile'),
  'new Lock()': () => new Lock(),
  'a lock that is held': (world) => {
    const lock = new Lock();
    createTask(lock.acquire());
    world.left.push(() => {});
    return lock;
  },
  'new Queue()': () => new Queue(),
  'the class Future': (world) => {
    world.nativeMessages.add("cannot be invoked without 'new'");
    return Future;
  },
  'the class EventLoop': (world) => {
    world.nativeMessages.add("cannot be invoked without 'new'");
    return EventLoop;
  },
  'a CancelledError': (world) => {
    const error = new CancelledError('hostile');
    world.given.add(error);
    return error;
  },
  'an ExceptionGroup': (world) => {
    const group = new ExceptionGroup('hostile', [hostileError(world, 'in a group')]);
    world.given.add(group);
    return group;
  },
  'the receiver': (world) => world.receiver,
};

function settled(settle: (future: Future<unknown>) => unknown): Future<unknown> {
  const future = new Future<unknown>();
  settle(future);
  return future;
}

const hosts: Record<string, Make> = {
  'an aborted signal': (world) => {
    const reason = hostileError(world, 'aborted');
    return AbortSignal.abort(reason);
  },
  'a signal that aborts soon': (world) => {
    const controller = new AbortController();
    setImmediate(() => controller.abort(hostileError(world, 'aborted soon')));
    return controller.signal;
  },
  'an object with the shape of a signal': (world) => ({
    aborted: false,
    addEventListener: () => throwHostile(world, 'addEventListener'),
  }),
  'an AbortController': () => new AbortController(),
  'an ArrayBuffer': () => new ArrayBuffer(8),
  'a detached ArrayBuffer': () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  },
  'a SharedArrayBuffer': () => new SharedArrayBuffer(8),
  'a WebAssembly module': () =>
    new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  'an error with a throwing message': (world) =>
    given(
      world,
      Object.defineProperty(new Error(), 'message', {
        get: () => throwHostile(world, 'message'),
      }),
    ),
  'an error with a symbol as name': (world) =>
    given(world, Object.assign(new Error('named'), { name: Symbol() })),
  'a frozen error': (world) => given(world, Object.freeze(new Error('frozen'))),
  'an error that is its own cause': (world) => {
    const error = new Error('cause');
    error.cause = error;
    return given(world, error);
  },
  'an object of another realm': () => runInNewContext('({})'),
  'an array of another realm': () => runInNewContext('[1, 2]'),
  'an error of another realm': (world) => given(world, runInNewContext('new Error("realm")')),
  'a promise of another realm': () => runInNewContext('Promise.resolve(5)'),
  'a function of another realm': () => runInNewContext('() => 5'),
  'an async function of another realm': () => runInNewContext('async () => 5'),
  'a generator function of another realm': () => runInNewContext('(function* () { return 5; })'),
  'a coroutine of another realm': () => runInNewContext('(function* () { return 5; })()'),
  'an ArrayBuffer of another realm': () => runInNewContext('new ArrayBuffer(8)'),
  'a class of another realm': (world) => {
    world.nativeMessages.add("cannot be invoked without 'new'");
    return runInNewContext('(class Given {})');
  },
  globalThis: () => globalThis,
  'a URL': () => new URL('file:///nowhere/work.js'),
};

function given(world: World, value: unknown): unknown {
  world.given.add(value);
  return value;
}

export const values: readonly (readonly [name: string, make: Make])[] = [
  primitives,
  objects,
  functions,
  reentrant,
  thenables,
  iterables,
  ofSkein,
  hosts,
].flatMap((group) => Object.entries(group));
