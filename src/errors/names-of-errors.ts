/** Names the errors of a class. Defined, not assigned: `Error.prototype` may be frozen. */
export function nameErrors(
  errorClass: abstract new (...args: never[]) => Error,
  value: string,
): void {
  Object.defineProperty(errorClass.prototype, 'name', {
    value,
    writable: true,
    configurable: true,
  });
}

/**
 * Has `instanceof` know the errors of another copy of this package too, as bundlers may put two into one program.
 * A subclass knows its own, as always.
 */
export function knownAcrossCopies(errorClass: abstract new (...args: never[]) => Error): void {
  const brand = Symbol.for(`skein.${errorClass.prototype.name}`);
  Object.defineProperty(errorClass.prototype, brand, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== errorClass) return Function.prototype[Symbol.hasInstance].call(this, value);
      try {
        return typeof value === 'object' && value !== null && brand in value;
      } catch {
        // A proxy that throws when asked.
        return false;
      }
    },
  });
}
