import { brief } from '../../core/text.ts';

/** What an object is called in the explanation: its class, or "shared" for a plain one. */
function nameOf(object: object): string {
  const name = object.constructor?.name ?? '';
  return name === '' || name === 'Object' ? 'shared' : name;
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
      if (typeof value === 'function') {
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
