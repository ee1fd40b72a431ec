/** Returns the value that a future fails with when it is given `exception`: an error class is instantiated. */
export function errorOf(exception: unknown): unknown {
  const isErrorClass =
    typeof exception === 'function' &&
    (exception === Error || exception.prototype instanceof Error);
  return isErrorClass ? new (exception as new () => Error)() : exception;
}
