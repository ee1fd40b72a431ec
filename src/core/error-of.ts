/** True for a class of errors, of this realm or another. A function that tests errors has a prototype without a message. */
export function isErrorClass(value: unknown): value is new () => Error {
  return (
    typeof value === 'function' &&
    Object(value.prototype) === value.prototype &&
    'message' in value.prototype
  );
}

/** Returns the value that a future fails with when it is given `exception`: an error class is instantiated. */
export function errorOf(exception: unknown): unknown {
  return isErrorClass(exception) ? new exception() : exception;
}
