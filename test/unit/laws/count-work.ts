/** Counts what is looked at: futures that are asked for their state, and the elements of arrays that are searched or moved. */
import { Future } from 'skein';

const searching = [
  'filter',
  'indexOf',
  'lastIndexOf',
  'includes',
  'find',
  'findIndex',
  'some',
  'every',
  'shift',
  'splice',
  'unshift',
  'slice',
] as const;

/** Counts until the returned function is called, which returns how much it was. */
export function countWork(): () => number {
  const undo: (() => void)[] = [];
  let work = 0;
  const replace = (on: object, name: string, counted: (self: never) => number): void => {
    const original = Reflect.get(on, name) as (...args: never[]) => unknown;
    Reflect.set(on, name, function (this: never, ...args: never[]) {
      work += counted(this);
      return original.apply(this, args);
    });
    undo.push(() => Reflect.set(on, name, original));
  };
  for (const name of searching) replace(Array.prototype, name, (self: unknown[]) => self.length);
  for (const name of ['done', 'cancelled']) replace(Future.prototype, name, () => 1);
  return () => {
    for (const each of undo) each();
    return work;
  };
}
