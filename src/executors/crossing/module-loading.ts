/** The mark that a worker sets while it loads a module for its functions. */
const key = Symbol.for('skein.loading/0');
const shared = globalThis as unknown as Record<symbol, string | undefined>;

/** Stores the URL of the module that this worker loads; undefined once the module is loaded. */
export function markLoading(url: string | undefined): void {
  shared[key] = url;
}

/**
 * Refuses work that is given by a module while a worker loads that module: usually the module is the program itself, because
 * its own functions were sent, and each worker would start the program again.
 *
 * @throws Error while a module is being loaded.
 */
export function checkNotLoading(caller: string): void {
  const url = shared[key];
  if (url === undefined) return;
  throw new Error(
    `${caller}() expected to be called by the program, but a worker is loading ${url} for its functions, and that module starts work while it loads. Put the functions into a module of their own.`,
  );
}
