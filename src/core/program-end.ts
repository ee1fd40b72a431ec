/** Tells when the program ends, and when nothing is left that could go on with it. */

interface EndingProcess {
  on?(event: string, fn: () => void): void;
  off?(event: string, fn: () => void): void;
}

const { process } = globalThis as { readonly process?: EndingProcess };

type Listeners = Set<() => void>;
const atExit: Listeners = new Set();
const atDrain: Listeners = new Set();
const exit = (): void => atExit.forEach(call);
const drain = (): void => atDrain.forEach(call);

function call(fn: () => void): void {
  fn();
}

/** Adds `fn` to `all`, for which the process has one `listener`: Node warns when there are more than ten. */
function listen(event: string, all: Listeners, listener: () => void, fn: () => void): () => void {
  if (all.size === 0) process?.on?.(event, listener);
  // Wrapped, as the same function may be added twice.
  const one = (): void => fn();
  all.add(one);
  return () => {
    if (all.delete(one) && all.size === 0) process?.off?.(event, listener);
  };
}

/** Calls `fn` when the program ends. Returns a function that removes `fn`. */
export function onExit(fn: () => void): () => void {
  return listen('exit', atExit, exit, fn);
}

/** Calls `fn` when the program is about to end because nothing is left that could wake it. Returns as `onExit()`. */
export function onDrained(fn: () => void): () => void {
  return listen('beforeExit', atDrain, drain, fn);
}
