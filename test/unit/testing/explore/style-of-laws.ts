/**
 * True where the laws are async functions. What they await may be over when a request to cancel comes: then the function has that result,
 * and the request is delivered at its next await, or in its outcome. A coroutine gets the request in place of the result.
 */
export const deliversLate: boolean = !('next' in (function* () {})());
