import { brief, safely } from '../../core/text.ts';

/** What an object is called in the explanation: its class, or "shared" for a plain one. */
function nameOf(object: object): string {
  const name = safely(() => object.constructor?.name);
  return typeof name !== 'string' || name === '' || name === 'Object' ? 'shared' : name;
}

/** A stand-in has to return the very value of a property that can neither be changed nor replaced. */
function isFixed(object: object, key: string | symbol): boolean {
  const own = Reflect.getOwnPropertyDescriptor(object, key);
  return own !== undefined && !own.configurable && own.writable === false;
}

/**
 * Returns a stand-in for `object` that notes who reads and writes its properties, and who calls its methods. Methods run on
 * the object itself: one of a class with `#private` fields, or of a Map, does not work on a stand-in.
 */
export function sharedObject<T extends object>(object: T, note: (text: string) => void): T {
  const name = nameOf(object);
  const path = (key: string | symbol): string => `${name}.${String(key)}`;
  return new Proxy(object, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value === 'function' && !isFixed(target, key)) {
        return (...args: unknown[]): unknown => {
          note(`calls ${path(key)}(${args.map(brief).join(', ')})`);
          return Reflect.apply(value, target, args);
        };
      }
      note(`reads ${path(key)}: ${brief(value)}`);
      return value;
    },
    set(target, key, value): boolean {
      note(`writes ${path(key)} = ${brief(value)}`);
      return Reflect.set(target, key, value, target);
    },
    deleteProperty(target, key): boolean {
      note(`deletes ${path(key)}`);
      return Reflect.deleteProperty(target, key);
    },
  });
}
