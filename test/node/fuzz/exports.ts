/** Everything that a program can call, found by looking at what the entries export: a new export is here by itself. */
import * as skein from 'skein';
import * as cluster from 'skein/cluster';
import * as executors from 'skein/executors';
import * as worker from 'skein/executors/worker';
import * as inspect from 'skein/inspect';
import * as testing from 'skein/testing';

type Kind = 'call' | 'new' | 'static' | 'method' | 'get' | 'set';

export interface Member {
  /** As a person would write it: `gather`, `new Lock`, `Lock#acquire`. */
  readonly name: string;
  readonly kind: Kind;
  /** The function, or the class that has the member. */
  readonly of: AnyFunction;
  /** The name of the class, or of the function. */
  readonly owner: string;
  readonly key: PropertyKey;
  /** How many parameters it declares. */
  readonly length: number;
}

export type AnyFunction = (new (...args: unknown[]) => object) & ((...args: unknown[]) => unknown);

/** The entries of the package that export something. */
export const entries: Readonly<Record<string, object>> = {
  '.': skein,
  './cluster': cluster,
  './executors': executors,
  './executors/worker': worker,
  './inspect': inspect,
  './testing': testing,
};

/** These run a program in many orders, and have laws of their own: `test/unit/testing/`. */
const ofExploration = ['ExplorationError', 'ExploredExecutor', 'explore', 'linearizable'];

/** These write files, or record until the end; they have tests of their own: `test/node/inspect/`, `test/unit/inspect/`. */
const ofRecordings = [
  'encodeRecording',
  'flightRecorder',
  'recordTasks',
  'toPerfetto',
  'writeRecording',
];

/** The names of all exported functions and classes, with what they are. */
export const exported: ReadonlyMap<string, AnyFunction> = new Map(
  Object.values(entries)
    .flatMap((entry) => Object.entries(entry))
    .filter((pair): pair is [string, AnyFunction] => typeof pair[1] === 'function')
    .filter(([name]) => !ofExploration.includes(name) && !ofRecordings.includes(name)),
);

export function isClass(fn: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}

/** Classes whose instances a program gets, though it cannot name them. */
export const unexported = [
  'CurrentJob',
  'RetryAttempt',
  'TaskGroup',
  'Timeout',
  'Token',
  // Coroutines and futures of the library, which are promises to a program.
  'Acquiring',
  'ConcurrentResults',
  'Borrowing',
  'GatheringFuture',
  'Getting',
  'LibraryGenerator',
  'MapStep',
  'NextResult',
  'Putting',
  'Receiver',
  'Receiving',
  'Sender',
  'Sending',
  'Sleep',
  'Stepping',
  'WaitingForEvent',
] as const;

/** Of its other members a program knows nothing. */
const ofCurrentJob: readonly PropertyKey[] = ['name', 'progress', 'signal', 'transfer'];

/** The members of an object that a program may use: all but those whose names begin with `_`. */
export function membersOf(owner: string, of: AnyFunction, instance: object): Member[] {
  const seen = new Set<PropertyKey>(['constructor']);
  const members: Member[] = [];
  for (let object = instance; !isHosts(object); object = Object.getPrototypeOf(object)) {
    for (const key of Reflect.ownKeys(object)) {
      if (seen.has(key) || (typeof key === 'string' && key.startsWith('_'))) continue;
      if (owner === 'CurrentJob' && !ofCurrentJob.includes(key)) continue;
      seen.add(key);
      const found = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
      const name = `${owner}#${String(key)}`;
      const add = (kind: Kind, length = 0): void =>
        void members.push({ name, kind, of, owner, key, length });
      if (typeof found.value === 'function') add('method', found.value.length);
      else if (found.get !== undefined) add('get');
      if (found.set !== undefined) add('set', 1);
    }
  }
  return members;
}

/** Tells whether a program did not make this object: it is a prototype of the host. */
function isHosts(object: object | null): boolean {
  return (
    object === null ||
    [Object, Error, AggregateError, Function].some(({ prototype }) => prototype === object) ||
    object === iteratorPrototype
  );
}

/** Where a host has iterator helpers, every coroutine inherits them. */
const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

/** What is called of each export itself: the function, or the constructor and the static methods. */
export function ownMembers(): Member[] {
  return [...exported].flatMap(([name, of]): Member[] => {
    if (!isClass(of))
      return [{ name, kind: 'call', of, owner: name, key: name, length: of.length }];
    const statics = Reflect.ownKeys(of)
      .filter((key) => !['length', 'name', 'prototype', Symbol.hasInstance].includes(key))
      .filter((key) => !(typeof key === 'string' && key.startsWith('_')))
      .map((key): Member => {
        const { length } = (of as unknown as Record<PropertyKey, AnyFunction>)[key] ?? {};
        return {
          name: `${name}.${String(key)}`,
          kind: 'static',
          of,
          owner: name,
          key,
          length: length ?? 0,
        };
      });
    // As `new Error()` is: these have no constructor of their own.
    if (of.prototype instanceof Error && !/\bconstructor\(/.test(of.toString())) return statics;
    const made: Member = {
      name: `new ${name}`,
      kind: 'new',
      of,
      owner: name,
      key: 'constructor',
      length: of.length,
    };
    return [made, ...statics];
  });
}
