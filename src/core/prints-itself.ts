/**
 * Makes Node's console show the objects of a class as their `toString()`, also within other objects; JSON too, and with it
 * test runners, which ask for `toJSON()`. What a loop, a task or a queue refers to would be much, and means nothing there.
 */
export function printsItself(prototype: object): void {
  for (const name of [Symbol.for('nodejs.util.inspect.custom'), 'toJSON']) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      value(this: object): string {
        return String(this);
      },
    });
  }
}
