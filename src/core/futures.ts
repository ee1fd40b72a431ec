/** The public name of futures: one that fails, and that nobody asks, is told of. */
import './unretrieved.ts';
import { Future as PlainFuture } from './future.ts';

/** A result that will be there later. It is set with `setResult()` or `setException()`, and read with `await` or `result()`. */
export const Future: typeof PlainFuture = PlainFuture;
export type Future<T> = PlainFuture<T>;
