/** Makes Node's console show the objects of a class as their `toString()`, also within other objects. */
export function printsItself(prototype: object): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    configurable: true,
    writable: true,
    value(this: object): string {
      return String(this);
    },
  });
}
