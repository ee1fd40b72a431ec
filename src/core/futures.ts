/** The public name of futures: one that fails, and that nobody asks, is told of. */
import './unretrieved.ts';
import { Future as PlainFuture } from './future.ts';

/** A result that will be there later. It is set with `setResult()` or `setException()`, and read with `await` or `result()`. */
const PublicFuture: typeof PlainFuture = PlainFuture;
type PublicFuture<T> = PlainFuture<T>;

// Not declared as `Future`: where a bundler puts both into one file, the class would lose its name.
export { PublicFuture as Future };
